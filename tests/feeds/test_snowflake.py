"""Snowflake's usage in currency, a month that stays open until it is closed, and its metering in credits."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import project
from orchestration.quality.validator import Validator
from tests.conftest import query, write_csv
from tests.feeds.conftest import Company

ROW = {
    "ORGANIZATION_NAME": "ACME",
    "CONTRACT_NUMBER": "00123",
    "ACCOUNT_NAME": "ML",
    "ACCOUNT_LOCATOR": "XY1",
    "REGION": "AWS_EU_WEST_1",
    "SERVICE_LEVEL": "ENTERPRISE",
    "USAGE_DATE": "2026-06-01",
    "USAGE_TYPE": "compute",
    "CURRENCY": "EUR",
    "USAGE": "3.125",
    "USAGE_IN_CURRENCY": "9.38",
    "BALANCE_SOURCE": "capacity",
    "BILLING_TYPE": "consumption",
    "RATING_TYPE": "compute",
    "SERVICE_TYPE": "WAREHOUSE_METERING",
    "IS_ADJUSTMENT": "FALSE",
}


class House:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator | None = None) -> None:
        self.exports = base / "exports"
        self.project = project(self.exports, base / "w.duckdb", base / "published")
        self.validator = validator

    def deliver(self, name: str, *rows: dict[str, str]) -> Path:
        return write_csv(self.exports / "snowflake" / name, list(rows))

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def billed(self) -> Decimal:
        return query(self.project.warehouse, "select coalesce(sum(billed_cost), 0) from ingestion.current_slices")[0][0]


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


def row(**changes: str) -> dict[str, str]:
    return {**ROW, **changes}


def test_headers_in_capitals_are_read_and_cents_add_up(house: House) -> None:
    house.deliver("june.csv", row(), row(USAGE_IN_CURRENCY="-0.01", IS_ADJUSTMENT="TRUE"), row(ACCOUNT_LOCATOR=""))
    assert not house.look().quarantined
    assert house.billed() == Decimal("18.75")
    found = query(house.project.warehouse, "select distinct account_id, currency from ingestion.current_slices")
    assert found == [("ACME", "EUR")]


def test_parquet_with_its_own_types_is_the_same(house: House) -> None:
    path = house.deliver("june.csv", row(), row(USAGE_IN_CURRENCY="-0.01", IS_ADJUSTMENT="TRUE"))
    duckdb.execute(f"copy (from read_csv('{path}')) to '{path.with_suffix('.parquet')}'")
    path.unlink()
    assert not house.look().quarantined
    assert house.billed() == Decimal("9.37")
    assert query(house.project.warehouse, "select distinct is_adjustment from raw.snowflake order by 1") == [
        ("false",),
        ("true",),
    ]


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_json_lines_are_read_in_capitals_as_snowflake_writes_them(house: House, case: Callable[[str], str]) -> None:
    """A record of an unloaded table leaves out its nulls; the extract was refused as one without any column."""
    given = [row(), {**row(USAGE_IN_CURRENCY="-0.01"), "ACCOUNT_LOCATOR": None}, METERED]
    for name, rows in (("usage", given[:2]), ("metering", given[2:])):
        path = house.exports / f"snowflake/{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        records = [{case(key): value for key, value in one.items() if value is not None} for one in rows]
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert not house.look().quarantined
    assert house.billed() == Decimal("9.37")
    columns = "account_locator, is_adjustment"
    assert query(house.project.warehouse, f"select {columns} from raw.snowflake where usage_in_currency > 0") == [
        ("XY1", "FALSE")
    ]
    metered = "select account_name, credits_used from raw.snowflake_metering"
    assert query(house.project.warehouse, metered) == [("ML", Decimal("1.500125"))]


def test_an_open_month_is_replaced_as_a_whole_and_other_months_stay(house: House) -> None:
    """A transfer between contracts renames rows: merged by their columns, the month would count twice."""
    house.deliver("20260610T000000Z/usage.csv", row(), row(USAGE_DATE="2026-05-31"))
    house.deliver("20260702T000000Z/usage.csv", row(CONTRACT_NUMBER="00124"), row(USAGE_DATE="2026-06-02"))
    house.look()
    assert house.billed() == Decimal("28.14")


METERED = {
    "ORGANIZATION_NAME": "ACME",
    "ACCOUNT_NAME": "ML",
    "SERVICE_TYPE": "WAREHOUSE_METERING",
    "START_TIME": "2026-06-01 22:00:00.000 -0700",
    "END_TIME": "2026-06-01 23:00:00.000 -0700",
    "ENTITY_ID": "7",
    "NAME": "TRAIN",
    "CREDITS_USED_COMPUTE": "1.5",
    "CREDITS_USED_CLOUD_SERVICES": "0.000125",
    "CREDITS_USED": "1.500125",
}


def test_an_hour_that_two_extracts_have_is_metered_once(house: House) -> None:
    """Beside the bill in the same folder, and on the day that it is in UTC."""
    house.deliver("june.csv", row())
    house.deliver("june-10/metering.csv", METERED, METERED | {"NAME": "SERVE", "ENTITY_ID": "8"})
    house.deliver("june-20/metering.csv", METERED | {"CREDITS_USED": "2"}, METERED | {"SERVICE_TYPE": "PIPE"})
    assert not house.look().quarantined
    assert house.billed() == Decimal("9.38")
    metered = "select cast(start_time as date)::varchar, service_type, name, credits_used from raw.snowflake_metering"
    assert query(house.project.warehouse, f"{metered} order by all") == [
        ("2026-06-02", "PIPE", "TRAIN", Decimal("1.500125")),
        ("2026-06-02", "WAREHOUSE_METERING", "SERVE", Decimal("1.500125")),
        ("2026-06-02", "WAREHOUSE_METERING", "TRAIN", Decimal("2")),
    ]


def test_accounts_are_told_by_their_folders(house: House) -> None:
    """Each numbers its warehouses alike: the same hour of two of them would be one."""
    metered = {name: value for name, value in METERED.items() if name not in ("ORGANIZATION_NAME", "ACCOUNT_NAME")}
    house.deliver("account=A/metering.csv", metered)
    house.deliver("account=B/metering.csv", metered | {"CREDITS_USED": "2"})
    assert not house.look().quarantined
    found = query(house.project.warehouse, "select account_name, credits_used from raw.snowflake_metering order by 1")
    assert found == [("A", Decimal("1.500125")), ("B", Decimal("2"))]


def test_metering_without_its_service_is_refused(house: House) -> None:
    """The credits of a warehouse stand in both histories: they would drive twice."""
    house.deliver("june.csv", {name: value for name, value in METERED.items() if name != "SERVICE_TYPE"})
    (refused,) = house.look().quarantined
    assert "service_type" in refused


BAD_INPUTS = {
    "money in words": (
        {"USAGE_IN_CURRENCY": "nine"},
        "line 2, column usage_in_currency: 'nine' is not a finite number",
    ),
    "no money": ({"USAGE_IN_CURRENCY": ""}, "line 2, empty_column usage_in_currency"),
    "a US date": ({"USAGE_DATE": "6/1/26"}, "column usage_date: '6/1/26' is not an ISO 8601 date"),
    "a currency in words": ({"CURRENCY": "euros"}, "currency euros"),
    "an adjustment in words": ({"IS_ADJUSTMENT": "maybe"}, "is_adjustment maybe"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_whole_with_its_place_value_and_reason(house: House, name: str) -> None:
    changes, message = BAD_INPUTS[name]
    house.deliver("good/june.csv", row(ORGANIZATION_NAME="OTHER"))
    house.deliver("bad/june.csv", row(**changes))
    scan = house.look()
    assert len(scan.quarantined) == 1
    assert message in scan.quarantined[0]
    assert house.billed() == Decimal("9.38")


def deliver_to_company(base: Path) -> None:
    rows = [row(CURRENCY="USD"), row(CURRENCY="USD", USAGE_IN_CURRENCY="-0.01", IS_ADJUSTMENT="TRUE")]
    House(base).deliver("june.csv", *rows)


@pytest.mark.slow
def test_the_showback_adds_up_to_the_extract(every_feed: Company) -> None:
    costs = """
        select cost_component, sum(billed_cost), sum(total_cost)
        from showback.monthly_costs where provider_name = 'Snowflake' group by all
    """
    assert query(every_feed.published, costs) == [("compute", Decimal("9.37"), Decimal("9.37"))]
