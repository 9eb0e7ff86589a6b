"""The BigQuery billing export: nested credits, growing extracts, and the same money at two levels."""

from __future__ import annotations

import ast
import csv
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import project
from orchestration.quality.validator import Validator
from tests.conftest import SHARED, apportion, query
from tests.feeds.conftest import Company

# As BigQuery writes a row in JSON lines.
ROW = {
    "billing_account_id": "01AB12-CD34EF-567890",
    "service": {"id": "6F81", "description": "Compute Engine"},
    "sku": {"id": "CF4E", "description": "N1 Core"},
    "usage_start_time": "2026-06-01 00:00:00 UTC",
    "usage_end_time": "2026-06-01 01:00:00 UTC",
    "project": {"id": "ml", "name": "ml", "labels": [{"key": "team", "value": "blue"}]},
    "labels": [{"key": "team", "value": "red"}],
    "location": {"region": "us-central1", "zone": "us-central1-a"},
    "cost": 10,
    "currency": "USD",
    "usage": {"amount": 3600, "unit": "seconds"},
    "credits": [],
    "invoice": {"month": "202606"},
    "cost_type": "regular",
    "export_time": "2026-06-01 05:00:00 UTC",
}
CREDITS = [
    {"id": "sud", "full_name": None, "type": "SUSTAINED_USAGE_DISCOUNT", "name": "SUD", "amount": -2},
    {"id": "trial", "full_name": "Free trial", "type": "PROMOTION", "name": "Trial", "amount": -5e-06},
]
RESOURCE = {"name": "vm", "global_name": "//compute/vm"}


class House:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator | None = None) -> None:
        self.exports = base / "exports"
        self.project = project(self.exports, base / "w.duckdb", base / "published")
        self.validator = validator

    def path(self, name: str) -> Path:
        path = self.exports / "gcp_billing" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def deliver(self, name: str, *rows: dict) -> Path:
        """Rows as JSON lines, or as Parquet with real nesting."""
        path = self.path(name)
        lines = path.with_suffix(".jsonl") if path.suffix != ".jsonl" else path
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
        if path.suffix == ".parquet":
            duckdb.execute(f"copy (from read_json('{lines}')) to '{path}'")
            lines.unlink()
        return path

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def totals(self) -> tuple[Decimal, Decimal]:
        """Billed and effective cost, as landing counts what is current."""
        return query(
            self.project.warehouse,
            "select coalesce(sum(billed_cost), 0), coalesce(sum(effective_cost), 0) from ingestion.current_slices",
        )[0]

    def rows(self) -> int:
        return query(self.project.warehouse, "select count(*) from raw.gcp_billing")[0][0]


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


def row(number: int = 0, **changes: object) -> dict:
    """A row of its own hour."""
    return {**ROW, "export_time": f"2026-06-{number + 1:02} 05:00:00 UTC", **changes}


def totals_of(path: Path) -> tuple[Decimal, Decimal]:
    """Cost with all credits, and without promotions, by a second reader."""
    billed = effective = Decimal(0)
    with path.open(newline="") as stream:
        for line in csv.DictReader(stream):
            billed += Decimal(line["cost"])
            effective += Decimal(line["cost"])
            for credit in ast.literal_eval(line["credits"]):
                billed += Decimal(str(credit["amount"]))
                effective += 0 if credit["type"] == "PROMOTION" else Decimal(str(credit["amount"]))
    return billed, effective


@pytest.mark.parametrize("name", ["gcp_std.csv", "gcp_res.csv"])
def test_a_real_extract_adds_up_to_its_own_total(house: House, shared: Path, name: str) -> None:
    source = shared / "gcp_billing" / name
    house.path(name).write_bytes(source.read_bytes())
    assert not house.look().quarantined
    assert house.totals() == totals_of(source) == (Decimal("2533.5946669296"), Decimal("2603.1946669296"))
    assert house.rows() == 2088


@pytest.mark.parametrize("folders", [("", ""), ("standard/", "resource/")])
@pytest.mark.parametrize("order", [("gcp_std.csv", "gcp_res.csv"), ("gcp_res.csv", "gcp_std.csv")])
def test_of_standard_and_resource_level_only_the_resource_level_counts(
    house: House, shared: Path, folders: tuple[str, str], order: tuple[str, str]
) -> None:
    """They are the same money: added up, every team pays twice."""
    for name in order:
        folder = folders[name == "gcp_res.csv"]
        house.path(f"{folder}{name}").write_bytes((shared / "gcp_billing" / name).read_bytes())
        assert not house.look().quarantined
    assert house.totals() == totals_of(shared / "gcp_billing/gcp_res.csv")
    with_resource = query(house.project.warehouse, 'select count(*) from raw.gcp_billing where "resource.name" is null')
    assert with_resource == [(0,)]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_credits_nested_in_json_and_parquet_reduce_the_bill_once(house: House, suffix: str) -> None:
    house.deliver(f"june.{suffix}", row(0, credits=CREDITS), row(1))
    assert not house.look().quarantined
    assert house.totals() == (Decimal("17.999995"), 18)
    columns = '"service.description", "project.id", "location.region", "usage.amount", labels ->> \'$[0].value\''
    found = query(house.project.warehouse, f"select distinct {columns} from raw.gcp_billing")
    assert found == [("Compute Engine", "ml", "us-central1", 3600, "red")]


def four_days() -> list[dict]:
    """An hour of each."""
    return [
        row(day, usage_start_time=f"2026-06-{day:02} 00:00:00 UTC", usage_end_time=f"2026-06-{day:02} 01:00:00 UTC")
        for day in range(1, 5)
    ]


@pytest.mark.parametrize("order", [("standard", "resource"), ("resource", "standard")])
def test_a_resource_level_that_was_switched_on_within_the_month_counts_behind_the_standard_export(
    house: House, order: tuple[str, str]
) -> None:
    """Else the days before it would be nobody's; when the month comes whole, it wins."""
    hours = four_days()
    whole = [{**hour, "resource": RESOURCE} for hour in hours]
    given = {"standard": hours, "resource": whole[2:]}
    for name in order:
        house.deliver(f"{name}/june.jsonl", *given[name])
        scan = house.look()
    assert house.totals() == (40, 40)
    reason = (
        "it lacks what the standard export of the same account and month has: 2 sub-accounts and days with a cost, the"
        " first 2026-06-01 ml; that export counts instead: deliver this one whole"
    )
    assert scan.notes == [f"gcp_billing/resource: {reason}"]
    status = "select status, reason from ingestion.deliveries where reason is not null"
    assert query(house.project.warehouse, status) == [("superseded", reason)]
    house.deliver("resource/june-first-half.jsonl", *whole[:2])
    assert house.look().notes == []
    assert house.totals() == (40, 40)
    with_resource = 'select count("resource.name"), count(*) from raw.gcp_billing'
    assert query(house.project.warehouse, with_resource) == [(4, 4)]


def test_of_two_exports_that_lack_a_part_of_each_other_the_one_counts_that_lacks_less(house: House) -> None:
    hours = four_days()
    house.deliver("standard/june.jsonl", *hours[:3])
    house.deliver("resource/june.jsonl", *({**hour, "resource": RESOURCE} for hour in hours[2:]))
    notes = house.look().notes
    assert house.totals() == (30, 30)
    assert "gcp_billing/resource: it lacks" in notes[0]
    assert "1 sub-accounts and days with a cost, the first 2026-06-04 ml; it counts without them" in notes[1]


def test_no_digit_of_a_cost_or_of_a_credit_is_lost(house: House) -> None:
    """Either has more digits than a double holds."""
    text = json.dumps(row(0, cost=7, credits=[{"type": "DISCOUNT", "amount": -3}]))
    text = text.replace('"cost": 7', '"cost": 123456789012.123456789012').replace("-3", "-1000000000.000000000001")
    house.path("june.jsonl").write_text(text)
    credit = '"[{""type"": ""DISCOUNT"", ""amount"": -1000000000.000000000001}]"'
    named = "billing_account_id,service.description,usage_start_time,usage_end_time,cost,currency,invoice.month,credits"
    line = f"B,Tax,2026-06-01 00:00:00 UTC,2026-06-01 01:00:00 UTC,1,USD,202606,{credit}"
    house.path("june.csv").write_text(f"{named}\n{line}\n")
    assert not house.look().quarantined
    assert house.totals()[0] == Decimal("123456789013.123456789012") - 2 * Decimal("1000000000.000000000001")


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_the_resource_level_is_known_by_its_column_in_every_format(house: House, suffix: str) -> None:
    house.deliver(f"standard/june.{suffix}", row(0), row(1))
    house.deliver(f"resource/june.{suffix}", row(0, resource=RESOURCE), row(1, resource=RESOURCE))
    house.look()
    assert (house.totals()[0], house.rows()) == (20, 2)


def test_what_only_the_last_record_of_a_json_extract_has_is_read(house: House) -> None:
    """BigQuery leaves out what is null: credits and resources may first come after thousands of records."""
    plain = {name: value for name, value in ROW.items() if name != "credits"}
    house.deliver("standard/june.jsonl", *[plain] * 1500)
    house.deliver("resource/june.jsonl", *[plain] * 1500, row(credits=CREDITS, resource=RESOURCE))
    house.look()
    assert (house.totals()[0], house.rows()) == (Decimal("15007.999995"), 1501)


def test_a_part_of_the_resource_level_without_any_resource_is_known_by_its_path(house: House) -> None:
    house.deliver("gcp_billing_export_resource_v1_01AB12/part-0.jsonl", row(0, resource=RESOURCE))
    house.deliver("gcp_billing_export_resource_v1_01AB12/part-1.jsonl", row(1, cost_type="tax"))
    house.look()
    assert house.totals()[0] == 20


def test_an_extract_that_was_made_again_with_more_rows_counts_each_row_once(house: House) -> None:
    house.deliver("20260610T000000Z/june.jsonl", row(0), row(1))
    house.look()
    house.deliver("20260620T000000Z/june.jsonl", row(0), row(1), row(2), row(2, cost=-4, cost_type="adjustment"))
    house.look()
    assert (house.totals()[0], house.rows()) == (26, 4)


def test_an_incremental_extract_adds_to_those_before_it(house: House) -> None:
    house.deliver("20260610T000000Z/june.jsonl", row(0), row(1))
    house.deliver("20260620T000000Z/june.jsonl", row(1), row(2))
    house.deliver("20260630T000000Z/june.jsonl", row(3))
    house.look()
    assert house.totals()[0] == 40


def test_two_rows_that_are_alike_in_one_extract_are_two_rows(house: House) -> None:
    """BigQuery has no key: what stands twice was used twice."""
    house.deliver("run-1/june.jsonl", row(0), row(0))
    house.deliver("run-2/june.jsonl", row(0), row(0), row(1))
    house.look()
    assert house.totals()[0] == 30


def test_the_invoice_month_decides_the_period(house: House) -> None:
    late = row(5, usage_start_time="2026-05-31 23:00:00 UTC", usage_end_time="2026-06-01 00:00:00 UTC")
    house.deliver("june.jsonl", late, row(1, invoice={"month": "202607"}))
    house.look()
    found = query(
        house.project.warehouse, "select billing_period, usage_start_time::date::varchar from raw.gcp_billing"
    )
    assert sorted(found) == [("2026-06", "2026-05-31"), ("2026-07", "2026-06-01")]


def test_a_tax_row_names_no_project_and_loads(house: House) -> None:
    tax = {k: v for k, v in row(0, cost_type="tax").items() if k not in ("project", "labels", "usage", "location")}
    house.deliver("june.jsonl", row(0), {**tax, "service": {"id": None, "description": None}})
    assert not house.look().quarantined
    assert house.totals()[0] == 20


def as_bigquery_writes_it(line: dict[str, str]) -> dict:
    """A line of the extract as CSV, nested as BigQuery has it."""
    lists = ("project.labels", "labels", "system_labels", "credits")
    nested: dict = {}
    for name, text in line.items():
        value: object = text or None
        if name in lists:
            value = ast.literal_eval(text) if text else []
        elif name in ("cost", "usage.amount", "usage.amount_in_pricing_units") and text:
            value = float(text)
        elif text and name in ("usage_start_time", "usage_end_time", "export_time"):
            value = f"{text.replace('T', ' ')} UTC"
        *parents, last = name.split(".")
        place = nested
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return nested


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_the_same_extract_in_another_format_counts_once(house: House, shared: Path, suffix: str) -> None:
    original = shared / "gcp_billing/gcp_std.csv"
    with original.open(newline="") as stream:
        rows = [as_bigquery_writes_it(line) for line in csv.DictReader(stream)]
    house.path("csv/june.csv").write_bytes(original.read_bytes())
    house.deliver(f"other/june.{suffix}", *rows)
    assert not house.look().quarantined
    assert house.totals() == totals_of(original)


BAD_INPUTS: dict[str, tuple[dict, str]] = {
    "a cost in words": ({"cost": "ten"}, "record 1, column cost: 'ten' is not a finite number"),
    "a month in words": (
        {"invoice": {"month": "June"}},
        "record 1, column invoice.month: 'June' is not a date like %Y%m",
    ),
    "no month": ({"invoice": {"month": None}}, "record 1, empty_column invoice.month"),
    "an unknown cost type": ({"cost_type": "gift"}, "cost_type gift"),
    "a currency in words": ({"currency": "dollars"}, "currency dollars"),
    "reversed usage": ({"usage_end_time": "2026-05-01 00:00:00 UTC"}, "No usage ends before it starts: record 1"),
    "a credit without an amount": ({"credits": [{"type": "PROMOTION"}]}, "Every credit has an amount: record 1"),
    "a credit in words": ({"credits": [{"amount": "nan"}]}, "Every credit has an amount: record 1"),
    "credits that are no list": ({"credits": "None"}, 'credits is a list: record 1, credits "None" (2 rows)'),
    "labels that are no list": ({"labels": {"team": "red"}}, "labels is a list: record 1"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_whole_with_its_place_value_and_reason(house: House, name: str) -> None:
    changes, message = BAD_INPUTS[name]
    house.deliver("good/june.jsonl", row(0, billing_account_id="other"))
    house.deliver("bad/june.jsonl", row(0, **changes), row(1, **changes))
    scan = house.look()
    assert len(scan.quarantined) == 1
    assert message in scan.quarantined[0]
    assert house.totals()[0] == 10


def deliver_to_company(base: Path) -> None:
    """The real extract at both levels, with a promotion that only the invoice sees."""
    house = House(base)
    for file in SHARED.glob("gcp_billing/gcp_???.csv"):
        house.path(file.name).write_bytes(file.read_bytes())


@pytest.mark.slow
def test_the_showback_adds_up_to_the_bill(shared: Path, every_feed: Company) -> None:
    of_google = "from showback.monthly_costs where provider_name = 'Google Cloud'"
    sums = query(every_feed.published, f"select sum(billed_cost), sum(total_cost) {of_google}")
    assert sums == [totals_of(shared / "gcp_billing/gcp_res.csv")]
    components = query(every_feed.published, f"select distinct cost_component {of_google} order by all")
    assert components == [("compute",), ("storage",)]
    credits = "select min(charge_id) from staging.stg_gcp_billing__charges where charge_category = 'Credit'"
    credit = query(every_feed.warehouse, credits)[0][0]
    explained = apportion("explain", "--charge", credit, "--warehouse", every_feed.warehouse).stdout
    assert "equals the charge's effective cost: yes" in explained
