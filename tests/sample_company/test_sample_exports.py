"""What the sample company writes: the files, their formats, and that they repeat exactly."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.sample_company import write_exports

ROWS = 12_000


def digests(folder: Path) -> dict[str, str]:
    """Every file below a folder, and the hash of its bytes."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def csv_texts(folder: Path) -> dict[str, str]:
    """Every CSV below a folder, gzipped or not, as it was written."""
    plain = {file: file.read_bytes() for file in folder.rglob("*.csv")}
    packed = {file: gzip.decompress(file.read_bytes()) for file in folder.rglob("*.csv.gz")}
    return {file.relative_to(folder).as_posix(): content.decode("utf-8") for file, content in (plain | packed).items()}


def test_the_same_seed_writes_the_same_bytes(company: Path, tmp_path: Path):
    write_exports(tmp_path, seed=1, months=6, rows=ROWS)
    assert digests(tmp_path) == digests(company)


def test_another_seed_writes_other_bills_and_leaves_nothing_of_the_first(tmp_path: Path):
    """Two Microsoft run folders of different seeds would supersede each other."""
    again, afresh = tmp_path / "again", tmp_path / "afresh"
    write_exports(again, seed=1, months=2, rows=600)
    first = digests(again)
    (again / "focus" / "mine.csv").write_text("kept")
    write_exports(again, seed=2, months=1, rows=600)
    write_exports(afresh, seed=2, months=1, rows=600)
    second = digests(again)
    assert second.pop("focus/mine.csv")
    assert second == digests(afresh)
    assert second["truth/costs.parquet"] != first["truth/costs.parquet"]


def test_one_month_is_enough(tmp_path: Path):
    write_exports(tmp_path, months=1, rows=2_000)
    assert [path.name for path in (tmp_path / "focus" / "aws").iterdir()] == ["2026-09"]
    assert len(list((tmp_path / "focus" / "azure" / "20260901-20260930").iterdir())) == 2


@pytest.mark.parametrize("wrong", [{"months": 0}, {"rows": 0}])
def test_nothing_to_write_is_an_error(tmp_path: Path, wrong: dict[str, int]):
    with pytest.raises(ValueError, match="at least 1"):
        write_exports(tmp_path, **wrong)


def test_the_package_imports_without_the_engine():
    """The command line must answer in under a second."""
    code = "import orchestration.sample_company, sys; sys.exit('duckdb' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_row_budget_is_kept(books: duckdb.DuckDBPyConnection):
    rows = books.sql("select count(*) from bills").fetchall()[0][0]
    assert ROWS * 0.98 < rows < ROWS * 1.12


def test_vendors_keep_their_own_layouts(company: Path):
    focus = company / "focus"
    assert sorted(path.name for path in (focus / "aws" / "2026-04").iterdir()) == [
        "aws-focus-00001.csv.gz",
        "aws-focus-00002.csv.gz",
    ]
    assert len(list((focus / "azure").glob("*-*/*Z-*/part_0.snappy.parquet"))) == 7
    assert len(list((focus / "nebula").glob("2026-*/cost-and-usage.csv"))) == 6
    assert len(list((focus / "frontier").glob("focus-2026-*.csv"))) == 6


def test_every_csv_is_rfc_4180(company: Path):
    """Lines end in CRLF, quotes are doubled, and every record is as long as its header."""
    for name, text in csv_texts(company).items():
        assert text.endswith("\r\n"), name
        assert text.count("\n") == text.count("\r\n"), name
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert {len(record) for record in records} == {len(records[0])}, name


def test_gzip_carries_no_time_stamp(company: Path):
    for file in company.rglob("*.gz"):
        assert file.read_bytes()[4:8] == bytes(4)


def test_versions_of_focus_differ_by_vendor(company: Path):
    """ProviderName until 1.3, ServiceProviderName from 1.3, InvoiceDetailId from 1.4."""
    headers = {name: text.split("\r\n", 1)[0] for name, text in csv_texts(company).items()}
    aws = headers["focus/aws/2026-09/aws-focus-00001.csv.gz"].split(",")
    nebula_before = headers["focus/nebula/2026-06/cost-and-usage.csv"].split(",")
    nebula_after = headers["focus/nebula/2026-07/cost-and-usage.csv"].split(",")
    frontier = headers["focus/frontier/focus-2026-09.csv"].split(",")
    assert len(aws) == 43
    assert "ProviderName" in aws and "InvoiceId" not in aws
    assert {"ServiceProviderName", "HostProviderName"} <= set(nebula_before)
    assert "ProviderName" not in nebula_before + nebula_after
    assert "InvoiceDetailId" not in nebula_before and "InvoiceDetailId" in nebula_after
    assert {"ProviderName", "InvoiceId", "x_ModelId"} <= set(frontier)


def test_text_is_written_as_each_vendor_writes_it(company: Path):
    texts = csv_texts(company)
    aws = texts["focus/aws/2026-09/aws-focus-00002.csv.gz"]
    nebula = texts["focus/nebula/2026-09/cost-and-usage.csv"]
    assert ",NULL," in aws and "2026-09-01 00:00:00" in aws and "00Z" not in aws
    assert ",,," in nebula and "2026-09-01T00:00:00Z" in nebula and "NULL" not in nebula
    assert "Zürich" in nebula


def test_microsoft_delivers_typed_columns(company: Path):
    types = dict(
        duckdb.sql(
            f"select column_name, column_type from (describe from '{company}/focus/azure/*/*/*.parquet')"
        ).fetchall()
    )
    assert types["BilledCost"] == types["PricingQuantity"] == "DECIMAL(28,10)"
    assert types["ChargePeriodStart"] == "TIMESTAMP"
    assert types["Tags"] == "MAP(VARCHAR, VARCHAR)"
    assert sum(name.startswith("x_") for name in types) == 3
    assert sum(not name.startswith("x_") for name in types) == 57


def test_a_restated_month_supersedes_its_first_delivery(books: duckdb.DuckDBPyConnection):
    """By name the later run is the last; rows are new and costs differ."""
    first, last = books.sql(
        """
        select parse_filename(parse_dirpath(filename)) as run, count(*) as charges,
            sum(BilledCost) as billed_cost
        from deliveries
        where filename like '%/azure/20260701-20260731/%'
        group by all
        order by all
        """
    ).fetchall()
    assert first[0].startswith("20260803T020000Z-") and last[0].startswith("20260811T020000Z-")
    assert first[1] < last[1] and first[2] > last[2]
    kept = books.sql("select distinct parse_filename(parse_dirpath(filename)) from bills").fetchall()
    assert last[:1] in kept and first[:1] not in kept


def test_parts_of_a_bill_do_not_repeat_each_other(books: duckdb.DuckDBPyConnection):
    """A reader must not take the second part for a re-export of the first."""
    repeated = books.sql(
        """
        select count(*) from (
            select 1 from bills where provider = 'AWS'
            group by ResourceId, ChargePeriodStart, SkuId, ChargeCategory, EffectiveCost,
                BillingAccountId, ChargeDescription
            having count(distinct filename) > 1
        )
        """
    ).fetchall()[0][0]
    assert repeated == 0
