"""What was committed to: whose the benefit is, and what nobody used of it, on small bills and of a capacity."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.project import ROOT
from tests.conftest import apportion, charges, made_once, query, write_csv
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
POLICY = {
    "pools": "pool_id,owner_team_id\nptu,infra\n",
    "ownership_rules": (
        "rule_id,feed,field,operator,pattern,team_id,pool_id\nthroughput,focus,service,equals,Provisioned,,ptu\n"
        "bought-by-lab,aws_cur,unused_commitment,like,%reserved-instances%,lab,\n"
    ),
    "pool_policies": "policy_id,pool_id,method\nby-tokens,ptu,driver\n",
    "pool_drivers": "policy_id,driver,model_name,capacity\nby-tokens,tokens,gpt-4o-ptu,1000\n",
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
    requests = [request(day, "gpt-4o-ptu", *use) for day, used in USED.items() for use in used]
    requests += [request(day, "gpt-4o", *OTHERS) for day in USED]
    write_logs(Logs(run.exports), "jsonl", requests)
    policy = run.exports / "policy"
    policy.mkdir()
    for file in (ROOT / "seeds" / "policy").glob("tag_*.csv"):
        (policy / file.name).write_bytes(file.read_bytes())
    for name, content in POLICY.items():
        (policy / f"{name}.csv").write_text(content)
    apportion("run", *run.options)


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


def test_every_bill_ties_out(committed: Run) -> None:
    ties = "select distinct difference from reconciliation.raw_vs_ledger"
    assert query(committed.current, ties) == [(0,)]
    assert query(committed.current, "select sum(effective_cost) from showback.ledger") == [(Decimal(34 + 110 + 400),)]
