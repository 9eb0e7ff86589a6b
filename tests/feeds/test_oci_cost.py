"""OCI reports: costs add up over files, corrections included, and usage is not money."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.quality.validator import Validator
from tests.conftest import query, write_csv
from tests.feeds.conftest import Company
from tests.ingestion.test_deliveries import House as Deliveries

LINE = {
    "lineItem/referenceNo": "V2.1",
    "lineItem/tenantId": "ocid1.tenancy",
    "lineItem/intervalUsageStart": "2026-06-01T00:00Z",
    "lineItem/intervalUsageEnd": "2026-06-01T01:00Z",
    "product/service": "COMPUTE",
    "product/resourceId": "vm-1",
    "lineItem/isCorrection": "false",
    "lineItem/backreferenceNo": "",
    "tags/Oracle-Tags.CreatedBy": "default/ada.lovelace@example.com",
    "tags/Operations.team": "search",
}
COST = {**LINE, "cost/myCost": "10", "cost/myCostOverage": "10", "cost/currencyCode": "USD", "cost/unitPrice": "5"}
USAGE = {**LINE, "usage/consumedQuantity": "3600000", "usage/consumedQuantityUnits": "MS", "product/resource": "VM"}


def costs(*changes: dict[str, str]) -> list[dict[str, str]]:
    return [{**COST, "lineItem/referenceNo": f"V2.{number}", **change} for number, change in enumerate(changes)]


class House(Deliveries):
    def billed(self) -> Decimal:
        """What staging reads, which is what landing counted."""
        raw = query(self.project.warehouse, 'select coalesce(sum("cost/myCost"), 0) from raw.oci_cost')[0][0]
        counted = "select coalesce(sum(billed_cost), 0) from ingestion.current_slices where raw_table = 'oci_cost'"
        assert query(self.project.warehouse, counted) == [(raw,)]
        return raw


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


def test_reports_add_up_and_corrections_are_summed(house: House) -> None:
    """A report of the next hours replaces nothing; a correction has the amount to add, also in a later report."""
    house.deliver("oci_cost/reports/cost-csv/0001.csv", costs({}, {"cost/myCost": "5"}))
    house.look()
    correction = {"lineItem/referenceNo": "V2.9", "lineItem/isCorrection": "true", "lineItem/backreferenceNo": "V2.0"}
    house.deliver("oci_cost/reports/cost-csv/0002.csv", costs({**correction, "cost/myCost": "-4"}))
    house.deliver("oci_cost/elsewhere/0003.csv", costs({"lineItem/referenceNo": "V2.10", "cost/myCost": "1"}))
    house.look()
    assert house.billed() == 12


def test_a_line_that_two_reports_have_counts_once(house: House) -> None:
    house.deliver("oci_cost/monday/a.csv", costs({}, {"cost/myCost": "5"}))
    house.deliver("oci_cost/tuesday/b.csv", costs({}, {"cost/myCost": "5"}, {"cost/myCost": "1"}))
    house.look()
    assert house.billed() == 16


def test_one_number_on_two_amounts_is_two_lines(house: House) -> None:
    """A line that is split at its overage may keep its number: the number alone is no key."""
    house.deliver(
        "oci_cost/a.csv", costs({"lineItem/referenceNo": "V2.1"}, {"lineItem/referenceNo": "V2.1", "cost/myCost": "5"})
    )
    house.look()
    assert house.billed() == 15


def test_one_line_with_two_quantities_is_two_lines(house: House) -> None:
    """Of usage too: all of a line must be the same before it counts once."""
    house.deliver("oci_cost/monday/usage.csv", [USAGE])
    house.deliver("oci_cost/tuesday/usage.csv", [USAGE, {**USAGE, "usage/consumedQuantity": "7"}])
    assert not house.look().quarantined
    assert query(house.project.warehouse, "select count(*) from raw.oci_usage") == [(2,)]


def test_the_same_report_again_changes_nothing(house: House) -> None:
    report = house.deliver("oci_cost/monday/a.csv", costs({}, {}))
    house.look()
    shutil.copytree(report.parent, house.exports / "oci_cost/again")
    assert house.look().duplicates == 1
    assert house.billed() == 20


def test_usage_is_not_money(house: House) -> None:
    house.deliver("oci_cost/cost.csv", costs({}))
    house.deliver("oci_cost/usage.csv", [USAGE])
    assert not house.look().quarantined
    assert house.billed() == 10
    assert query(house.project.warehouse, 'select "usage/consumedQuantity" from raw.oci_usage') == [(3600000,)]


def test_who_made_a_resource_never_enters(house: House) -> None:
    house.deliver("oci_cost/cost.csv", costs({}))
    house.deliver("oci_cost/usage.csv", [USAGE])
    house.look()
    assert query(house.project.warehouse, "select tags from raw.oci_cost union select tags from raw.oci_usage") == [
        ('{"Operations.team":"search"}',)
    ]
    for path in house.exports.parent.rglob("*"):
        if path.is_file() and house.exports not in path.parents:
            assert b"lovelace" not in path.read_bytes(), path


BAD = {
    "no cost": ({"cost/myCost": ""}, "line 2, empty_column cost/myCost"),
    "infinity": ({"cost/myCost": "Infinity"}, "line 2, column cost/myCost: 'Infinity' is not a finite number"),
    "a US date": ({"lineItem/intervalUsageStart": "6/1/2026"}, "line 2, column lineItem/intervalUsageStart"),
    "a reversed interval": (
        {"lineItem/intervalUsageEnd": "2026-05-31T00:00Z"},
        "No line ends before it starts: line 2",
    ),
    "a currency in words": ({"cost/currencyCode": "dollars"}, "cost/currencyCode dollars"),
    "a correction that is neither": ({"lineItem/isCorrection": "perhaps"}, "lineItem/isCorrection perhaps"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_whole_and_the_rest_goes_on(house: House, name: str) -> None:
    change, message = BAD[name]
    house.deliver("oci_cost/good/a.csv", costs({}))
    house.deliver("oci_cost/bad/a.csv", costs(change, {"lineItem/referenceNo": "V2.7"}))
    scan = house.look()
    assert len(scan.quarantined) == 1
    assert scan.quarantined[0].startswith("oci_cost/bad/a.csv: ")
    assert message in scan.quarantined[0]
    assert house.billed() == 10


def test_the_real_reports_add_up(house: House, shared: Path) -> None:
    shutil.copytree(shared / "oci", house.exports / "oci_cost")
    scan = house.look()
    assert (scan.landed, scan.rows, scan.quarantined) == (2, 768, [])
    assert house.billed() == Decimal("31144.416")


def deliver_to_company(base: Path) -> None:
    write_csv(base / "exports/oci_cost/monday/cost.csv", costs({}))
    write_csv(base / "exports/oci_cost/tuesday/cost.csv", costs({"cost/myCost": "0.000000000001"}))
    write_csv(base / "exports/oci_cost/usage.csv", [USAGE])


@pytest.mark.slow
def test_a_report_reaches_the_ledger_and_its_usage_the_drivers(every_feed: Company) -> None:
    costs_by_team = (
        "select team_id, sum(billed_cost), sum(total_cost) from showback.monthly_costs"
        " where provider_name = 'Oracle' group by all"
    )
    ten = Decimal("10.000000000001")
    assert query(every_feed.published, costs_by_team) == [("search", ten, ten)]
    driver = "select driver, quantity, unit, resource_id from drivers.int_drivers__oci_usage"
    assert query(every_feed.warehouse, driver) == [("cpu_core_hours_requested", 1, "hours", "vm-1")]
