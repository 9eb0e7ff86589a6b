"""GitHub's Copilot seats, and GitHub's usage reports as a bill."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.failures import warnings
from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import Project, project
from orchestration.quality.validator import Validator
from tests.conftest import Dbt, apportion, query, write_csv
from tests.feeds.conftest import Company

SUMMARIZED = {
    "date": "2026-09-02",
    "product": "actions",
    "sku": "actions_linux",
    "quantity": "100",
    "unit_type": "minutes",
    "applied_cost_per_quantity": "0.008",
    "gross_amount": "0.8",
    "discount_amount": "0.5",
    "net_amount": "0.3",
    "organization": "acme",
    "repository": "ranker",
    "cost_center_name": "search",
}
DETAILED = SUMMARIZED | {"username": "ada-lovelace", "workflow_path": ".github/workflows/train.yml"}
AI_USAGE = {
    "date": "2026-09-02",
    "username": "ada-lovelace",
    "product": "copilot",
    "sku": "copilot_ai_credit",
    "model": "Some Model 4",
    "quantity": "2.5",
    "unit_type": "ai-credits",
    "applied_cost_per_quantity": "0.01",
    "gross_amount": "0.025",
    "discount_amount": "0.005",
    "net_amount": "2e-2",
    "total_monthly_quota": "1900",
    "organization": "acme",
    "repository": "",
    "cost_center_name": "search",
    "aic_quantity": "0",
    "aic_gross_amount": "0",
    "input": "100",
    "output": "50",
    "cache_read": "1000",
    "cache_write": "0",
}
CONTRACT = {
    "license_id": "github-copilot-business-2026-09",
    "vendor": "GitHub",
    "product": "Copilot Business",
    "contract_id": "K-1",
    "currency": "USD",
    "amount": "90",
    "term_start": "2026-09-01",
    "term_end": "2026-09-30",
    "billed_on": "2026-09-01",
    "seats": "3",
}
# Seats that GitHub's own report bills.
BILLED_SEATS = DETAILED | {
    **{"product": "copilot", "sku": "copilot_for_business", "unit_type": "user-months"},
    **{"gross_amount": "38", "net_amount": "38"},
}


def seat(user: int, team: str | None, **changes: object) -> dict:
    return {
        "created_at": "2026-08-31T18:00:00-06:00",
        "updated_at": "2026-08-31T18:00:00-06:00",
        "pending_cancellation_date": None,
        "last_activity_at": "2026-09-14T00:53:32-06:00",
        "last_activity_editor": "vscode/1.77.3/copilot/1.86.82",
        "plan_type": "business",
        "assignee": {"login": f"lovelace-{user}", "id": user, "type": "User"},
        "assigning_team": {"id": 1, "name": team, "slug": team} if team else None,
        **changes,
    }


class House:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator | None = None) -> None:
        self.exports = base / "exports"
        self.exports.mkdir(exist_ok=True)
        self.validator = validator
        self.project: Project = project(self.exports, base / "warehouse.duckdb", base / "published")

    def deliver(self, path: str, *rows: dict, total: int = 0) -> Path:
        """A CSV file, or a page of Copilot's seats."""
        file = self.exports / "licenses" / path
        if file.suffix == ".csv":
            return write_csv(file, list(rows))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"total_seats": total, "seats": rows}))
        return file

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def rows(self, columns: str, table: str) -> list[tuple]:
        return query(self.project.warehouse, f"select {columns} from raw.{table} order by all")


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


def test_seats_come_by_the_page_and_leave_their_users_outside(house: House) -> None:
    house.deliver("seats/page-1.json", seat(1, "red"), seat(1, "blue"), total=2)
    house.deliver("seats/page-2.json", seat(2, None, pending_cancellation_date="2026-10-01"), total=2)
    assert not house.look().quarantined
    columns = '"assigning_team_slug", "plan_type", "created_at"::varchar, "pending_cancellation_date"::varchar'
    assert house.rows(columns, "license_copilot_seats") == [
        ("blue", "business", "2026-09-01 00:00:00", None),
        ("red", "business", "2026-09-01 00:00:00", None),
        (None, "business", "2026-09-01 00:00:00", "2026-10-01"),
    ]
    assert house.rows('count(distinct "assignee_id")', "license_copilot_seats") == [(2,)]
    for path in house.exports.parent.rglob("*"):
        if path.is_file() and house.exports not in path.parents:
            assert b"lovelace" not in path.read_bytes(), path


def test_the_empty_page_that_ends_a_pull_holds_nothing_up(house: House) -> None:
    house.deliver("seats/page-1.json", seat(1, "red"), total=1)
    house.deliver("seats/page-2.json", total=1)
    scan = house.look()
    assert (scan.quarantined, scan.landed, scan.rows) == ([], 2, 1)


def test_a_newer_snapshot_replaces_the_older_one(house: House) -> None:
    house.deliver("seats/2026-09-01/a.json", seat(1, "red"), seat(2, "red"), total=2)
    house.deliver("seats/2026-09-08/a.json", seat(2, "blue"), total=1)
    house.look()
    assert house.rows('"assigning_team_slug"', "license_copilot_seats") == [("blue",)]


FORMS = {"detailed": DETAILED, "summarized": SUMMARIZED, "AI": AI_USAGE}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_by_the_names_of_its_columns(house: House, form: str) -> None:
    row = FORMS[form]
    house.deliver("github/a.csv", dict(reversed(row.items())))
    assert not house.look().quarantined
    assert house.rows('"sku", "net_amount", "gross_amount", "organization"', "license_github_usage") == [
        (row["sku"], Decimal(row["net_amount"]), Decimal(row["gross_amount"]), "acme")
    ]


def test_forms_of_one_bill_are_never_added_up(house: House) -> None:
    """The detailed report has what the summarized one sums, and what the AI report breaks down by model."""
    seats = SUMMARIZED | {"sku": "copilot_ai_credit", "product": "copilot", "net_amount": "0.02"}
    house.deliver("github/summarized/a.csv", SUMMARIZED, seats)
    house.deliver("github/ai/a.csv", AI_USAGE)
    house.look()
    assert house.rows("sum(net_amount), count(*)", "license_github_usage") == [(Decimal("0.32"), 2)]
    user = {"username": "ada-lovelace", "workflow_path": ""}
    house.deliver("github/detailed/a.csv", DETAILED, seats | user, seats | user | {"net_amount": "0"})
    house.look()
    assert house.rows("sum(net_amount), count(*)", "license_github_usage") == [(Decimal("0.32"), 3)]


def test_the_reports_of_two_organizations_do_not_replace_each_other(house: House) -> None:
    house.deliver("github/acme/a.csv", DETAILED)
    house.deliver("github/other/a.csv", DETAILED | {"organization": "other", "net_amount": "1"})
    house.deliver("github/acme-again/a.csv", DETAILED | {"net_amount": "2"})
    house.look()
    assert house.rows("organization, net_amount", "license_github_usage") == [("acme", 2), ("other", 1)]


def test_parts_by_user_are_not_a_repeated_report(house: House) -> None:
    """Without the user, forty equal seats of one half look like the forty of the other."""
    for part in ("a", "b"):
        rows = [DETAILED | {"username": f"{part}-{number}", "repository": ""} for number in range(40)]
        house.deliver(f"github/september/{part}.csv", *rows)
    assert not house.look().quarantined
    assert house.rows("sum(net_amount)", "license_github_usage") == [(24,)]


BAD = {
    "a page that is missing": (
        "a.json",
        [seat(1, "red")],
        "have as many users as total_seats: users 1, total_seats 2",
    ),
    "a seat that ends before it starts": (
        "a.json",
        [seat(1, "red", pending_cancellation_date="2026-08-01"), seat(2, "red")],
        "No seat ends before it starts: record 1",
    ),
    "a seat without a user": ("a.json", [seat(1, None, assignee=None)], "required column assignee_id is missing"),
    "an empty amount": ("a.csv", [DETAILED | {"net_amount": ""}], "line 2, empty_column net_amount"),
    "an amount in words": (
        "a.csv",
        [DETAILED | {"net_amount": "$0.30"}],
        "line 2, column net_amount: '$0.30' is not a finite number",
    ),
    "an American date": ("a.csv", [DETAILED | {"date": "9/2/2026"}], "column date: '9/2/2026' is not an ISO 8601 date"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_its_place_value_and_reason(house: House, name: str) -> None:
    file, rows, message = BAD[name]
    house.deliver("good/a.csv", CONTRACT)
    house.deliver(f"bad/{file}", *rows, total=2)
    scan = house.look()
    assert len(scan.quarantined) == 1
    assert scan.quarantined[0].startswith(f"licenses/bad/{file}: ")
    assert message in scan.quarantined[0]
    assert house.rows("count(*)", "license_contracts") == [(1,)]


@pytest.mark.slow
def test_seats_that_a_contract_and_githubs_report_both_bill_stop_the_run(house: House) -> None:
    """Each is a bill, and none says that the other is of the same seats: 90 and 38 would be paid, 38 of it twice.

    What a decision does is in tests/feeds/test_resales.py.
    """
    house.deliver("register/contracts.csv", CONTRACT)
    house.deliver("github/a.csv", DETAILED, BILLED_SEATS)
    places = ["--warehouse", house.project.warehouse, "--published", house.project.published]
    refused = apportion("run", "--exports", house.exports, *places, check=False)
    assert refused.returncode == 1
    assert (
        "assert_no_seat_is_on_two_bills: what seats of GitHub Copilot, feed licenses, account acme, first_month"
        " 2026-09, last_month 2026-09, effective_cost_of_contract 90.000000000000, effective_cost_of_bill"
        " 38.000000000000, to_do if these are the same seats, add licenses,acme,contract,, to resales.csv, or leave"
        " contract github-copilot-business-2026-09 out of the register; if each is money of its own, add"
        " licenses,acme,both,, to resales.csv (1 rows)"
    ) in refused.stderr
    assert not (house.project.published / "current").exists()


@pytest.mark.slow
def test_seats_of_a_license_that_no_contract_has_are_told(house: House) -> None:
    """A mistyped license leaves the seats of the right one unused, and nobody sees why."""
    assignment = {"team_id": "red", "project_id": "", "assigned_from": "2026-09-01", "assigned_to": ""}
    assignments = [
        {"license_id": license_id, "seats": "2", **assignment} for license_id in (CONTRACT["license_id"], "copilt", "x")
    ]
    house.deliver("register/contracts.csv", CONTRACT)
    house.deliver("register/assignments.csv", *assignments)
    assert not house.look().quarantined
    dbt = Dbt(house.project.warehouse, house.project.target)
    dbt("build", "--select", "stg_licenses__contracts", "stg_licenses__assignments")
    name = "assert_every_seat_is_of_a_license: license_id"
    assert warnings(house.project) == [
        f"{name} copilt, seats 2.000000000000000, first_day 2026-09-01, to_do no contract has this license, so its"
        " seats cost nothing: correct it, or add its contract to the register (2 rows)",
        f"{name} x, seats 2.000000000000000, first_day 2026-09-01",
    ]


def deliver_to_company(base: Path) -> None:
    house = House(base)
    house.deliver("register/contracts.csv", CONTRACT)
    house.deliver("seats/a.json", seat(1, "red"), seat(1, "blue"), seat(2, "red"), total=2)
    house.deliver("github/a.csv", DETAILED, DETAILED | {"net_amount": "0.32", "organization": ""})


@pytest.mark.slow
def test_seats_share_their_contract_and_reports_are_bills_beside_it(every_feed: Company) -> None:
    """Of 90 for three seats red has one and a half, blue a half, and one is free; GitHub's own bill is 0.62."""
    by_owner = """
        select team_id, cost_component, sum(effective_cost), sum(billed_cost)
        from showback.ledger where provider_name = 'GitHub'
        group by all having sum(effective_cost) <> 0 or sum(billed_cost) <> 0 order by all
    """
    assert query(every_feed.published, by_owner) == [
        ("blue", "licenses", 15, 0),
        ("red", "licenses", 45, 0),
        ("search", "compute", Decimal("0.62"), Decimal("0.62")),
        ("unallocated", "licenses", 30, 90),
    ]
    ties = """
        select feed, account, raw, ledger, difference from reconciliation.raw_vs_ledger
        where feed = 'licenses' order by all
    """
    assert query(every_feed.published, ties) == [
        ("licenses", "acme", Decimal("0.3"), Decimal("0.3"), 0),
        ("licenses", "github", Decimal("0.32"), Decimal("0.32"), 0),
        ("licenses", "licenses", 90, 90, 0),
    ]
