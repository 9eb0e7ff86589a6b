"""The sample company's GPU platform split by how far its hours were used, against what its tools were told."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import apportion, made_once, query
from tests.end_to_end.conftest import Run

pytestmark = pytest.mark.slow

GPUS, CAP = 96, Decimal("0.5")
STEPS = "gpu-by-hours,not_allocated,shared\ngpu-by-hours,idle,owner\ngpu-by-hours,under_used,reserver\n"
POLICIES = (
    "policy_id,pool_id,method,minimum_share,cap,window_days\n"
    f"gpu-by-hours,gpu_platform,utilization,,{CAP},\nobservability-tiers,observability,tiered,0.2,,7\n"
    "support-fixed,support_and_tax,fixed,,,\nendpoint-by-tokens,model_endpoint,driver,,,\n"
)


@pytest.fixture(scope="session")
def by_steps(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the sample under such a policy."""

    def build(base: Path) -> None:
        policy = shutil.copytree(sample.exports / "policy", base / "policy")
        (policy / "pool_policies.csv").write_text(POLICIES)
        (policy / "pool_steps.csv").write_text(f"policy_id,step,payer\n{STEPS}gpu-by-hours,not_measured,reserver\n")
        clusters = f"gpu-by-hours,lumen-train,{GPUS}\ngpu-by-hours,lumen-serving,\n"
        (policy / "pool_clusters.csv").write_text(f"policy_id,cluster_name,gpus\n{clusters}")
        for file in ("pool_targets", "pool_drivers", "pool_fallbacks"):
            lines = (policy / f"{file}.csv").read_text().splitlines(keepends=True)
            (policy / f"{file}.csv").write_text("".join(line for line in lines if not line.startswith("gpu-by-")))
        shutil.copyfile(sample.warehouse, base / "apportion.duckdb")
        apportion("build", "--policy", policy, "--warehouse", base / "apportion.duckdb")

    return made_once(tmp_path_factory, "by_steps", build) / "apportion.duckdb"


def test_every_hour_that_was_held_is_in_one_step_and_no_more(sample: Run, by_steps: Path) -> None:
    wrong = query(
        by_steps,
        """
        with told as (
            select usage_date, sum(quantity) as hours from read_parquet($1)
            where driver = 'gpu_hours_requested' and feed in ('kubernetes', 'slurm') group by all
        ),
        judged as (
            select usage_date, sum(quantity) as hours from ownership.int_ownership__usage_owners
            where measure like 'utilization:%' and measure not like 'utilization:not_allocated:%' group by all
        )
        select * from told full outer join judged using (usage_date)
        where abs(coalesce(told.hours, 0) - coalesce(judged.hours, 0)) > 0.000001
        """,
        str(sample.exports / "truth" / "usage.parquet"),
    )
    assert wrong == []


def test_what_was_useful_is_what_the_cluster_says_that_pods_used(sample: Run, by_steps: Path) -> None:
    """Samples see some of the pods more closely; of Slurm's jobs nobody knows."""
    useful, used = query(
        by_steps,
        """
        select
            (select sum(quantity) from ownership.int_ownership__usage_owners where measure like 'utilization:useful:%'),
            (select sum(quantity) from read_parquet($1) where feed = 'kubernetes' and driver = 'gpu_hours_used')
        """,
        str(sample.exports / "truth" / "usage.parquet"),
    )[0]
    assert 0.5 * float(used) < useful < 1.5 * float(used)


def test_all_that_the_platform_cost_is_shown_once(by_steps: Path) -> None:
    wrong = query(
        by_steps,
        """
        with shown as (
            select charge_date, month, sum(effective_cost) as cost from showback.gpu_costs
            where basis = 'allocation' group by all
        ),
        charged as (
            select charge_date, billing_period as month, sum(effective_cost) as cost from showback.ledger
            where posting_kind = 'direct' and pool_id = 'gpu_platform' group by all
        )
        select * from shown full outer join charged using (charge_date, month)
        where shown.cost is distinct from charged.cost
        """,
    )
    assert wrong == []
    steps = query(by_steps, "select distinct step from showback.gpu_costs where gpu_hours is not null order by 1")
    assert steps == [("not_allocated",), ("not_measured",), ("under_used",), ("useful",)]


def test_nobody_but_the_platform_is_shown_more_of_what_nobody_held_than_the_cap(by_steps: Path) -> None:
    """A job of one dollar is never shown fifty dollars of idle machines."""
    most = query(
        by_steps,
        """
        select max(shown / held) from (
            select
                sum(gpu_hours) filter (step = 'not_allocated') as shown,
                sum(gpu_hours) filter (step <> 'not_allocated') as held
            from showback.gpu_costs
            where basis = 'allocation' and not (team_id = 'ml-platform' and project_id = 'unallocated')
            group by month, charge_date, pool_id, team_id, project_id, lifecycle_stage
        )
        """,
    )[0][0]
    assert abs(float(most) - float(CAP)) < 1e-6


def test_usage_is_the_useful_part_of_the_allocation(by_steps: Path) -> None:
    rows = query(
        by_steps,
        """
        select basis, sum(gpu_hours), sum(effective_cost) from showback.gpu_costs
        where step = 'useful' group by all order by 1
        """,
    )
    assert [row[0] for row in rows] == ["allocation", "usage"] and rows[0][1:] == rows[1][1:]
    assert query(by_steps, "select distinct step from showback.gpu_costs where basis = 'usage'") == [("useful",)]
