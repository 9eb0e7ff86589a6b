"""Databricks: usage that is taken back and restated, and the list prices that make it money."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.ingestion.ingest import Scan, ingest
from orchestration.partitions import record_built, unbuilt_periods
from orchestration.project import project
from orchestration.quality.validator import Validator
from orchestration.warehouse import connect
from tests.conftest import query
from tests.feeds.conftest import Company

USAGE = {
    "record_id": "r1",
    "record_type": "ORIGINAL",
    "account_id": "acc",
    "workspace_id": "0042",
    "sku_name": "PREMIUM_JOBS",
    "cloud": "AWS",
    "usage_start_time": "2026-06-01T10:00:00.000+00:00",
    "usage_end_time": "2026-06-01T11:00:00.000+00:00",
    "usage_quantity": 10,
    "usage_unit": "DBU",
    "usage_type": "COMPUTE_TIME",
    "custom_tags": {"team": "red"},
    "usage_metadata": {"cluster_id": "c1", "job_name": "ada.lovelace@example.com nightly"},
    "identity_metadata": {"run_as": "ada.lovelace@example.com"},
    "billing_origin_product": "JOBS",
    "ingestion_date": "2026-06-01",
}
PRICE = {
    "sku_name": "PREMIUM_JOBS",
    "cloud": "AWS",
    "currency_code": "USD",
    "usage_unit": "DBU",
    "price_start_time": "2026-01-01T00:00:00.000+00:00",
    "price_end_time": None,
    "pricing": {"default": 0.3, "promotional": {"default": 0.15}, "effective_list": {"default": 0.15}},
}


class House:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator | None = None) -> None:
        self.exports = base / "exports"
        self.project = project(self.exports, base / "w.duckdb", base / "published")
        self.validator = validator

    def deliver(self, name: str, *rows: dict) -> Path:
        """Rows as JSON lines, as Parquet with structs, or as CSV with JSON in its fields."""
        path = self.exports / "databricks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.with_suffix(".jsonl")
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
        if path.suffix != ".jsonl":
            duckdb.execute(f"copy (from read_json('{lines}')) to '{path}'")
            if path.suffix == ".csv":
                texts = {key: "VARCHAR" for key in rows[0]}
                duckdb.execute(f"copy (from read_json('{lines}', columns = {texts})) to '{path}'")
            lines.unlink()
        return path

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def quantity(self) -> Decimal:
        return query(self.project.warehouse, "select sum(usage_quantity) from raw.databricks_usage")[0][0]


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


@pytest.mark.parametrize("suffix", ["jsonl", "parquet", "csv"])
def test_structs_and_maps_are_read_from_every_format(house: House, suffix: str) -> None:
    house.deliver(f"usage.{suffix}", USAGE, {**USAGE, "record_id": "r2"})
    house.deliver(f"prices.{suffix}", PRICE)
    assert not house.look().quarantined
    columns = "\"usage_metadata.cluster_id\", workspace_id, custom_tags ->> '$.team', usage_start_time::varchar"
    found = query(house.project.warehouse, f"select distinct {columns} from raw.databricks_usage")
    assert found == [("c1", "0042", "red", "2026-06-01 10:00:00")]
    assert house.quantity() == 20
    prices = '"pricing.effective_list.default", "pricing.default"'
    assert query(house.project.warehouse, f"select {prices} from raw.databricks_list_prices") == [
        (Decimal("0.15"), Decimal("0.3"))
    ]


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_no_digit_of_a_price_or_a_quantity_is_lost(house: House, suffix: str) -> None:
    """A double has seventeen digits at the most; a price in a struct of a CSV is JSON in a text."""
    price = {**PRICE, "pricing": {"default": "PRICE", "effective_list": {"default": "PRICE"}}}
    usage = {**USAGE, "usage_quantity": "QUANTITY"}
    for name, row in (("usage", usage), ("prices", price)):
        path = house.deliver(f"{name}.{suffix}", row)
        text = re.sub('"*QUANTITY"*', "12345678.123456789012345", path.read_text())
        path.write_text(re.sub('"*PRICE"*', "1234567.123456789012", text))
    assert not house.look().quarantined
    assert house.quantity() == Decimal("12345678.123456789012345")
    prices = '"pricing.effective_list.default", "pricing.default"'
    assert query(house.project.warehouse, f"select {prices} from raw.databricks_list_prices") == [
        (Decimal("1234567.123456789012"), Decimal("1234567.123456789012"))
    ]


def test_a_retraction_that_comes_alone_later_nets_against_what_was_delivered_before(house: House) -> None:
    house.deliver("20260602T000000Z/usage.jsonl", USAGE, {**USAGE, "record_id": "r2"})
    house.look()
    house.deliver(
        "20260605T000000Z/usage.jsonl",
        {**USAGE, "record_type": "RETRACTION", "usage_quantity": -10, "ingestion_date": "2026-06-05"},
        {**USAGE, "record_id": "r3", "record_type": "RESTATEMENT", "usage_quantity": 8, "ingestion_date": "2026-06-05"},
    )
    house.look()
    assert house.quantity() == 18


def test_extracts_that_overlap_count_each_record_once(house: House) -> None:
    first = {**USAGE, "record_id": "r0"}
    house.deliver("a/usage.jsonl", first, USAGE)
    house.deliver("b/usage.csv", USAGE, {**USAGE, "record_id": "r2"})
    house.look()
    assert house.quantity() == 30


@pytest.mark.parametrize("folders", ["", "a/ b/ c/"])
def test_a_record_that_is_restated_twice_nets_to_its_last_values(house: House, folders: str) -> None:
    """10 become 8, are found to be 10 after all, and 10 once more in another zone: by days that overlap."""
    changes = [
        ("2026-06-01", "ORIGINAL", 10),
        ("2026-06-05", "RETRACTION", -10),
        ("2026-06-05", "RESTATEMENT", 8),
        ("2026-06-09", "RETRACTION", -8),
        ("2026-06-09", "RESTATEMENT", 10),
        ("2026-06-12", "RETRACTION", -10),
        ("2026-06-12", "RESTATEMENT", 10),
        ("2026-06-12", "RETRACTION", -10),
        ("2026-06-12", "RESTATEMENT", 10),
    ]
    rows = [
        {**USAGE, "ingestion_date": day, "record_type": kind, "usage_quantity": quantity}
        for day, kind, quantity in changes
    ]
    places = folders.split() or [""] * 3
    filler = [{**USAGE, "record_id": f"r{number}", "ingestion_date": "2026-06-05"} for number in range(2, 6)]
    for place, name, extract, expected in (
        (places[0], "until-05.jsonl", [*rows[:3], *filler[:2]], 8 + 20),
        (places[1], "05-to-09.parquet", [*rows[1:5], *filler], 10 + 40),
        (places[2], "from-09.csv", rows[3:], 10 + 40),
    ):
        house.deliver(f"{place}{name}", *extract)
        assert not house.look().quarantined
        assert house.quantity() == expected
    assert query(house.project.warehouse, "select count(*) from raw.databricks_usage") == [(13,)]


def test_no_person_enters(house: House) -> None:
    house.deliver("usage.parquet", USAGE)
    house.look()
    for path in house.exports.parent.rglob("*"):
        if path.is_file() and house.exports not in path.parents:
            assert b"lovelace" not in path.read_bytes(), path


def test_a_price_without_an_end_rebuilds_every_month_that_it_reaches(house: House) -> None:
    """A price of January, corrected in July, is the price of June's usage too."""
    house.deliver("usage.jsonl", USAGE)
    house.deliver("prices.jsonl", PRICE)
    house.look()
    with connect(house.project.warehouse) as connection:
        record_built(connection, "", None)
        assert unbuilt_periods(connection, "") == []
    house.deliver("corrected/prices.jsonl", {**PRICE, "pricing": {"default": 0.2}})
    house.look()
    with connect(house.project.warehouse) as connection:
        assert "2026-06" in unbuilt_periods(connection, "")


BAD_INPUTS: dict[str, tuple[str, dict, str]] = {
    "a quantity in words": (
        "usage",
        {**USAGE, "usage_quantity": "ten"},
        "record 1, column usage_quantity: 'ten' is not a finite number",
    ),
    "a retraction that adds": ("usage", {**USAGE, "record_type": "RETRACTION"}, "takes back what was used: record 1"),
    "an unknown record type": ("usage", {**USAGE, "record_type": "GIFT"}, "record_type GIFT"),
    "no SKU": ("usage", {**USAGE, "sku_name": None}, "empty_column sku_name"),
    "tags that are no object": ("usage", {**USAGE, "custom_tags": ["a"]}, "custom_tags is a JSON object: record 1"),
    "a price without an amount": ("prices", {**PRICE, "pricing": {}}, "Every price has an amount"),
    "a negative price": ("prices", {**PRICE, "pricing": {"default": -1}}, "Every price has an amount"),
    "a price that ends before it starts": (
        "prices",
        {**PRICE, "price_end_time": "2025-01-01T00:00:00Z"},
        "No price ends before it starts: record 1",
    ),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_whole_with_its_place_value_and_reason(house: House, name: str) -> None:
    table, row, message = BAD_INPUTS[name]
    house.deliver("good/usage.jsonl", {**USAGE, "record_id": "good"})
    house.deliver(f"bad/{table}.jsonl", row)
    scan = house.look()
    assert len(scan.quarantined) == 1
    assert message in scan.quarantined[0]
    assert house.quantity() == 10


def test_prices_in_two_currencies_are_refused(house: House) -> None:
    """Each unit would be paid in both."""
    house.deliver("prices.jsonl", PRICE, {**PRICE, "currency_code": "EUR"})
    [refused] = house.look().quarantined
    assert "A SKU has one price at a time, in one currency: sku_name PREMIUM_JOBS, cloud AWS" in refused
    assert "prices 2, first_currency EUR, last_currency USD; correct it and deliver the file again" in refused


def deliver_to_company(base: Path) -> None:
    """10 and 8 units at 0.15."""
    house = House(base)
    house.deliver(
        "usage.jsonl",
        USAGE,
        {**USAGE, "record_id": "r2"},
        {**USAGE, "record_id": "r3", "record_type": "RETRACTION", "usage_quantity": -10},
        {**USAGE, "record_id": "r4", "record_type": "RESTATEMENT", "usage_quantity": 8},
    )
    house.deliver("prices.jsonl", PRICE)


@pytest.mark.slow
def test_usage_becomes_money(every_feed: Company) -> None:
    costs = "select sum(billed_cost), sum(total_cost) from showback.monthly_costs where provider_name = 'Databricks'"
    assert query(every_feed.published, costs) == [(Decimal("2.7"), Decimal("2.7"))]
    ties = """
        select account, "raw", charges, ledger, difference from reconciliation.raw_vs_ledger where feed = 'databricks'
    """
    tied = query(every_feed.published, ties)
    assert tied == [("acc", Decimal("2.7"), Decimal("2.7"), Decimal("2.7"), 0)]
