"""`apportion policy diff`: both sides really built, on charges that a person can add up."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.explain import ExplainError
from orchestration.failures import StepFailed
from orchestration.policy import PolicyError
from orchestration.policy.diff import Difference, diff, render
from orchestration.project import ROOT, Project, project
from tests.conftest import apportion, charges, made_once, query, write_csv

# They read a whole run.
pytestmark = pytest.mark.slow

RULES = "rule_id,priority,field,operator,pattern,team_id,project_id,lifecycle_stage,pool_id,valid_from,valid_to\n"
SHARED = "cluster,10,service,equals,Shared Cluster,,,,cluster,,\n"
LAB = "lab,20,resource,like,lab-%,red,,development,,,\n"
POLICY = {
    "teams": "team_id\nred\nblue\nops\n",
    "tag_keys": "tag_key,dimension\nteam,team\n",
    "ownership_rules": RULES + SHARED + LAB,
    "pools": "pool_id,owner_team_id\ncluster,ops\n",
    "pool_policies": "policy_id,pool_id,method\nby_weight,cluster,fixed\n",
    "pool_targets": "policy_id,team_id,weight\nby_weight,red,0.7\nby_weight,blue,0.3\n",
    "exchange_rates": "month,from_currency,to_currency,rate\n2026-09,EUR,USD,1.1\n",
    "rate_card": "role,currency,hourly_rate\nengineer,USD,90\n",
}
# From the 15th on the lab is blue's.
LAB_CHANGES_HANDS = (
    RULES + SHARED + "lab,20,resource,like,lab-%,red,,development,,,2026-09-15\n"
    "lab-2,20,resource,like,lab-%,blue,,testing,,2026-09-15,\n"
)


PLAN = {"CommitmentDiscountId": "plan", "CommitmentDiscountStatus": "Used"}


def bill() -> list[dict[str, str]]:
    """Red's 60 by tag, the lab's 30 and 12 by rule, a shared 100, green's 10 for 6 by a plan, 10 in euros of nobody."""

    def charge(resource: str, day: int, cost: str, **changes: str) -> dict[str, str]:
        days = {f"ChargePeriod{end}": f"2026-09-{day + n:02d}T00:00:00Z" for n, end in enumerate(("Start", "End"))}
        amounts = dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), cost)
        plan = {"CommitmentDiscountId": "", "CommitmentDiscountStatus": ""}
        [row] = charges(1, **{"Tags": "{}", **plan, **days, **amounts, **changes})
        return {**row, "ResourceId": resource}

    return [
        charge("vm-1", 2, "60", Tags='{"team": "red"}'),
        charge("lab-1", 2, "30"),
        charge("lab-1", 20, "12"),
        charge("node-1", 20, "100", ServiceName="Shared Cluster"),
        charge("vm-2", 20, "6", Tags='{"team": "green"}', ContractedCost="10", **PLAN),
        charge("vm-eu", 20, "10", BillingCurrency="EUR", BillingAccountId="0013"),
    ]


def write_policy(folder: Path, **changed: str) -> Path:
    """The policy in force with some files changed."""
    folder.mkdir()
    for name, content in {**POLICY, **changed}.items():
        (folder / f"{name}.csv").write_text(content)
    return folder


def build(base: Path) -> None:
    """September, and before it a month of the same charges but the euros."""
    rows = bill()
    write_csv(base / "exports" / "focus" / "us" / "bill.csv", rows[:-1])
    write_csv(base / "exports" / "focus" / "eu" / "bill.csv", rows[-1:])
    august = [
        {name: value.replace("2026-09", "2026-08").replace("2026-10", "2026-09") for name, value in row.items()}
        for row in rows[:-1]
    ]
    write_csv(base / "exports" / "focus" / "august" / "bill.csv", august)
    write_policy(base / "policy")
    options = ("--warehouse", base / "apportion.duckdb", "--published", base / "published", "--policy", base / "policy")
    apportion("ingest", "--exports", base / "exports", *options)
    apportion("build", *options)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A warehouse built with its policy. Nobody may change it."""
    base = made_once(tmp_path_factory, "policy_diff", build)
    return project(warehouse=base / "apportion.duckdb", published=base / "published", policy=base / "policy")


def state(company: Project) -> dict[str, str]:
    """The warehouse's bytes and all that lies beside it."""
    beside = sorted(path.name for path in company.warehouse.parent.iterdir())
    return {"warehouse": hashlib.sha256(company.warehouse.read_bytes()).hexdigest(), "beside": ", ".join(beside)}


def differs(company: Project, other: Path, months: int | None = 1, to: Path | None = None) -> Difference:
    """The difference in September, having made sure that nothing was touched and that the changes add up to it."""
    before = state(company)
    difference = diff(company, other, lambda message: None, months, to)
    assert state(company) == before
    by_team: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in difference.changes:
        by_team[row["month"], row["to_team_id"]] += row["total_cost"]
        if row["change"] == "moved":
            by_team[row["month"], row["from_team_id"]] -= row["total_cost"]
    assert {key: amount for key, amount in by_team.items() if amount} == {
        (row["month"], row["team_id"]): row["total_cost_change"] for row in difference.teams
    }
    assert sum(row["total_cost_change"] for row in difference.owners) == sum(
        row["total_cost_change"] for row in difference.totals
    )
    return difference


def told(difference: Difference, change: str, *columns: str) -> list[tuple]:
    return [tuple(row[column] for column in columns) for row in difference.of(change)]


def test_a_charge_moves_from_one_owner_to_another_and_shares_follow_their_weights(company, tmp_path):
    """12 of the lab after the 15th go from red to blue; of the shared 100 blue takes 50 instead of 30.

    Of the 4 that green saves by a plan red and blue are given 2 each.
    """
    other = write_policy(
        tmp_path / "other",
        ownership_rules=LAB_CHANGES_HANDS,
        pools="pool_id,owner_team_id\ncluster,ops\nsavings,ops\n",
        pool_policies="policy_id,pool_id,method,benefit_of\nby_weight,cluster,fixed,\nspread,savings,fixed,plan\n",
        pool_targets="policy_id,team_id,weight\n" + "".join(
            f"{policy},{team},0.5\n" for policy in ("by_weight", "spread") for team in ("red", "blue")
        ),
    )  # fmt: skip
    difference = differs(company, other)
    files = {"pools": (0, 1), "pool_policies": (0, 1), "pool_targets": (2, 4)}
    assert difference.changed == {"ownership_rules": (1, 2), **files}
    owners = ("from_team_id", "from_lifecycle_stage", "from_reason", "to_team_id", "to_lifecycle_stage", "to_reason")
    assert told(difference, "moved", "month", "cost_component", *owners, "total_cost", "billed_cost") == [
        ("2026-09", "compute", "red", "development", "name lab", "blue", "testing", "name lab-2", 12, 12)
    ]
    assert sorted(told(difference, "shared otherwise", "from_pool_id", "to_team_id", "total_cost")) == [
        ("cluster", "blue", 20),
        ("cluster", "red", -20),
        ("savings", "blue", -2),
        ("savings", "green", 4),
        ("savings", "red", -2),
    ]
    assert set(told(difference, "shared otherwise", "from_reason", "to_reason")) == {
        ("by_weight fixed", "by_weight fixed"),
        (None, "spread fixed"),
        (None, "spread"),
    }
    assert difference.of("given out otherwise", "valued otherwise") == []
    columns = ("team_id", "project_id", "lifecycle_stage", "cost_component", "before", "after")
    assert [tuple(row[column] for column in columns) for row in difference.owners] == [
        ("blue", "unallocated", "testing", "compute", 0, 12),
        ("blue", "unallocated", "unknown", "compute", 30, 48),
        ("green", "unallocated", "unknown", "compute", 6, 10),
        ("red", "unallocated", "development", "compute", 42, 30),
        ("red", "unallocated", "unknown", "compute", 130, 108),
    ]
    assert [(row["team_id"], row["before"], row["after"]) for row in difference.teams] == [
        ("blue", 30, 60),
        ("green", 6, 10),
        ("red", 172, 138),
    ]
    assert [(row["before"], row["after"]) for row in difference.totals] == [(219, 219)]
    assert difference.unequal == []


def test_a_successor_of_today_moves_what_stays_with_its_team_of_then(company, tmp_path):
    """Red is merged into blue in October: September is red's, and blue answers for it today."""
    teams = "team_id,successor_team_id,valid_to\nred,blue,2026-10-01\nblue,,\nops,,\n"
    difference = differs(company, write_policy(tmp_path / "other", teams=teams), to=tmp_path / "written")
    assert (difference.changes, difference.teams, difference.unequal) == ([], [], [])
    columns = ("month", "from_team_id", "to_team_id", "to_lifecycle_stage", "total_cost", "billed_cost")
    assert [tuple(row[column] for column in columns) for row in difference.today] == [
        ("2026-09", "red", "blue", "development", 42, 42),
        ("2026-09", "red", "blue", "unknown", 130, 130),
    ]
    text = render(difference, Path("before"), Path("after"))
    assert "What another team answers for today" in text
    assert "No charge would move, but in the organization of today. Totals are equal" in text
    with (tmp_path / "written" / "changes.csv").open(newline="") as stream:
        assert [row["change"] for row in csv.DictReader(stream)] == ["today", "today"]


def test_what_leaves_a_pool_is_no_longer_given_out(company, tmp_path):
    """The shared 100 is ops' own: red and blue lose their shares, ops gives nothing out."""
    own = RULES + "cluster,10,service,equals,Shared Cluster,ops,,,,,\n" + LAB
    difference = differs(company, write_policy(tmp_path / "other", ownership_rules=own))
    assert told(difference, "moved", "from_pool_id", "from_team_id", "to_pool_id", "to_team_id", "total_cost") == [
        ("cluster", "ops", None, "ops", 100)
    ]
    assert told(difference, "given out otherwise", "to_team_id", "total_cost") == [("ops", 100)]
    assert [(row["team_id"], row["total_cost_change"]) for row in difference.teams] == [
        ("blue", -30),
        ("ops", 100),
        ("red", -70),
    ]
    assert difference.unequal == []


def test_another_rate_changes_totals_and_nothing_else_may(company, tmp_path):
    """10 euros are 12 dollars instead of 11, whoever has them."""
    rates = "month,from_currency,to_currency,rate\n2026-09,EUR,USD,1.2\n"
    difference = differs(company, write_policy(tmp_path / "other", exchange_rates=rates))
    assert told(difference, "valued otherwise", "to_team_id", "total_cost", "billed_cost") == [("unallocated", 1, 1)]
    assert [(row["before"], row["after"]) for row in difference.unequal] == [(219, 220)]
    assert difference.unexplained == []


def test_a_total_that_no_rate_explains_is_told():
    """A dollar that is lost between two policies would be lost between two runs."""
    total = {"month": "2026-09", "currency": "USD", "total_cost_change": Decimal(1), "billed_cost_change": Decimal(0)}
    valued = {**total, "change": "valued otherwise", "total_cost": Decimal(1), "billed_cost": Decimal(0)}
    assert Difference({"exchange_rates": (1, 1)}, [], [valued], totals=[total]).unexplained == []
    assert Difference({"resales": (1, 0)}, [], [valued], totals=[total]).unexplained == []
    assert Difference({"exchange_rates": (1, 1)}, [], totals=[total]).unexplained == [total]
    assert Difference({"teams": (1, 1)}, [], [valued], totals=[total]).unexplained == [total]


def test_a_side_that_is_not_built_is_built_first(company, tmp_path):
    """The warehouse was built with one policy; the question is about two others."""
    base = write_policy(tmp_path / "base", ownership_rules=RULES + SHARED)
    asked = project(warehouse=company.warehouse, policy=base)
    difference = differs(asked, write_policy(tmp_path / "other", ownership_rules=LAB_CHANGES_HANDS))
    assert told(difference, "moved", "from_team_id", "to_team_id", "total_cost") == [
        ("unallocated", "blue", 12),
        ("unallocated", "red", 30),
    ]
    assert difference.unequal == []


def test_the_command_says_it_and_writes_it(company, tmp_path):
    other = write_policy(tmp_path / "other", ownership_rules=LAB_CHANGES_HANDS)
    options = ("--policy", company.policy, "--warehouse", company.warehouse, "--to", tmp_path / "written")
    options += ("--months", 1)
    lines = apportion("policy", "diff", other, *options).stdout.splitlines()
    assert lines[0] == f"{other} instead of {company.policy}"
    assert "ownership_rules.csv  lines gone: 1, new: 2" in lines
    [moved] = [line.split() for line in lines if line.startswith("2026-09   compute")]
    assert (moved[2], moved[-3:]) == ("red", ["12.00", "12.00", "USD"])
    assert lines[-1] == "Totals are equal in every month, in effective and in billed cost, to the last decimal."
    with (tmp_path / "written" / "changes.csv").open(newline="") as stream:
        [row] = csv.DictReader(stream)
    assert (row["from_team_id"], row["to_team_id"], row["total_cost"]) == ("red", "blue", "12.000000000000")
    for name, rows in {"changes": 1, "gains_and_losses": 2, "totals": 1}.items():
        assert duckdb.read_parquet(str(tmp_path / "written" / f"{name}.parquet")).shape[0] == rows
        assert duckdb.read_csv(str(tmp_path / "written" / f"{name}.csv")).shape[0] == rows


def test_only_the_last_months_are_compared_when_asked(company, tmp_path):
    """A lab that has another owner in both months: what moved in August is not told when one month is asked for."""
    other = write_policy(tmp_path / "other", ownership_rules=RULES + SHARED + LAB.replace("red", "blue"))
    moved = {
        months: [
            (row["month"], row["to_team_id"], row["total_cost"]) for row in differs(company, other, months).of("moved")
        ]
        for months in (None, 1, 24)
    }
    assert moved[1] == [("2026-09", "blue", 42)]
    assert moved[None] == moved[24] == [("2026-08", "blue", 42), *moved[1]]


def test_two_folders_that_say_the_same_need_no_build(company, tmp_path):
    """Another order of lines and columns is no other policy."""
    same = write_policy(tmp_path / "other", teams="team_name,team_id\n,ops\n,blue\n,red\n")
    done = apportion("policy", "diff", same, "--policy", company.policy, "--warehouse", company.warehouse)
    assert done.stdout.splitlines()[-1] == "Both folders say the same: nothing would change."
    # What is read by a script is written all the same.
    differs(company, same, to=tmp_path / "written")
    assert (tmp_path / "written" / "changes.csv").read_text().count("\n") == 1


def test_what_cannot_be_compared_is_refused_in_words_and_leaves_nothing(company, tmp_path):
    before = state(company)
    broken = write_policy(tmp_path / "broken", teams="team_id\nred\nred\n")
    with pytest.raises(PolicyError, match=r"broken/teams.csv, line 3: team_id 'red' is already on line 2"):
        diff(company, broken, print)
    rateless = write_policy(tmp_path / "rateless", exchange_rates="month,from_currency,to_currency,rate\n")
    with pytest.raises(StepFailed, match=r"with .*/rateless: assert_every_currency_has_a_rate: .*EUR"):
        diff(company, rateless, print)
    assert state(company) == before
    with pytest.raises(ExplainError, match="no such warehouse"):
        diff(project(warehouse=tmp_path / "none.duckdb", policy=company.policy), broken, print)


def test_a_comparison_that_is_ended_leaves_nothing(company, tmp_path):
    """A scheduler's patience ends while dbt builds: no copy of the warehouse stays behind."""
    warehouse = tmp_path / "copy" / company.warehouse.name
    warehouse.parent.mkdir()
    shutil.copyfile(company.warehouse, warehouse)
    other = write_policy(tmp_path / "other", ownership_rules=LAB_CHANGES_HANDS)
    command = [ROOT / ".venv" / "bin" / "apportion", "policy", "diff", other, "--policy", company.policy]
    running = subprocess.Popen([*command, "--warehouse", warehouse], stderr=subprocess.PIPE, text=True)
    while "building" not in running.stderr.readline():
        pass
    time.sleep(1)
    os.kill(running.pid, signal.SIGTERM)
    assert running.wait(timeout=30) == 1
    assert [path.name for path in warehouse.parent.iterdir()] == [warehouse.name]
    assert query(warehouse, "select count(*) from showback.monthly_costs")[0][0] > 0


@pytest.mark.parametrize("change", ["moved", "shared otherwise", "valued otherwise"])
def test_of_many_changes_the_largest_are_told_and_the_others_in_one_row(change):
    """Who adopts a hundred proposed tags reads what it comes to, and not a row for each."""
    owned = {"project_id": "atlas", "lifecycle_stage": "production", "ai_activity": None, "pool_id": None}
    change = {
        **{"change": change, "month": "2026-09", "cost_component": "compute", "currency": "USD"},
        **{f"{side}_{name}": value for side in ("from", "to") for name, value in (owned | {"team_id": side}).items()},
        **{"from_reason": "none", "to_reason": "override tag_overrides", "billed_cost": Decimal(0)},
    }
    changes = [{**change, "total_cost": Decimal(number)} for number in range(1, 101)]
    text = render(Difference({"teams": (0, 1)}, [], changes), Path("before"), Path("after"))
    told = [line.split() for line in text.splitlines() if line.split()[:1] == ["2026-09"]]
    assert len(told) == 40 and told[-1][-3:] == ["61.00", "0.00", "USD"]
    [others] = [line.split() for line in text.splitlines() if "smaller ones" in line]
    assert others == ["60", "smaller", "ones", "1,830.00", "0.00", "USD"]


def test_no_digit_of_a_large_total_is_cut_off():
    """A table that is wider than the terminal is printed wider, for the totals are the proof."""
    total = {
        "month": "2026-09",
        "currency": "USD",
        "before": Decimal("1727966.876794727314"),
        "after": Decimal("2072041.677818551519"),
        "total_cost_change": Decimal("344074.801023824205"),
        "billed_cost_change": Decimal("319464.960305598412"),
    }
    text = render(Difference({"teams": (1, 1)}, [], totals=[total]), Path("before"), Path("after"))
    amounts = ("1,727,966.876794727314", "2,072,041.677818551519", "344,074.801023824205", "319,464.960305598412")
    assert all(f" {amount} " in text for amount in amounts)
    assert text.endswith("The totals of 2026-09 are NOT equal, and no rate explains it.\n")
