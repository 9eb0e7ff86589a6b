"""A warehouse that was filled under an earlier contract, or whose landing folder is gone."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.feeds import Column, feeds
from orchestration.ingestion import registry
from orchestration.quality.validator import Batch, Check, Validator
from orchestration.warehouse import WarehouseError
from tests.conftest import apportion, charges, query
from tests.ingestion.test_deliveries import House

COST_CENTER = Column("CostCenter")
WORKLOG = {"worked_on": "2026-09-01", "person": "ada@example.com", "role": "lead", "project": "ranker", "hours": "2"}


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


def extend(monkeypatch: pytest.MonkeyPatch, feed: str, *columns: Column) -> None:
    """Let the first table of a feed name more columns, before those that it has."""
    declared = feeds()[feed]
    table = declared.tables[0]
    tables = (replace(table, columns=(*columns, *table.columns)), *declared.tables[1:])
    monkeypatch.setitem(feeds(), feed, replace(declared, tables=tables))


def landed_files(house: House) -> list[str]:
    """What the landing folder has, and that the register names nothing else."""
    named = query(house.project.warehouse, "select distinct parquet from ingestion.slices")
    for (parquet,) in named:
        assert list(Path("/").glob(parquet[1:])), parquet
    return sorted({path.relative_to(house.project.landing).parts[0] for path in house.project.landing.rglob("*.*")})


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_new_column_is_read_from_the_bytes_that_were_kept(
    house: House, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """Months delivered before would break the raw table, or have to be delivered anew: nobody can, of years ago."""
    months = {"2026-08": charges(2, CostCenter="cc-8"), "2026-09": charges(3, CostCenter="cc-9")}
    for month, rows in months.items():
        started = {name: f"{month}-01T00:00:00Z" for name in ("BillingPeriodStart", "ChargePeriodStart")}
        file = house.deliver(f"focus/{month}/a.csv", [row | started for row in rows])
        if suffix == ".parquet":
            duckdb.sql(f"copy (from read_csv('{file}', all_varchar = true)) to '{file.with_suffix(suffix)}'")
            file.unlink()
    house.look()
    before = query(house.project.warehouse, "select * from ingestion.deliveries order by all")
    shutil.rmtree(house.exports / "focus/2026-08")

    extend(monkeypatch, "focus", COST_CENTER)
    note = "focus: 2 landed files were read again for CostCenter, new in its contract"
    assert house.look().notes == [note]
    by_month = 'select billing_period, "CostCenter", sum("BilledCost") from raw.focus group by all order by all'
    assert query(house.project.warehouse, by_month) == [("2026-08", "cc-8", 20), ("2026-09", "cc-9", 30)]
    assert query(house.project.warehouse, "select * from ingestion.deliveries order by all") == before
    assert landed_files(house) == ["again"]
    assert house.look().notes == []

    extend(monkeypatch, "focus", Column("Tower"))
    october = {"BillingPeriodStart": "2026-10-01T00:00:00Z", "BillingPeriodEnd": "2026-11-01T00:00:00Z"}
    house.deliver("focus/2026-10/a.csv", charges(1, Tower="T", **october))
    assert house.look().notes == [note.replace("CostCenter", "Tower")]
    towers = 'select "Tower", sum("BilledCost") from raw.focus group by all order by all'
    assert query(house.project.warehouse, towers) == [("T", 10), (None, 50)]
    assert landed_files(house) == ["focus"]


def test_what_fails_half_way_leaves_the_warehouse_as_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.deliver("focus/a/a.csv", charges(2))
    house.look()
    with monkeypatch.context() as patched:
        extend(patched, "focus", COST_CENTER)
        patched.setattr(registry, "record_slices", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            house.look()
    assert house.billed() == 20
    assert house.look().notes == []


def test_a_file_that_names_persons_is_read_again_where_it_still_lies(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes are not kept. What is gone is unknown, which is said once."""
    kept = house.deliver("timesheets/kept/a.csv", [WORKLOG | {"CostCenter": "cc"}])
    gone = house.deliver("timesheets/gone/a.csv", [WORKLOG | {"worked_on": "2026-08-01", "CostCenter": "cc"}])
    house.look()
    gone.unlink()
    extend(monkeypatch, "timesheets", COST_CENTER)
    notes = house.look().notes
    assert notes[0].startswith("timesheets/gone/a.csv: CostCenter is unknown there, for the bytes it came as")
    assert notes[1:] == ["timesheets: 1 landed files were read again for CostCenter, new in its contract"]
    known = 'select billing_period, "CostCenter", hours from raw.timesheets order by all'
    assert query(house.project.warehouse, known) == [("2026-08", None, 2), ("2026-09", "cc", 2)]
    assert house.look().notes == []
    assert kept.exists()
    for path in house.project.landing.rglob("*.*"):
        assert b"ada@example.com" not in path.read_bytes(), path


def test_what_a_contract_refuses_since_stops_the_build_until_its_month_is_delivered_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A null where the contract has none would be somebody's money under no name."""
    house.deliver("focus/a/a.csv", charges(2))
    house.look()
    extend(monkeypatch, "focus", replace(COST_CENTER, required=True))
    house.look()
    assert house.billed() == 20
    words = "focus/a/a.csv: it was landed before column CostCenter was read, and cannot be read again: line 1: required"
    with pytest.raises(duckdb.InvalidInputException, match=words):
        query(house.project.warehouse, 'select "CostCenter" from raw.focus')
    house.deliver("focus/b/a.csv", charges(1, CostCenter="cc"))
    house.look()
    assert query(house.project.warehouse, 'select "CostCenter", "BilledCost" from raw.focus') == [("cc", Decimal(10))]


class Lenient(Validator):
    """The door as it was before a promise was made."""

    def __init__(self) -> None:
        """No worker starts."""

    def warm_up(self) -> None:
        """Nothing to start."""

    def validate(self, batches: Sequence[Batch]) -> list[Check]:
        return []


def test_what_is_read_again_is_judged_as_what_is_new(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no new file may be would stay for good, as long as it came before somebody forbade it."""
    strict, house.validator = house.validator, Lenient()
    house.deliver("focus/bad/a.csv", charges(2, BillingCurrency="dollars"))
    house.deliver("focus/good/a.csv", charges(3, BillingAccountId="0013", CostCenter="cc"))
    assert not house.look().quarantined
    house.validator = strict
    extend(monkeypatch, "focus", COST_CENTER)
    assert house.look().notes == ["focus: 1 landed files were read again for CostCenter, new in its contract"]
    good = """select "CostCenter", sum("BilledCost") from raw.focus where "BillingAccountId" = '0013' group by all"""
    assert query(house.project.warehouse, good) == [("cc", 30)]
    words = "focus/bad/a.csv: it was landed before .* read again: BillingCurrency .*: line 2, BillingCurrency dollars"
    with pytest.raises(duckdb.InvalidInputException, match=words):
        query(house.project.warehouse, 'select "CostCenter" from raw.focus')
    assert house.billed() == 50
    house.deliver("focus/mended/a.csv", charges(2))
    house.look()
    assert query(house.project.warehouse, 'select count("CostCenter"), count(*) from raw.focus') == [(3, 5)]
    landed_files(house)


@pytest.mark.parametrize("step", ["look", "build"])
def test_a_landing_folder_that_is_gone_is_said_in_words(house: House, step: str) -> None:
    """It looks like a cache, beside the warehouse; whoever removes it must learn what it was."""
    file = house.deliver("focus/a/a.csv", charges(2))
    house.look()
    shutil.rmtree(house.project.landing)
    words = (
        f"{house.project.landing}: 1 of the 1 landed files that warehouse.duckdb reads are missing, the first of "
        f"focus/a; restore the folder from a backup, or remove {house.project.warehouse} too and run again, which "
        "lands anew what lies in the exports"
    )
    if step == "build":
        done = apportion("build", "--warehouse", house.project.warehouse, check=False)
        assert (done.returncode, done.stderr.splitlines()[-1]) == (1, f"apportion: {words}")
        return
    with pytest.raises(WarehouseError) as raised:
        house.look()
    assert str(raised.value) == words
    house.project.warehouse.unlink()
    assert house.look().landed == 1
    assert house.billed() == 20
    assert file.exists()
