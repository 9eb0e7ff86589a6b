"""What arrives, what is current, and that no row is ever counted twice."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from orchestration.ingestion.arrivals import content_hash, look_at
from orchestration.ingestion.ingest import Scan, ingest
from orchestration.ingestion.refusal import Refused
from orchestration.partitions import record_built, unbuilt_periods
from orchestration.project import Project, project
from orchestration.quality.validator import Validator
from orchestration.warehouse import connect
from tests.conftest import charges, query, write_csv


def as_csv(rows: list[dict[str, str]]) -> str:
    """Rows without a comma in them as the text of a CSV file."""
    return "\n".join(",".join(row.values()) for row in ({name: name for name in rows[0]}, *rows))


class House:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator) -> None:
        self.exports = base / "exports"
        self.exports.mkdir()
        self.validator = validator
        self.project: Project = project(self.exports, base / "warehouse.duckdb", base / "published")

    def deliver(self, path: str, rows: list[dict[str, str]]) -> Path:
        return write_csv(self.exports / path, rows)

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def billed(self) -> Decimal:
        return query(self.project.warehouse, 'select coalesce(sum("BilledCost"), 0) from raw.focus')[0][0]

    def statuses(self) -> list[tuple]:
        return query(
            self.project.warehouse,
            "select status, rows, billed_cost from ingestion.deliveries order by received_at, status, billed_cost",
        )


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


def test_the_same_exports_twice_change_nothing(house: House) -> None:
    house.deliver("focus/sept/a.csv", charges())
    assert house.look().landed == 1
    again = house.look()
    assert (again.landed, again.duplicates, again.unchanged) == (0, 0, 1)
    assert house.billed() == 30


def test_the_same_bytes_under_another_name_are_a_duplicate(house: House) -> None:
    original = house.deliver("focus/sept/a.csv", charges())
    house.look()
    shutil.copy(original, house.exports / "focus/sept/copy.csv")
    (house.exports / "focus/rerun").mkdir()
    shutil.copy(original, house.exports / "focus/rerun/a.csv")
    scan = house.look()
    assert (scan.landed, scan.duplicates) == (0, 2)
    assert house.billed() == 30
    assert [status for status, *_ in house.statuses()] == ["current", "duplicate", "duplicate"]


def test_a_file_of_the_same_name_with_new_bytes_replaces_that_part(house: House) -> None:
    house.deliver("focus/sept/a.csv", charges(ResourceId="a"))
    house.deliver("focus/sept/b.csv", charges(ResourceId="b", BilledCost="1"))
    house.look()
    assert house.billed() == 33
    house.deliver("focus/sept/b.csv", charges(ResourceId="b", BilledCost="2"))
    house.look()
    assert house.billed() == 36
    assert [status for status, *_ in house.statuses()] == ["superseded", "current"]


def test_a_file_that_is_overwritten_each_month_keeps_the_months_before(house: House) -> None:
    """`latest.csv` replaces what it has; August was good, and nothing says that it is not."""
    august = {"BillingPeriodStart": "2026-08-01T00:00:00Z", "BillingPeriodEnd": "2026-09-01T00:00:00Z"}
    house.deliver("focus/bill/latest.csv", charges(2, ChargePeriodStart="2026-08-02T00:00:00Z", **august))
    house.look()
    house.deliver("focus/bill/latest.csv", charges(3))
    house.look()
    assert house.billed() == 50
    house.deliver("focus/bill/latest.csv", charges(1))
    house.look()
    assert house.billed() == 30
    assert [status for status, *_ in house.statuses()] == ["current", "superseded", "current"]


def test_a_file_without_rows_empties_no_month(house: House) -> None:
    file = house.deliver("focus/bill/a.csv", charges(3))
    house.look()
    file.write_text(file.read_text().splitlines()[0] + "\n")
    scan = house.look()
    assert house.billed() == 30
    assert scan.notes == ["focus/bill/a.csv: it has no rows, so what was delivered before stays"]


def test_a_new_folder_supersedes_the_older_one_as_a_whole(house: House) -> None:
    house.deliver("focus/run-1/a.csv", charges(ResourceId="a"))
    house.deliver("focus/run-1/b.csv", charges(ResourceId="b", BilledCost="1"))
    house.look()
    house.deliver("focus/run-2/only.csv", charges(1, BilledCost="7"))
    house.look()
    assert house.billed() == 7


def test_two_vendors_that_call_the_account_alike_are_two_bills(house: House) -> None:
    """SaaS vendors put the customer's name there: one bill must not replace the other's."""
    house.deliver("focus/vendor-a/a.csv", charges(1, InvoiceIssuerName="A Inc.", ServiceProviderName="A"))
    house.deliver("focus/vendor-b/b.csv", charges(1, InvoiceIssuerName="B Inc.", ServiceProviderName="B"))
    house.look()
    assert house.billed() == 20
    house.deliver("focus/vendor-b-again/b.csv", charges(3, InvoiceIssuerName="B Inc.", ServiceProviderName="B"))
    house.look()
    assert house.billed() == 40
    assert sorted(house.statuses()) == [("current", 1, 10), ("current", 3, 30), ("superseded", 1, 10)]


def test_a_bill_that_renames_one_of_its_parties_still_supersedes(house: House) -> None:
    house.deliver("focus/run-1/a.csv", charges(1))
    house.deliver("focus/run-2/a.csv", charges(2, InvoiceIssuerName="Cloud Europe Ltd."))
    house.look()
    assert house.billed() == 20


def test_a_new_folder_leaves_other_accounts_and_months_alone(house: House) -> None:
    september, october = charges(1), charges(1, BillingPeriodStart="2026-10-01", BillingPeriodEnd="2026-11-01")
    other = charges(1, BillingAccountId="99", BilledCost="100")
    house.deliver("focus/run-1/all.csv", [*september, *october, *other])
    house.look()
    assert house.billed() == 120
    house.deliver("focus/run-2/september.csv", charges(1, BilledCost="7"))
    house.look()
    assert house.billed() == 117


def test_an_unchanged_part_in_a_new_run_folder_is_still_part_of_the_new_whole(house: House) -> None:
    part = house.deliver("focus/run-1/part-1.csv", charges(ResourceId="a"))
    house.deliver("focus/run-1/part-2.csv", charges(ResourceId="b", BilledCost="1"))
    house.look()
    (house.exports / "focus/run-2").mkdir()
    shutil.copy(part, house.exports / "focus/run-2/part-1.csv")
    house.deliver("focus/run-2/part-2.csv", charges(ResourceId="b", BilledCost="2"))
    house.look()
    assert house.billed() == 36


def test_three_deliveries_of_a_period_leave_exactly_the_newest(house: House) -> None:
    for day, cost in (("20261001", "1"), ("20261005", "2"), ("20261009", "3")):
        house.deliver(f"focus/{day}T000000Z/a.csv", charges(1, BilledCost=cost))
    house.look()
    assert house.billed() == 3
    assert sorted(status for status, *_ in house.statuses()) == ["current", "superseded", "superseded"]


def test_a_file_removed_from_the_exports_is_not_lost(house: House) -> None:
    house.deliver("focus/sept/a.csv", charges())
    house.look()
    shutil.rmtree(house.exports / "focus")
    house.look()
    assert house.billed() == 30


def test_a_re_export_beside_its_original_is_quarantined_with_advice(house: House) -> None:
    house.deliver("focus/sept/bill.csv", charges(40))
    house.look()
    house.deliver("focus/sept/bill (1).csv", [*charges(39), *charges(1, ResourceId="new")])
    scan = house.look()
    assert house.billed() == 400
    assert "mostly repeats the charges of bill.csv" in scan.quarantined[0]
    assert "under the name bill.csv" in scan.quarantined[0]


def test_a_restated_re_export_beside_its_original_is_quarantined_too(house: House) -> None:
    house.deliver("focus/sept/bill.csv", charges(40))
    house.look()
    house.deliver("focus/sept/bill-restated.csv", charges(40, BilledCost="11"))
    assert house.look().quarantined
    assert house.billed() == 400


@pytest.mark.parametrize("rows", [charges(3), charges(1), charges(30, ResourceId=""), charges(4, ResourceId="")])
def test_a_restated_copy_of_a_small_bill_or_of_one_whose_rows_are_alike_is_quarantined_too(
    house: House, rows: list[dict[str, str]]
) -> None:
    house.deliver("focus/sept/bill.csv", rows)
    house.look()
    house.deliver("focus/sept/bill-restated.csv", [row | {"BilledCost": "11", "InvoiceId": "i-1"} for row in rows])
    assert "mostly repeats the charges of bill.csv" in house.look().quarantined[0]
    assert house.billed() == 10 * len(rows)


PARTS = {
    "accounts": {"BillingAccountId": "0013"},
    "sub-accounts": {"SubAccountId": "s-2"},
    "days": {"ChargePeriodStart": "2026-09-03T00:00:00Z", "ChargePeriodEnd": "2026-09-04T00:00:00Z"},
    "currencies": {"BillingCurrency": "EUR"},
    "months": {
        "BillingPeriodStart": "2026-10-01T00:00:00Z",
        "BillingPeriodEnd": "2026-11-01T00:00:00Z",
    },
}


@pytest.mark.parametrize("count", [1, 3, 12])
@pytest.mark.parametrize("part", PARTS)
def test_parts_of_small_bills_are_no_copies(house: House, part: str, count: int) -> None:
    """Rows that nothing but the account, the day or the currency tells apart."""
    alike = {"ResourceId": "", "BilledCost": "10", "SubAccountId": "s-1"}
    house.deliver("focus/sept/part-1.csv", [*charges(count, **alike), *charges(1, ResourceId="last")])
    house.deliver("focus/sept/part-2.csv", [*charges(count, **{**alike, **PARTS[part], "BilledCost": "7"})])
    house.deliver("focus/sept/part-3.csv", charges(count + 1, **{**alike, "BilledCost": "1"}))
    assert not house.look().quarantined
    assert house.billed() == 10 * (count + 1) + 7 * count + count + 1


def test_parts_of_one_bill_are_not_taken_for_a_re_export(house: House) -> None:
    rows = charges(80)
    house.deliver("focus/sept/part-1.csv", rows[:40])
    house.deliver("focus/sept/part-2.csv", rows[40:])
    assert not house.look().quarantined
    assert house.billed() == 800


def test_an_export_that_is_cut_into_parts_anew_is_a_re_export_too(house: House) -> None:
    """Three parts, then four under other names: each has a quarter of each, and the month would count twice."""
    rows = charges(120)
    for part in range(3):
        house.deliver(f"focus/sept/{part}-of-3.csv", rows[part::3])
    house.look()
    for part in range(4):
        house.deliver(f"focus/sept/{part}-of-4.csv", [*rows[part::4], *charges(1, ResourceId=f"late-{part}")])
    reason = "mostly repeats the charges of 0-of-3.csv, 1-of-3.csv, 2-of-3.csv in the same folder: if it is a new"
    assert all(reason in sentence for sentence in house.look().quarantined)
    assert house.billed() == 1200
    assert len(house.statuses()) == 5


def test_parts_whose_rows_differ_in_their_amounts_only_are_no_re_export(house: House) -> None:
    """Every charge stands in three parts, at three prices."""
    rows = [charges(120, BilledCost=cost) for cost in ("1", "2", "3")]
    for part in range(6):
        own = [rows[(part + number) % 3][number] for number in range(120) if (number + part) % 2]
        house.deliver(f"focus/sept/{part}.csv", own[part % 3 :: 3])
    assert not house.look().quarantined


def test_a_folder_with_a_quarantined_part_does_not_take_over(house: House) -> None:
    house.deliver("focus/run-1/a.csv", charges(4))
    house.look()
    house.deliver("focus/run-2/a.csv", charges(2, BilledCost="9"))
    bad = house.deliver("focus/run-2/b.csv", charges(2, ResourceId="b", BilledCost="oops"))
    assert house.look().quarantined
    assert house.billed() == 40
    assert "incomplete" in [status for status, *_ in house.statuses()]
    assert house.look().quarantined, "and stays held while the bad part lies there"
    assert house.billed() == 40
    bad.unlink()
    house.deliver("focus/run-2/b.csv", charges(1, ResourceId="b", BilledCost="1"))
    assert not house.look().quarantined
    assert house.billed() == 19


def test_a_good_file_beside_a_bad_one_is_not_lost(house: House) -> None:
    house.deliver("focus/good.csv", charges())
    house.deliver("focus/bad.csv", charges(2, ResourceId="b", EffectiveCost="NaN"))
    assert len(house.look().quarantined) == 1
    assert house.billed() == 30


def test_a_bad_new_version_keeps_what_the_month_held(house: House) -> None:
    house.deliver("focus/sept/a.csv", charges())
    house.look()
    house.deliver("focus/sept/a.csv", charges(EffectiveCost="inf"))
    for _ in range(2):
        assert house.look().quarantined, "it is tried, and refused, again"
        assert house.billed() == 30
    assert len(house.statuses()) == 2


def test_an_unknown_folder_or_suffix_is_told(house: House) -> None:
    house.deliver("fokus/a.csv", charges())
    house.deliver("focus/a.xlsx", charges())
    notes = " ".join(house.look().notes)
    assert "fokus: not read" in notes
    assert "focus/a.xlsx: not read" in notes


def test_a_link_to_nothing_is_quarantined_until_it_leads_somewhere(house: House) -> None:
    """A share that was not mounted must not look like a month without a bill."""
    house.deliver("focus/other/a.csv", charges(1, BillingAccountId="7"))
    house.deliver("focus/run-1/a.csv", charges())
    house.look()
    (house.exports / "focus/run-2").mkdir()
    (house.exports / "focus/run-2/a.csv").symlink_to(house.exports.parent / "share/a.csv")
    (house.exports / "focus/run-2/loop.csv").symlink_to("loop.csv")
    house.deliver("focus/run-2/b.csv", charges(1, ResourceId="b"))
    for _ in range(2):
        nothing, loop = house.look().quarantined
        assert nothing == "focus/run-2/a.csv: it is a link to nothing; deliver the file itself, or remove the link"
        assert loop.startswith("focus/run-2/loop.csv: it cannot be read (Too many levels of symbolic links); deliver")
        assert house.billed() == 40, "half of a delivery does not take over"
    write_csv(house.exports.parent / "share/a.csv", charges(4))
    (house.exports / "focus/run-2/loop.csv").unlink()
    assert not house.look().quarantined
    assert house.billed() == 60
    assert {status for status, *_ in house.statuses()} == {"current", "superseded", "quarantined"}


def test_a_link_to_a_folder_is_told(house: House) -> None:
    house.deliver("../share/a.csv", charges())
    (house.exports / "focus").mkdir()
    (house.exports / "focus/run-1").symlink_to(house.exports.parent / "share", target_is_directory=True)
    (house.exports / "licenses").symlink_to(house.exports.parent / "nothing")
    assert house.look().notes == [
        "licenses: not read, it is no folder; deliver the folder itself",
        "focus/run-1: not read, it is a link to a folder, or no file; deliver what it stands for",
    ]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Who may read everything looks as one who may not."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def exports_seen() -> Iterator[Path]:
    """Exports that others may look at."""
    with TemporaryDirectory() as base:
        os.chmod(base, 0o755)
        yield Path(base)
        os.chmod(base, 0o755)


MAY_NOT = "it may not be read (permission denied); allow it to the user who runs this"


def test_what_may_not_be_read_is_told(exports_seen: Path) -> None:
    file = write_csv(exports_seen / "focus/a.csv", charges())
    folder = write_csv(exports_seen / "focus/closed/b.csv", charges()).parent
    for path in (file, folder):
        path.chmod(0)
    with as_nobody():
        found = look_at(exports_seen, "focus")
        assert found.closed == [f"focus/closed/: {MAY_NOT}"]
        with pytest.raises(Refused, match=re.escape(MAY_NOT)):
            content_hash(found.files[0])
    folder.chmod(0o700)


def test_exports_that_may_not_be_read_are_told(exports_seen: Path) -> None:
    exports_seen.chmod(0)
    with as_nobody(), pytest.raises(PermissionError, match=re.escape(f"{exports_seen}: {MAY_NOT}")):
        look_at(exports_seen, "focus")


BAD_INPUTS = {
    "a missing column": (charges(EffectiveCost=None), "required column EffectiveCost is missing"),
    "text for a cost": (charges(BilledCost="ten"), "line 2, column BilledCost: 'ten' is not a finite number"),
    "not a number": (charges(BilledCost="NaN"), "line 2, column BilledCost: 'NaN' is not a finite number"),
    "infinity": (charges(EffectiveCost="Infinity"), "column EffectiveCost: 'Infinity' is not a finite number"),
    "an empty cost": (charges(EffectiveCost=""), "line 2, empty_column EffectiveCost"),
    "a US date": (charges(ChargePeriodStart="9/2/26"), "column ChargePeriodStart: '9/2/26' is not an ISO 8601"),
    "a reversed charge period": (
        charges(ChargePeriodEnd="2026-09-01T00:00:00Z"),
        "No charge ends before it starts: line 2",
    ),
    "a reversed billing period": (
        charges(BillingPeriodEnd="2026-08-01T00:00:00Z"),
        "Every billing period ends after it starts: line 2",
    ),
    "an unknown category": (charges(ChargeCategory="Gift"), "ChargeCategory Gift"),
    "a currency in words": (charges(BillingCurrency="dollars"), "BillingCurrency dollars"),
    "tags that are not JSON": (charges(Tags="team=search"), "Tags is a JSON object: line 2"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_whole_with_its_place_value_and_reason(house: House, name: str) -> None:
    rows, message = BAD_INPUTS[name]
    house.deliver("focus/good/a.csv", charges(BillingAccountId="7"))
    house.deliver("focus/bad/a.csv", rows)
    scan = house.look()
    assert len(scan.quarantined) == 1
    assert scan.quarantined[0].startswith("focus/bad/a.csv: ")
    assert message in scan.quarantined[0]
    assert house.billed() == 30


TRUNCATED = {
    ".csv": "line 1336: expected 17 columns, found 12: the file is truncated or broken; deliver it again",
    ".csv.gz": "its gzip stream stops in the middle: the file is truncated; deliver it again",
    ".parquet": "unreadable Parquet file: the end of a Parquet file is missing: it is truncated; deliver it again",
}
COPIED = {".csv": "format csv", ".csv.gz": "format csv, compression gzip", ".parquet": "format parquet"}


def test_a_gzipped_file_whose_checksum_does_not_match_is_refused(house: House) -> None:
    """DuckDB reads it, with whatever digit a bad disk or copy made of another."""
    path = house.exports / "focus/a.csv.gz"
    path.parent.mkdir()
    text = as_csv(charges(5, BilledCost="10.00", Tags="")).encode()
    damaged = bytearray(gzip.compress(text, compresslevel=0))
    damaged[damaged.find(b"10.00")] = ord("9")
    path.write_bytes(damaged)
    reason = "its gzip checksum does not match: the file is damaged; deliver it again"
    assert house.look().quarantined == [f"focus/a.csv.gz: {reason}"]
    assert house.billed() == 0


@pytest.mark.parametrize("suffix", TRUNCATED)
def test_a_truncated_file_is_refused(house: House, suffix: str, tmp_path: Path) -> None:
    whole = write_csv(tmp_path / "whole.csv", charges(2000))
    path = house.exports / "focus" / f"cut{suffix}"
    path.parent.mkdir(parents=True)
    # In the order of its lines, on one thread.
    rows = f"from read_csv('{whole}', all_varchar = true) order by cast(\"ResourceId\"[4:] as integer)"
    duckdb.execute(f"copy ({rows}) to '{path}' ({COPIED[suffix]})")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    assert house.look().quarantined == [f"focus/cut{suffix}: {TRUNCATED[suffix]}"]
    assert house.billed() == 0


LATE = as_csv(charges(2000, Tags="")).replace("vm-1500", "caf\u00e9")
UNREADABLE = {
    "empty.csv": (b"", "line 1: the file is empty, not even a header is there; deliver it again"),
    "empty.csv.gz": (b"", "line 1: the file is empty, not even a header is there; deliver it again"),
    "empty.parquet": (
        b"",
        "unreadable Parquet file: the end of a Parquet file is missing: it is truncated; deliver it again",
    ),
    "no_gzip.csv.gz": (
        LATE.encode(),
        "its name says that it is gzipped, and it is not; deliver it again",
    ),
    "latin_in_the_header.csv": (
        "BilledCost,Se\u00f1al\n1,2\n".encode("latin-1"),
        "unreadable file: it is not UTF-8 text: save it as such; deliver it again",
    ),
    "latin.csv": (LATE.encode("latin-1"), "line 1502: it is not UTF-8 text: save it as such; deliver it again"),
    "spreadsheet.csv": (
        LATE.encode("utf-16"),
        "unreadable file: it is not UTF-8 text: save it as such; deliver it again",
    ),
}


PLAIN = as_csv(charges(3, Tags=None)).replace("vm-2", '"vm\r\n2"').splitlines(keepends=True)
ODD_ENDS = {
    "one export appended to another": (
        "".join(PLAIN[:2]).replace("\n", "\r\n") + "".join(PLAIN[2:]),
        "line 3 ends with LF, and line 1 with CR and LF",
    ),
    "a header put before it": (
        PLAIN[0] + PLAIN[1].replace("\n", "\r\n"),
        "line 2 ends with CR and LF, and line 1 with LF",
    ),
    "a value in quotes": (
        (PLAIN[0] + PLAIN[1].replace("vm-0", '"vm-0"').replace("\n", "\r\n")),
        "line 2 ends with CR and LF, and line 1 with LF",
    ),
    "a CR in a value": ("".join(PLAIN[:2]).replace("vm-0", "vm\r0"), "line 2 has a CR in it"),
}


@pytest.mark.parametrize("name", ODD_ENDS)
def test_a_file_whose_lines_end_in_several_ways_is_told_where(house: House, name: str) -> None:
    """That it is truncated or broken sends people to look for rows that are all there."""
    content, where = ODD_ENDS[name]
    path = house.exports / "focus/a.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(content.encode())
    reason = "its lines end in several ways; write them all alike and deliver it again"
    assert house.look().quarantined == [f"focus/a.csv: {where}: {reason}"]


@pytest.mark.parametrize("before", ["\n\n", "\ufeff\r\n", "  \n", ",,\n,,\n"])
def test_lines_without_a_value_before_the_header_are_passed_over(house: House, before: str) -> None:
    """A spreadsheet leaves them; the places in messages are those of the file."""
    end = "\r\n" if "\r" in before else "\n"
    rows = [*charges(2, Tags=""), *charges(1, Tags="", BilledCost="ten")]
    for name, delivered in (("good", rows[:2]), ("bad", rows)):
        path = house.exports / f"focus/{name}/a.csv"
        path.parent.mkdir(parents=True)
        path.write_bytes((before + as_csv(delivered).replace("\n", end)).encode())
    line = 4 + before.count("\n")
    assert house.look().quarantined == [
        f"focus/bad/a.csv: line {line}, column BilledCost: 'ten' is not a finite number;"
        " correct it and deliver the file again"
    ]
    assert query(house.project.warehouse, 'select source_row, "BilledCost" from raw.focus') == [(1, 10), (2, 10)]


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_in_words(house: House, name: str) -> None:
    content, reason = UNREADABLE[name]
    path = house.exports / "focus" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert house.look().quarantined == [f"focus/{name}: {reason}"]


TOO_LARGE = "'{}' is too large: it may have 18 digits before the decimal point; correct it and deliver the file again"


@pytest.mark.parametrize("cost", ["1e30", "-1000000000000000000.00"])
def test_an_amount_for_which_money_has_no_room_is_refused_as_such(house: House, cost: str) -> None:
    """That it is no finite number is not true, and tells nobody what to look for."""
    house.deliver("focus/a.csv", [*charges(2), *charges(1, BilledCost=cost)])
    assert house.look().quarantined == [f"focus/a.csv: line 4, column BilledCost: {TOO_LARGE.format(cost)}"]


@pytest.mark.parametrize("column", ["BilledCost", "EffectiveCost"])
def test_amounts_that_fit_one_by_one_and_not_their_sum_are_refused(house: House, column: str) -> None:
    """In one file or in several: the sum would stop the run, and every good delivery with it."""
    huge = "9" * 26
    house.deliver("focus/a/a.csv", charges(2, **{column: huge}))
    house.deliver("focus/b/a.csv", charges(1, BillingAccountId="1", **{column: f"-{huge}"}))
    house.deliver("focus/c/a.csv", charges(1, BillingAccountId="2"))
    assert house.look().quarantined == [
        f"focus/a/a.csv: line 2, column {column}: {TOO_LARGE.format(huge)}",
        f"focus/b/a.csv: line 2, column {column}: {TOO_LARGE.format(f'-{huge}')}",
    ]
    assert house.billed() == 10


@pytest.mark.parametrize(("kind", "shown"), [("double", "1e+30"), ("float", "1e+30"), ("varchar", "1e30")])
def test_too_large_an_amount_in_parquet_is_named_by_its_row(house: House, kind: str, shown: str) -> None:
    path = house.exports / "focus" / "a.parquet"
    path.parent.mkdir()
    source = write_csv(house.exports.parent / "rows.csv", [*charges(2), *charges(1, BilledCost="1e30")])
    text = f"read_csv('{source}', all_varchar = true)"
    duckdb.execute(f'copy (select * replace ("BilledCost"::{kind} as "BilledCost") from {text}) to \'{path}\'')
    assert house.look().quarantined == [f"focus/a.parquet: row 3, column BilledCost: {TOO_LARGE.format(shown)}"]


def test_a_quarantined_parquet_names_row_and_value(house: House) -> None:
    path = house.exports / "focus" / "a.parquet"
    path.parent.mkdir()
    source = write_csv(house.exports.parent / "rows.csv", charges(5))
    duckdb.execute(
        f"copy (select * replace (case when rowid_ = 3 then 'nan'::double else 1 end as \"BilledCost\")"
        f" from (select *, row_number() over () as rowid_ from read_csv('{source}'))) to '{path}'"
    )
    assert "row 3, column BilledCost: 'nan' is not a finite number" in house.look().quarantined[0]


VERSIONS = {
    "1.0": {"ServiceProviderName": None, "ProviderName": "Cloud", "PublisherName": "Cloud"},
    "1.1": {"ServiceProviderName": None, "ProviderName": "Cloud", "CommitmentDiscountQuantity": "1"},
    "1.2": {"ServiceProviderName": None, "ProviderName": "Cloud", "InvoiceId": "i-1", "PricingCurrency": "USD"},
    "1.3": {"ProviderName": "Cloud", "HostProviderName": "Metal", "AllocatedMethodId": ""},
    "1.4": {"HostProviderName": "Cloud", "InvoiceDetailId": "d-1", "x_Custom": "kept", "Vendor Extra": "ignored"},
    "null as text": {"ResourceId": "NULL", "Tags": "NULL", "SkuId": "NULL"},
    "no T and Z": {"ChargePeriodStart": "2026-09-02 00:00:00", "ChargePeriodEnd": "2026-09-03 00:00:00"},
    "scientific notation": {"BilledCost": "1E1", "EffectiveCost": "8e0"},
}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_and_spelling_of_focus_loads(house: House, version: str) -> None:
    house.deliver("focus/a.csv", charges(**VERSIONS[version]))
    assert not house.look().quarantined
    assert house.billed() == 30
    row = query(house.project.warehouse, 'select distinct "ServiceProviderName", x_extensions, "Tags" from raw.focus')
    assert len(row) == 1
    assert row[0][0] == "Cloud"
    assert row[0][1] == ('{"x_Custom":"kept"}' if version == "1.4" else None)
    assert (row[0][2] is None) == (version == "null as text")


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-01T23:00:00Z",
        "2026-09-01T23:00:00.000Z",
        "2026-09-01 23:00:00",
        "2026-09-01 23:00:00 UTC",
        "2026-09-01 23:00:00 +0000 UTC",
        "2026-09-01 23:00:00+00:00",
        "2026-09-01 23:00:00 +00:00",
        "2026-09-02T01:00:00+02:00",
        "2026-09-02 01:00:00 +02",
    ],
)
def test_an_offset_is_applied_not_dropped(house: House, text: str) -> None:
    house.deliver("focus/a.csv", charges(1, ChargePeriodStart=text))
    house.look()
    start = query(house.project.warehouse, 'select cast("ChargePeriodStart" as varchar) from raw.focus')[0][0]
    assert start == "2026-09-01 23:00:00"


TAGS = {
    "a map": ("map {'team': 'search'}", '{"team":"search"}'),
    "a list of keys and values": ("[{'key': 'team', 'value': 'search'}]", '{"team":"search"}'),
    "a key that comes again": (
        "[{'Key': 'team', 'Value': 'red'}, {'Key': 'env', 'Value': null}, {'Key': 'team', 'Value': 'search'}]",
        '{"env":null,"team":"search"}',
    ),
    "an empty list": ("[{'key': 'team', 'value': 'search'}][2:]", "{}"),
    "no list": ("if(\"BilledCost\" < 0, [{'key': 'team', 'value': 'search'}], null)", None),
}


@pytest.mark.parametrize("name", TAGS)
def test_tags_as_a_map_or_as_a_list_of_keys_and_values_are_read_from_parquet(house: House, name: str) -> None:
    delivered, read = TAGS[name]
    path = house.exports / "focus" / "a.parquet"
    path.parent.mkdir()
    source = write_csv(house.exports.parent / "rows.csv", charges(3))
    duckdb.execute(
        f'copy (select * replace ({delivered} as "Tags", "BilledCost"::double as "BilledCost")'
        f" from read_csv('{source}')) to '{path}'"
    )
    assert not house.look().quarantined
    assert query(house.project.warehouse, 'select distinct "Tags" from raw.focus') == [(read,)]
    assert house.billed() == 30


def test_a_leading_zero_of_an_account_is_kept(house: House) -> None:
    house.deliver("focus/a.csv", charges())
    house.look()
    assert query(house.project.warehouse, "select distinct account_id from ingestion.deliveries") == [("0012",)]


def test_a_person_never_enters(house: House) -> None:
    row = {
        "worked_on": "2026-09-01",
        "person": "ada.lovelace@example.com",
        "role": "engineer",
        "project": "ranker",
        "activity": "training",
        "hours": "8",
        "notes": "call with Charles Babbage",
    }
    house.deliver("timesheets/2026-09.csv", [row])
    assert not house.look().quarantined
    hashed = query(house.project.warehouse, "select person from raw.timesheets")[0][0]
    assert len(hashed) == 20
    for path in house.exports.parent.rglob("*"):
        if path.is_file() and house.exports not in path.parents:
            data = path.read_bytes()
            assert b"lovelace" not in data, path
            assert b"Babbage" not in data, path


@pytest.mark.parametrize("column", ["role", "project", "activity"])
def test_an_address_in_what_people_type_does_not_enter(house: House, column: str) -> None:
    """A project is what somebody typed into a field, and people type addresses."""
    row = {"worked_on": "2026-09-01", "person": "a", "role": "r", "project": "p", "activity": "x", "hours": "8"}
    house.deliver("timesheets/2026-09.csv", [row | {column: "1:1 with <ada.lovelace+x@mail.example.com>, v@2 @home"}])
    assert not house.look().quarantined
    found = query(house.project.warehouse, f"select {column}, hours from raw.timesheets")
    assert found == [("1:1 with <e-mail>, v@2 @home", 8)]
    for path in house.exports.parent.rglob("*"):
        assert house.exports in path.parents or not path.is_file() or b"lovelace" not in path.read_bytes(), path


def test_hours_beyond_a_day_are_refused(house: House) -> None:
    row = {"worked_on": "2026-09-01", "person": "a", "role": "r", "project": "p", "activity": "x", "hours": "25"}
    house.deliver("timesheets/2026-09.csv", [row])
    assert "24 hours" in house.look().quarantined[0]


def test_nobody_is_not_a_person(house: House) -> None:
    """The hash of an empty name would be one tireless colleague."""
    row = {"worked_on": "2026-09-01", "person": "", "role": "r", "project": "p", "activity": "x", "hours": "5"}
    house.deliver("timesheets/2026-09.csv", [row])
    assert "line 2, empty_column person" in house.look().quarantined[0]


def test_a_seat_that_is_still_held_feeds_the_months_to_come(house: House) -> None:
    """Its last date is the day it was assigned, but a new holder changes who pays from then on."""
    contract = {"license_id": "ide", "vendor": "Soft", "product": "IDE", "currency": "USD", "amount": "12"}
    contract |= {"term_start": "2026-01-01", "term_end": "2026-04-30", "billed_on": "2026-01-01", "seats": "10"}
    held = {"license_id": "ide", "team_id": "red", "project_id": "", "seats": "5", "assigned_from": "2026-02-01"}
    house.deliver("licenses/contracts/a.csv", [contract])
    house.deliver("licenses/seats-1/a.csv", [held])
    house.look()
    with connect(house.project.warehouse) as connection:
        record_built(connection, "same", None)
        assert unbuilt_periods(connection, "same") == []
    house.deliver("licenses/seats-2/a.csv", [held | {"team_id": "blue"}])
    house.look()
    with connect(house.project.warehouse) as connection:
        assert unbuilt_periods(connection, "same") == ["2026-02", "2026-03", "2026-04"]


def test_a_register_that_lists_nobody_is_one(house: House) -> None:
    """It took its only account for a row, and was refused for the dates that it does not have."""
    file = house.deliver("licenses/seats/a.csv", [dict.fromkeys(("license_id", "seats", "assigned_from"), "x")])
    file.write_text(file.read_text().splitlines()[0] + "\n")
    scan = house.look()
    assert (scan.quarantined, scan.rows) == ([], 0)
