"""Licenses, hours and policy: what is registered is what the truth charges."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def days(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(n)).isoformat() for n in range((end - start).days + 1)]


@pytest.fixture(scope="module")
def contracts(company: Path) -> list[dict[str, str]]:
    return read(company / "licenses" / "register.csv")


def test_the_register_holds_the_cases(company: Path, contracts: list[dict[str, str]]):
    assert len(contracts) >= 6
    assert {row["currency"] for row in contracts} == {"USD", "EUR"}
    lengths = {len(days(row["term_start"], row["term_end"])) for row in contracts}
    assert {30, 31, 365, 731} <= lengths
    assert len({row["license_id"] for row in contracts}) == len(contracts)
    true_ups = [row for row in contracts if row["license_id"].endswith("trueup")]
    assert {row["contract_id"] for row in true_ups} <= {row["contract_id"] for row in contracts if row not in true_ups}
    for row in read(company / "licenses" / "assignments.csv"):
        assert bool(row["team_id"]) != bool(row["project_id"])


def test_seats_are_never_assigned_twice(company: Path, contracts: list[dict[str, str]]):
    """More seats than were bought would charge a day more than once."""
    held: dict[tuple[str, str], int] = defaultdict(int)
    terms = {row["license_id"]: row for row in contracts}
    for row in read(company / "licenses" / "assignments.csv"):
        last = min(row["assigned_to"] or "9999-12-31", terms[row["license_id"]]["term_end"])
        for day in days(row["assigned_from"], last):
            held[row["license_id"], day] += int(row["seats"])
    assert all(seats <= int(terms[license_id]["seats"]) for (license_id, _), seats in held.items())


def test_each_day_of_a_term_costs_its_part(books: duckdb.DuckDBPyConnection, contracts: list[dict[str, str]]):
    """Straight-line, cut at the twelfth decimal; the last day takes the remainder."""
    due: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in contracts:
        term = days(row["term_start"], row["term_end"])
        units = int(Decimal(row["amount"]).scaleb(12))
        for day in term[:-1]:
            due[row["vendor"], day] += Decimal(units // len(term)).scaleb(-12)
        rest = units - units // len(term) * (len(term) - 1)
        due[row["vendor"], term[-1]] += Decimal(rest).scaleb(-12)
    charged = books.sql(
        """
        select provider_name, cast(charge_date as varchar), sum(effective_cost)
        from truth where cost_component = 'licenses'
        group by all having sum(effective_cost) <> 0
        """
    ).fetchall()
    assert {row[:2]: row[2] for row in charged} == dict(due)


def test_seats_that_nobody_uses_stay_in_sight(books: duckdb.DuckDBPyConnection):
    """12 simulator seats from 2026-05-04: 7 and 3 are used, 2 are not."""
    shares = books.sql(
        """
        select attribution, team_id, project_id, round(effective_cost / (64000 / 365) * 12)
        from truth
        where provider_name = 'Kinetic Labs' and charge_date = date '2026-05-04'
            and effective_cost > 0
        order by all
        """
    ).fetchall()
    assert shares == [
        ("license", "robotics", "grasp-planner", 7),
        ("license", "robotics", "warehouse-routing", 3),
        ("pool:unused_seats", "workplace-it", None, 2),
    ]


def test_invoices_of_licenses_are_billed_once(books: duckdb.DuckDBPyConnection, contracts: list[dict[str, str]]):
    billed = books.sql(
        """
        select provider_name, cast(charge_date as varchar), billed_cost from truth
        where cost_component = 'licenses' and billed_cost <> 0
        """
    ).fetchall()
    assert sorted(billed) == sorted((row["vendor"], row["billed_on"], Decimal(row["amount"])) for row in contracts)


def hours_worked(company: Path) -> list[dict[str, str]]:
    """Every entry of the three forms, in the words of the plain one."""
    folder = company / "timesheets"
    entries = [row | {"form": "sheet"} for file in folder.glob("*.csv") for row in read(file)]
    for row in (row for file in folder.glob("clockify/*/*.csv") for row in read(file)):
        hours, minutes, _ = row["Duration (h)"].split(":")
        entries.append(
            {
                "form": "clockify",
                "worked_on": "-".join(reversed(row["Start Date"].split("/"))),
                "person": row["Email"],
                "role": row["Group"],
                "hours": str(int(hours) + Decimal(minutes) / 60),
                "notes": row["Description"],
            }
        )
    for log in (log for file in folder.glob("tempo/*/*.json") for log in json.loads(file.read_text())["results"]):
        attributes = {pair["key"]: pair["value"] for pair in log["attributes"]["values"]}
        entries.append(
            {
                "form": "tempo",
                "worked_on": log["startDate"],
                "person": log["author"]["accountId"].removeprefix("70121:"),
                "role": attributes["_Role_"],
                "hours": str(Decimal(log["timeSpentSeconds"]) / 3600),
                "notes": log["description"] or "",
            }
        )
    return entries


def test_hours_cost_the_rate_of_the_day(books: duckdb.DuckDBPyConnection, company: Path):
    cards = read(company / "policy" / "rate_card.csv")
    cost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in hours_worked(company):
        (card,) = (
            card
            for card in cards
            if card["role"] == row["role"] and card["valid_from"] <= row["worked_on"] < (card["valid_to"] or "9999")
        )
        price = Decimal(row["hours"]) * Decimal(card["hourly_rate"])
        cost[row["worked_on"], card["currency"]] += price
    charged = books.sql(
        """
        select cast(charge_date as varchar), billing_currency, sum(effective_cost)
        from truth where attribution = 'timesheet' group by all
        """
    ).fetchall()
    assert {row[:2]: row[2] for row in charged} == dict(cost)


def test_timesheets_name_people_and_hold_free_text(company: Path):
    """There must be something for the ingestion to hash and to drop."""
    lines = hours_worked(company)
    assert len({row["person"] for row in lines}) == 25
    assert all(row["person"].endswith("@lumenfold.example") for row in lines)
    assert all(
        any("@" in row["notes"] for row in lines if row["form"] == form) for form in ("sheet", "clockify", "tempo")
    )
    hours: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in lines:
        hours[row["person"], row["worked_on"]] += Decimal(row["hours"])
    assert set(hours.values()) == {Decimal(8)}


def test_every_foreign_day_has_a_rate(books: duckdb.DuckDBPyConnection, company: Path):
    """Months of license terms to come, and of corrections before the first bill, too."""
    rates = {row["month"]: row for row in read(company / "policy" / "exchange_rates.csv")}
    needed = books.sql(
        """
        select month from truth where billing_currency <> 'USD'
        union
        select strftime(charge_date, '%Y-%m') from truth where billing_currency <> 'USD'
        """
    ).fetchall()
    assert {month for (month,) in needed} <= set(rates)


def test_the_policy_refers_to_what_it_lists(company: Path):
    policy = company / "policy"
    teams = {row["team_id"] for row in read(policy / "teams.csv")}
    projects = {row["project_id"]: row["team_id"] for row in read(policy / "projects.csv")}
    pools = {row["pool_id"]: row["owner_team_id"] for row in read(policy / "pools.csv")}
    policies = {row["policy_id"]: row for row in read(policy / "pool_policies.csv")}
    assert set(projects.values()) | set(pools.values()) <= teams
    assert {row["pool_id"] for row in policies.values()} == set(pools) - {"unused_seats"}
    for rule in read(policy / "ownership_rules.csv"):
        assert not rule["team_id"] or rule["team_id"] in teams
        assert not rule["project_id"] or projects[rule["project_id"]] == rule["team_id"]
        assert not rule["pool_id"] or rule["pool_id"] in pools
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for target in read(policy / "pool_targets.csv"):
        assert target["team_id"] in teams or target["target_pool_id"] in pools
        if policies[target["policy_id"]]["method"] == "fixed":
            weights[target["policy_id"]] += Decimal(target["weight"])
    assert set(weights.values()) == {Decimal(1)}


def test_no_tag_is_explained_twice(company: Path):
    """The company's own rows must not repeat or contradict the project's mapping."""

    def bare(word: str) -> str:
        return "".join(letter for letter in word.lower() if letter.isalnum())

    keys = [bare(row["tag_key"]) for row in read(company / "policy" / "tag_keys.csv")]
    values = [(row["dimension"], bare(row["tag_value"])) for row in read(company / "policy" / "tag_values.csv")]
    assert len(set(keys)) == len(keys)
    assert len(set(values)) == len(values)


def test_budgets_are_those_of_a_believable_company(books: duckdb.DuckDBPyConnection, company: Path):
    """Those that everybody exceeds, or nobody, show nothing. Who exceeds his got a lab that was not planned."""
    budgets = defaultdict(list)
    for row in read(company / "policy" / "budgets.csv"):
        budgets[row["budget_id"]].append(row)
    for lines in budgets.values():
        assert [row["valid_to"] for row in lines] == [*(row["valid_from"] for row in lines[1:]), ""]
    last = {budget: Decimal(lines[-1]["monthly_budget"]) for budget, lines in budgets.items()}
    rates = f"read_csv('{company}/policy/exchange_rates.csv', types = {{'month': 'varchar'}})"
    spent = dict(
        books.sql(
            f"""
            with costs as (
                select truth.*, effective_cost * coalesce(rate, 1) as cost
                from truth left join {rates} as rates
                    on truth.month = rates.month and billing_currency = from_currency
                where truth.month = '2026-09'
            )
            select budget, cast(sum(cost) filter (is_counted) as decimal(18, 2)) from costs, lateral (values
                ('company', true),
                ('people', cost_component = 'people'),
                ('search-models', team_id = 'search' and cost_component = 'model_api' and attribution <> 'untagged'),
                ('lab', project_id = 'warehouse-routing' and attribution = 'rule'),
                ('warehouse-routing', project_id = 'warehouse-routing' and attribution not in ('untagged', 'rule'))
            ) as scopes (budget, is_counted)
            group by all
            """
        ).fetchall()
    )
    dearest = books.sql(
        f"""
        select max(cost) from (
            select sum(cast(effective_cost as decimal(18, 4)) * coalesce(rate, 1)) as cost
            from truth left join {rates} as rates on truth.month = rates.month and billing_currency = from_currency
            where truth.month between '2026-07' and '2026-09'
            group by truth.month
        )
        """
    ).fetchall()[0][0]
    # What is shared is planned too, and what nobody owns.
    assert Decimal("1.059") < last["company"] / Decimal(dearest) < Decimal("1.07")
    part = {budget: spent[budget] / last[budget] for budget in ("company", "people", "search-models")}
    assert all(Decimal("0.8") < share < 1 for share in part.values()), part
    assert Decimal("0.95") < part["search-models"]
    reserve = spent["warehouse-routing"] * Decimal("0.04")
    assert spent["warehouse-routing"] + reserve < last["warehouse-routing"] and reserve < spent["lab"]
