"""What was committed to: whose the benefit is, and what nobody used of it, on small bills and of a capacity."""

from __future__ import annotations

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.project import ROOT
from tests.conftest import Dbt, apportion, charges, made_once, query, write_csv
from tests.end_to_end.conftest import Run, run_in
from tests.feeds.test_aws_cur import PLAN, RESERVATION, Bucket, items
from tests.feeds.test_azure_cost import AMORTIZED
from tests.feeds.test_litellm import log
from tests.feeds.test_litellm import write as write_logs

pytestmark = pytest.mark.slow

# Of a plan of 24 red and blue use 20, of a reservation of 10 red uses 7.
AWS = [
    PLAN
    | {"LineItemType": "SavingsPlanCoveredUsage", "UnblendedCost": "20", "user:team": "red"}
    | {"savingsPlan/SavingsPlanEffectiveCost": "12"},
    PLAN
    | {"LineItemType": "SavingsPlanCoveredUsage", "UnblendedCost": "12", "user:team": "blue"}
    | {"savingsPlan/SavingsPlanEffectiveCost": "8"},
    PLAN | {"LineItemType": "SavingsPlanNegation", "UnblendedCost": "-32", "user:team": ""},
    PLAN
    | {"LineItemType": "SavingsPlanRecurringFee", "UnblendedCost": "24", "user:team": ""}
    | {"savingsPlan/TotalCommitmentToDate": "24", "savingsPlan/UsedCommitment": "20"},
    RESERVATION
    | {"LineItemType": "DiscountedUsage", "UnblendedCost": "0", "reservation/EffectiveCost": "7", "user:team": "red"},
    RESERVATION
    | {"LineItemType": "RIFee", "UnblendedCost": "10", "reservation/UnusedRecurringFee": "2", "user:team": ""}
    | {"reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "1"},
]
# A deployment that serves 1,000 tokens a day for 100 a day, and who used how many of them. Other models served more,
# on every day but the 5th, of which nothing is known.
USED = {2: [("red", 400), ("blue", 100)], 3: [("red", 1500), ("blue", 500)], 4: []}
OTHERS = ("red", 10_000)
# What plan-7 covers on a day: whose it is, the part of the plan that was used, and what it would have cost. Red and
# blue share the nodes.
PLANNED = [("red", "6", "10"), ("blue", "9", "15"), ("nodes", "2", "4")]
# Until the 6th the benefit follows the use, from the 7th on it is shared by what the plan covers.
POLICY = {
    "pools": "pool_id,owner_team_id\nptu,infra\nnodes,infra\nbenefit,infra\n",
    "ownership_rules": (
        "rule_id,feed,field,operator,pattern,team_id,pool_id\nthroughput,focus,service,equals,Provisioned,,ptu\n"
        "nodes,focus,resource,equals,nodes,,nodes\n"
        "bought-by-lab,aws_cur,unused_commitment,like,%reserved-instances%,lab,\n"
    ),
    "pool_policies": (
        "policy_id,pool_id,method,benefit_of,valid_from\nby-tokens,ptu,driver,,\nhalves,nodes,fixed,,\n"
        "by-cover,benefit,driver,PLAN-%,2026-09-07\n"
    ),
    "pool_targets": "policy_id,team_id,weight\nhalves,red,0.5\nhalves,blue,0.5\n",
    "pool_drivers": (
        "policy_id,driver,model_name,capacity\nby-tokens,tokens,gpt-4o-ptu,1000\nby-cover,covered_cost,,\n"
    ),
}


class Logs:
    """Where the writer of the gateway's logs puts them."""

    def __init__(self, exports: Path) -> None:
        self.exports = exports

    def deliver(self, name: str, rows: list[dict]) -> Path:
        file = self.exports / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return file


def request(day: int, model: str, team: str, tokens: int) -> dict:
    changes = {"metadata": {"user_api_key_team_alias": team}, "request_tags": [], "team_id": None}
    counts = {"prompt_tokens": tokens, "completion_tokens": 0, "total_tokens": tokens}
    at = f"2026-09-{day:02}T10:00:00"
    return log(f"{day}-{model}-{team}", model=model, startTime=at, endTime=at, **counts, **changes)


def planned(day: int) -> list[dict[str, str]]:
    """The use of a day that plan-7 covers: nothing of it is billed."""
    rows = []
    for owner, effective, contracted in PLANNED:
        [row] = charges(
            1,
            ChargePeriodStart=f"2026-09-{day:02}T00:00:00Z",
            ChargePeriodEnd=f"2026-09-{day + 1:02}T00:00:00Z",
            BilledCost="0",
            EffectiveCost=effective,
            ContractedCost=contracted,
            ListCost="20",
            CommitmentDiscountId="plan-7",
            CommitmentDiscountStatus="Used",
            Tags="" if owner == "nodes" else f'{{"team": "{owner}", "env": "prod"}}',
        )
        rows.append(row | {"ResourceId": owner})
    return rows


def publish(base: Path) -> None:
    run = run_in(base)
    bucket = Bucket(base)
    bucket.legacy("a1", [row for line in AWS for row in items(1, **line)])
    # What is unused ran nowhere, and has no tags of a resource.
    azure = [row | ({"Tags": ""} if row["ChargeType"] == "UnusedReservation" else {}) for row in AMORTIZED]
    write_csv(run.exports / "azure_cost/amortized.csv", azure)
    days = [
        row
        for day in (2, 3, 4, 5)
        for row in charges(
            1,
            ServiceName="Provisioned",
            ChargePeriodStart=f"2026-09-{day:02}T00:00:00Z",
            ChargePeriodEnd=f"2026-09-{day + 1:02}T00:00:00Z",
            BilledCost="100",
            EffectiveCost="100",
            Tags="",
        )
    ]
    write_csv(run.exports / "focus/costs.csv", days)
    plans = [row | {"BillingAccountId": "0077", "ServiceProviderName": "Planned"} for row in planned(6) + planned(7)]
    write_csv(run.exports / "focus/plans/costs.csv", plans)
    requests = [request(day, "gpt-4o-ptu", *use) for day, used in USED.items() for use in used]
    requests += [request(day, "gpt-4o", *OTHERS) for day in USED]
    write_logs(Logs(run.exports), "jsonl", requests)
    policy = run.exports / "policy"
    policy.mkdir()
    for file in (ROOT / "seeds" / "policy").glob("tag_*.csv"):
        (policy / file.name).write_bytes(file.read_bytes())
    for name, content in POLICY.items():
        (policy / f"{name}.csv").write_text(content)
    apportion("run", "--focus", *run.options)


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_in(made_once(tmp_path_factory, "commitments", publish))


def posted(run: Run, where: str) -> dict[tuple, Decimal]:
    """What is in the ledger by team, pool and the pool that it went on to."""
    sql = f"""
        select team_id, pool_id, target_pool_id, sum(effective_cost) from showback.ledger
        where {where} group by all having sum(effective_cost) <> 0
    """
    return {tuple(row[:-1]): row[-1] for row in query(run.current, sql)}


def test_the_benefit_is_its_users_and_the_rest_a_pool_of_its_own(committed: Run) -> None:
    """Nobody pays for what nobody used, unless the policy names who bought it; what was bought is billed."""
    assert posted(committed, "provider_name = 'AWS'") == {
        ("red", None, None): 19,
        ("blue", None, None): 8,
        ("unallocated", "unused_commitment", None): 4,
        ("lab", None, None): 3,
    }
    assert posted(committed, "provider_name = 'Microsoft'") == {
        ("ml", None, None): 70,
        ("unallocated", "unused_commitment", None): 40,
    }
    [(billed,)] = query(committed.current, "select sum(billed_cost) from showback.ledger where provider_name = 'AWS'")
    assert billed == 34


def test_throughput_is_paid_by_tokens_and_what_nobody_used_is_shown(committed: Run) -> None:
    """Half of the 2nd, nothing of the 3rd, all of the 4th; of the 5th nothing is known, and it stays with its owner."""
    by_day = {
        2: {("red", "ptu", None): 40, ("blue", "ptu", None): 10, ("infra", "ptu", "unused_commitment"): 50},
        3: {("red", "ptu", None): 75, ("blue", "ptu", None): 25},
        4: {("infra", "ptu", "unused_commitment"): 100},
        5: {("infra", "ptu", None): 100},
    }
    for day, expected in by_day.items():
        assert posted(committed, f"pool_id = 'ptu' and charge_date = '2026-09-{day:02}'") == expected


def test_an_explanation_names_what_nobody_used(committed: Run, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    done = apportion("explain", "--month", "2026-09", "--team", "infra", "--warehouse", committed.warehouse)
    assert "unused_commitment" in done.stdout and "1,500 of 4,000" in done.stdout


def test_a_benefit_is_spread_from_the_day_on_that_a_policy_says_so(committed: Run) -> None:
    """Covered use then costs what it would have cost, and the 12 that the plan saves are shared 10 to 15."""
    assert posted(committed, "provider_name = 'Planned' and charge_date = '2026-09-06' and pool_id is null") == {
        ("red", None, None): 6,
        ("blue", None, None): 9,
    }
    assert posted(committed, "provider_name = 'Planned' and charge_date = '2026-09-07'") == {
        ("red", None, None): 10,
        ("blue", None, None): 15,
        ("red", "nodes", None): 2,
        ("blue", "nodes", None): 2,
        ("red", "benefit", None): Decimal("-4.8"),
        ("blue", "benefit", None): Decimal("-7.2"),
    }
    of_benefit = "select sum(billed_cost), min(lifecycle_stage) from showback.ledger where pool_id = 'benefit'"
    assert query(committed.current, of_benefit) == [(0, "production")]
    [(days, share)] = query(
        committed.current,
        "select count(distinct charge_date), max(share) from showback.shares where pool_id = 'benefit'",
    )
    assert (days, share) == (1, Decimal("0.6"))


@pytest.mark.parametrize("file", ["warehouse", "current"])
def test_a_benefit_is_in_the_bill_that_is_split(committed: Run, file: str) -> None:
    """Use and benefit add up to the charge; by owner they are the ledger's; ratios are one for each of both."""
    file = getattr(committed, file)
    parts = """
        select "ResourceId", "x_TeamId", "x_BenefitPoolId", "AllocatedMethodId", "EffectiveCost", "ContractedCost"
        from focus.cost_and_usage_allocated
        where "ServiceProviderName" = 'Planned' and cast("ChargePeriodStart" as date) = '2026-09-07'
    """
    found = {row[:4]: row[4:] for row in query(file, parts)}
    assert len(found) == 10
    assert found["red", "red", None, None] == (10, 10)
    assert found["red", "blue", "benefit", "by-cover"] == (Decimal("-2.4"), 0)
    assert found["nodes", "blue", None, "halves"] == (2, 2)
    assert found["nodes", "red", "benefit", "by-cover"] == (Decimal("-0.8"), 0)
    costs = ", ".join(f'sum("{name}Cost")' for name in ("Billed", "Effective", "List", "Contracted"))
    of_charges = f'select "x_ChargeId", {costs} from focus.@ group by all order by all'
    assert query(file, of_charges.replace("@", "cost_and_usage_allocated")) == query(
        file, of_charges.replace("@", "cost_and_usage")
    )
    by_owner = (
        'select "x_TeamId", sum("EffectiveCost"), sum("BilledCost") from focus.cost_and_usage_allocated group by 1'
    )
    in_ledger = "select team_id, sum(effective_cost), sum(billed_cost) from showback.ledger group by 1"
    assert sorted(query(file, by_owner)) == sorted(query(file, in_ledger))
    lines = "select team_id, sum(effective_cost), sum(billed_cost) from showback.allocation_lines group by 1"
    assert sorted(query(file, lines)) == sorted(query(file, in_ledger))
    ratios = """
        select distinct sum(list_sum(list_transform(elements, lambda element: element."AllocatedRatio"))) as total
        from (
            select "x_ChargeId", "AllocatedMethodId", from_json(
                "AllocatedMethodDetails", '{"Elements": [{"AllocatedRatio": "DECIMAL(38, 18)"}]}'
            )."Elements" as elements
            from focus.cost_and_usage_allocated where "AllocatedMethodId" is not null
        ) group by "x_ChargeId", "AllocatedMethodId"
    """
    assert query(file, ratios) == [(1,)]


def test_an_explanation_shows_use_and_benefit(committed: Run, monkeypatch) -> None:
    """Of a team and of a charge; each adds up, or it would refuse."""
    monkeypatch.setenv("COLUMNS", "200")
    done = apportion("explain", "--month", "2026-09", "--team", "red", "--warehouse", committed.warehouse)
    assert "benefit of a commitment, pool benefit" in done.stdout and "by-cover" in done.stdout
    assert "10 of 25" in done.stdout and "-4.80" in done.stdout
    of_charge = """
        select distinct "x_ChargeId", "ResourceId" from focus.cost_and_usage_allocated
        where "x_BenefitPoolId" is not null
    """
    explained = {
        resource: apportion("explain", "--charge", charge, "--warehouse", committed.warehouse).stdout
        for charge, resource in query(committed.current, of_charge)
    }
    assert set(explained) == {"red", "blue", "nodes"}
    for amount in ("10.00", "-1.60", "-2.40"):
        assert amount in explained["red"]
    for amount in ("2.00", "-0.80", "-1.20"):
        assert amount in explained["nodes"]


def test_a_benefit_without_a_price_stops_the_run(committed: Run, tmp_path: Path) -> None:
    """A commitment whose use has no other price saves nobody knows what."""
    unpriced = Run(committed.exports, tmp_path / "unpriced.duckdb", tmp_path / "published")
    shutil.copyfile(committed.warehouse, unpriced.warehouse)
    with duckdb.connect(str(unpriced.warehouse)) as connection:
        connection.execute("update charges.int_charges__covered_days set charges_without_price = charge_count")
    dbt = Dbt(unpriced.warehouse, tmp_path / "target")
    told = subprocess.run(
        dbt.command("show", "--select", "assert_every_benefit_has_a_price", "--output", "json"),
        **{"capture_output": True, "text": True, "check": True, "env": dbt.environment, "cwd": ROOT},
    )
    assert "deliver it with contracted or list costs: of 3 charges" in told.stdout
    assert "leave it out of benefit_of of policy by-cover" in told.stdout


def test_a_driver_that_nobody_reports_is_told(committed: Run, tmp_path: Path) -> None:
    """A misspelled driver looks like days on which nobody used anything, for good."""
    misspelled = tmp_path / "misspelled.duckdb"
    shutil.copyfile(committed.warehouse, misspelled)
    with duckdb.connect(str(misspelled)) as connection:
        connection.execute("""
            insert into policy.pool_drivers (policy_id, driver, feed)
            values ('typed-well', 'requests', 'litellm'), ('mistyped', 'reqests', 'litellm')
        """)
        connection.execute("""
            insert into ownership.int_ownership__usage_owners
            select * replace ('requests' as measure) from ownership.int_ownership__usage_owners where feed = 'litellm'
        """)
    dbt = Dbt(misspelled, tmp_path / "target")
    told = subprocess.run(
        dbt.command("show", "--select", "assert_every_driver_of_a_pool_is_reported", "--output", "json"),
        **{"capture_output": True, "text": True, "check": True, "env": dbt.environment, "cwd": ROOT},
    )
    assert "mistyped" in told.stdout and "nothing that was delivered reports any of it" in told.stdout
    assert "typed-well" not in told.stdout and "by-tokens" not in told.stdout


def test_every_bill_ties_out(committed: Run) -> None:
    ties = "select distinct difference from reconciliation.raw_vs_ledger"
    assert query(committed.current, ties) == [(0,)]
    assert query(committed.current, "select sum(effective_cost) from showback.ledger") == [
        (Decimal(34 + 110 + 400 + 34),)
    ]
