"""The shared costs of the sample company, against who really used what."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

import pytest

from orchestration.sample_company.policy import (
    OBSERVABILITY_MINIMUM,
    SPLIT_CHANGED_ON,
    SUPPORT_OF_GPU_PLATFORM,
    SUPPORT_WEIGHTS,
)
from tests.conftest import query
from tests.end_to_end.conftest import Run

pytestmark = pytest.mark.slow

Owner = tuple[str, str, str]

CHARGED = """
select charge_date, attribution, sum(effective_cost * coalesce(rate, 1))
from read_parquet(?) as costs
left join read_csv(?) as rates
    on costs.month = rates.month and costs.billing_currency = rates.from_currency and rates.to_currency = 'USD'
where attribution like 'pool:%' and charge_date >= ?
group by all
"""
# What says nothing of its owner is nobody's for whoever has to go by what it says.
USED = """
select usage_date, if(is_known, team_id, 'unallocated'), if(is_known, project_id, '-'),
    if(is_known, lifecycle_stage, '-'), sum(quantity)
from (select *, attribution <> 'untagged' and team_id is not null as is_known from read_parquet(?))
where feed = ? and driver = ?
group by all
"""
RECEIVED = """
select charge_date, pool_id, if(is_known, team_id, 'unallocated'), if(is_known, project_id, '-'),
    if(is_known, lifecycle_stage, '-'), sum(effective_cost)
from (select *, team_id <> 'unallocated' as is_known from showback.ledger)
where posting_kind in ('pool_in', 'rounding') and target_pool_id is null and charge_date >= ?
group by all
"""


# Who pays for the endpoint, by the generator's own arithmetic.
ENDPOINT = """
select charge_date, coalesce(team_id, 'unallocated'), coalesce(project_id, '-'), coalesce(lifecycle_stage, '-'),
    effective_cost
from read_parquet(?)
where charge_date >= ?
"""


class Truth:
    """What was charged to pools, and what was used, as the company knows it."""

    def __init__(self, sample: Run) -> None:
        self.sample = sample
        self.charged: dict[str, dict[date, Fraction]] = defaultdict(dict)
        files = (str(sample.exports / "truth" / "costs.parquet"), str(sample.exports / "policy" / "exchange_rates.csv"))
        for day, pool, cost in query(sample.current, CHARGED, *files, SPLIT_CHANGED_ON):
            self.charged[pool.removeprefix("pool:")][day] = Fraction(cost)

    def used(self, feed: str, driver: str) -> dict[date, dict[Owner, Fraction]]:
        """By day and owner."""
        found: dict[date, dict[Owner, Fraction]] = defaultdict(dict)
        file = str(self.sample.exports / "truth" / "usage.parquet")
        for day, *owner, quantity in query(self.sample.current, USED, file, feed, driver):
            found[day][tuple(owner)] = Fraction(quantity)
        return found


@pytest.fixture(scope="module")
def truth(sample: Run) -> Truth:
    return Truth(sample)


@pytest.fixture(scope="module")
def received(sample: Run) -> dict[str, dict[tuple[date, Owner], Fraction]]:
    """What owners got of each pool, by day."""
    found: dict[str, dict[tuple[date, Owner], Fraction]] = defaultdict(dict)
    for day, pool, *owner, cost in query(sample.current, RECEIVED, SPLIT_CHANGED_ON):
        found[pool][day, tuple(owner)] = Fraction(cost)
    return found


def differing(
    found: dict[tuple[date, Owner], Fraction], expected: dict[tuple[date, Owner], Fraction]
) -> list[tuple[date, Owner, float, float]]:
    """Where the two differ by more than a millionth: charges in another currency are converted one by one."""
    return [
        (*key, float(found.get(key, 0)), float(expected.get(key, 0)))
        for key in sorted(found.keys() | expected.keys())
        if abs(found.get(key, 0) - expected.get(key, 0)) > Fraction(1, 10**6)
    ]


def test_the_gpu_platform_is_paid_by_the_hours_that_jobs_asked_for(truth: Truth, received) -> None:
    """Its machines, and the part of the support contract that is theirs: two hops for a dollar of support."""
    hours = truth.used("slurm", "gpu_hours_requested")
    expected: dict[tuple[date, Owner], Fraction] = {}
    for day in truth.charged["gpu_platform"].keys() | truth.charged["support_and_tax"].keys():
        cost = truth.charged["gpu_platform"].get(day, Fraction(0))
        cost += Fraction(SUPPORT_OF_GPU_PLATFORM) * truth.charged["support_and_tax"].get(day, 0)
        for owner, quantity in hours[day].items():
            expected[day, owner] = cost * quantity / sum(hours[day].values())
    assert len(expected) > 500
    assert differing(received["gpu_platform"], expected) == []


def test_the_model_endpoint_is_paid_by_the_tokens_that_it_read(sample: Run, received) -> None:
    """Of the gateway's calls of that model only: who calls another pays that one's vendor."""
    file = str(sample.exports / "truth" / "endpoint_costs.parquet")
    expected: dict[tuple[date, Owner], Fraction] = {
        (day, tuple(owner)): Fraction(cost)
        for day, *owner, cost in query(sample.current, ENDPOINT, file, SPLIT_CHANGED_ON)
    }
    assert len(expected) > 200
    assert differing(received["model_endpoint"], expected) == []


def test_observability_has_a_floor_for_whoever_sent_a_request_in_a_week(truth: Truth, received) -> None:
    """A fifth alike, the rest by requests of seven days: nobody with one request pays for a platform alone."""
    requests = truth.used("litellm", "requests")
    minimum = Fraction(OBSERVABILITY_MINIMUM)
    expected: dict[tuple[date, Owner], Fraction] = {}
    for day, cost in truth.charged["observability"].items():
        week: dict[Owner, Fraction] = defaultdict(Fraction)
        for before in range(7):
            for owner, quantity in requests.get(day - timedelta(days=before), {}).items():
                week[owner] += quantity
        for owner, quantity in week.items():
            expected[day, owner] = cost * (minimum / len(week) + (1 - minimum) * quantity / sum(week.values()))
    assert len(expected) > 500
    assert differing(received["observability"], expected) == []


def test_support_is_paid_by_contract(truth: Truth, received) -> None:
    expected = {
        (day, (team, "unallocated", "unknown")): cost * Fraction(weight)
        for day, cost in truth.charged["support_and_tax"].items()
        for team, weight in SUPPORT_WEIGHTS.items()
    }
    assert expected
    assert differing(received["support_and_tax"], expected) == []


def test_lines_of_charges_add_up_to_the_ledger(sample: Run) -> None:
    """An explanation that multiplies out to something else than the bill explains nothing."""
    compared = query(
        sample.current,
        """
        with lines as (
            select posting_period, team_id, project_id, lifecycle_stage, cost_component, sum(effective_cost) as lines,
                sum(billed_cost) as billed_lines
            from showback.allocation_lines group by all
        ),
        postings as (
            select posting_period, team_id, project_id, lifecycle_stage, cost_component, sum(effective_cost) as posted,
                sum(billed_cost) as billed
            from showback.ledger group by all
        )
        select count(*) > 1000, sum(lines) = sum(posted), sum(billed_lines) = sum(billed),
            max(abs(coalesce(lines, 0) - coalesce(posted, 0))) < 0.00000001
        from lines
        full outer join postings using (posting_period, team_id, project_id, lifecycle_stage, cost_component)
        """,
    )
    assert compared == [(True, True, True, True)]


def test_the_lines_of_a_charge_are_all_of_it(sample: Run) -> None:
    """And their ratios are one: AllocatedRatio, as FOCUS has it."""
    wrong = query(
        sample.current,
        """
        select * from (
            select posting_id, sum(effective_cost) as cost, sum(billed_cost) as billed, sum(allocated_ratio) as ratio
            from showback.allocation_lines group by all
        ) as lines
        full outer join (from showback.ledger where posting_kind = 'direct') as postings using (posting_id)
        where cost is distinct from effective_cost or billed is distinct from billed_cost
            or abs(ratio - 1) > 0.000000000001
        limit 3
        """,
    )
    assert wrong == []
