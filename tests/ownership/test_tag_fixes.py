"""What `fix-tags` proposes of resources that several accounts or spellings have, without building the project."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.tag_fixes import propose

TABLES = """
create schema coverage;
create schema charges;
create schema ownership;
create schema policy;
create table coverage.untagged_resources (
    month varchar, provider_name varchar, billing_account_id varchar, sub_account_id varchar, resource_id varchar,
    team_id varchar, proposed_team_id varchar, proposed_project_id varchar, proposed_lifecycle_stage varchar,
    confidence varchar, project_confidence varchar, stage_confidence varchar, score double, evidence varchar,
    currency varchar, effective_cost decimal(38, 12), first_charge_date date, last_charge_date date
);
create table charges.int_charges__groups (
    billing_period varchar, charge_group_id varchar, resource_id varchar, first_charge_date date, last_charge_date date
);
create table ownership.int_ownership__owners (
    billing_period varchar, charge_group_id varchar, valid_from date, valid_to date, team_id varchar, pool_id varchar,
    owner_confidence varchar
);
create table policy.tag_overrides (resource_id varchar, valid_from date, valid_to date);
create table policy.teams (team_id varchar);
create table policy.projects (project_id varchar);
"""
SOUND = {
    "month": "2026-09",
    "resource_id": "vm-1",
    "team_id": "unallocated",
    "proposed_team_id": "red",
    "proposed_project_id": "atlas",
    "proposed_lifecycle_stage": "testing",
    "confidence": "strong",
    "project_confidence": "strong",
    "stage_confidence": "strong",
    "score": 0.96,
    "evidence": "names: it says atlas",
    "currency": "USD",
    "effective_cost": 10,
    "first_charge_date": "2026-09-01",
    "last_charge_date": "2026-09-30",
}


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Nothing untagged, and nothing owned."""
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        connection.execute(TABLES)
    return tmp_path / "w.duckdb"


def untagged(warehouse: Path, *changed: dict[str, object]) -> None:
    """The sound line of an untagged resource, once for each change of it."""
    with duckdb.connect(warehouse) as connection:
        for line in changed:
            values = {**SOUND, **line}
            columns, places = ", ".join(values), ", ".join("?" * len(values))
            statement = f"insert into coverage.untagged_resources ({columns}) values ({places})"
            connection.execute(statement, list(values.values()))


@pytest.mark.parametrize("accounts", [("a", "b"), ("b", "a")])
def test_what_accounts_differ_in_is_left_open(warehouse, accounts):
    """An override holds in every account that has the id: of two projects neither may be written for both."""
    one, other = accounts
    untagged(
        warehouse,
        {"sub_account_id": one, "evidence": "names: it says atlas"},
        {
            "sub_account_id": other,
            "proposed_project_id": "bolt",
            "proposed_lifecycle_stage": "production",
            "evidence": "history: atlas",
        },
        {"resource_id": "vm-2", "sub_account_id": one},
        {"resource_id": "vm-2", "sub_account_id": other, "project_confidence": "weak", "proposed_project_id": "bolt"},
    )
    rows = {row["resource_id"]: row for row in propose(warehouse).rows}
    told = {resource: (row["team_id"], row["project_id"], row["lifecycle_stage"]) for resource, row in rows.items()}
    assert told == {"vm-1": ("red", None, None), "vm-2": ("red", "atlas", "testing")}
    assert rows["vm-1"]["reason"].endswith("history: atlas")


def test_an_id_with_blanks_around_it_is_one_resource(warehouse):
    """A policy is read without them: two rows of one id would be refused, and one with blanks never match."""
    untagged(warehouse, {"resource_id": "vm-1 "}, {"resource_id": "vm-1"}, {"resource_id": " "})
    [row] = propose(warehouse).rows
    assert (row["resource_id"], row["effective_cost"]) == ("vm-1", 20)


def test_an_override_is_found_whatever_blanks_a_bill_writes(warehouse):
    untagged(warehouse, {"resource_id": "vm-1 "})
    with duckdb.connect(warehouse) as connection:
        connection.execute("insert into policy.tag_overrides values ('vm-1', null, null)")
    found = propose(warehouse)
    assert (found.rows, found.left_out) == ([], {"has an override already": 1})
