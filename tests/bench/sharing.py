"""How long sharing takes: pools, targets and charges of a month among twelve, split by the project's own models.

What is measured grows with pools x targets and with charges, never with charges x targets: the curve says so.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.project import ROOT
from tests.bench.process import measure
from tests.conftest import Dbt
from tests.sharing.comparing import DIRECT_POSTINGS, ENGINE, POLICY, TERMS, USAGE_OWNERS

POOLS, TARGETS, CHARGES, MONTHS = 200, 2_000, 10_000_000, 12
MONTH = "2026-09"
MOST_SECONDS, MOST_GB = 20.0, 4.0

# What stands before the postings, and they themselves.
GIVEN = ("int_sharing__charges_owned", "int_sharing__benefits", "int_sharing__direct_postings")
# Rolled up to days and charge groups, two charges are one posting; a fifth of them is in pools.
CHARGES_PER_POSTING, POSTINGS_PER_POOLED = 2, 5

SEEDS = """
insert into policy.pools select 'pool-' || i, null, 'owner-' || i % 20, null from range($pools) as pools (i);
insert into policy.pool_policies (policy_id, pool_id, method, window_days)
select 'policy-' || i, 'pool-' || i, ['driver', 'proportional', 'weighted', 'driver', 'driver'][1 + i % 5],
    case when i % 10 = 3 then 7 end
from range($pools) as pools (i);
insert into policy.pool_drivers (policy_id, driver, feed, weight)
select 'policy-' || i, 'driver-' || i % 8, 'tool', 3 from range($pools) as pools (i) where i % 5 <> 1
union all
select 'policy-' || i, 'driver-' || (i + 1) % 8, 'tool', 1 from range($pools) as pools (i) where i % 5 = 2;
insert into policy.pool_fallbacks select 'policy-' || i, 1, 'even', null from range($pools) as pools (i);
"""
OWNER = """
'team-' || t % 100 as team_id, 'project-' || t as project_id,
['development', 'testing', 'production'][1 + t % 3] as lifecycle_stage
"""
USE = f"""
insert into ownership.int_ownership__usage_owners by name
select
    strftime(day, '%Y-%m') as billing_period, cast(day as date) as usage_date, 'tool' as feed,
    'driver-' || d as measure, {OWNER}, 'inference' as ai_activity,
    1 + (t * 7919 + d * 104729 + dayofyear(day)) % 1000 as quantity
from range($targets) as targets (t), range(8) as drivers (d),
    (
        select unnest(generate_series(date '2026-10-01' - interval ($months) month, date '2026-09-30', interval 1 day))
            as day
    )
"""
POSTINGS = f"""
insert into sharing.int_sharing__direct_postings by name
with

numbered as (
    select
        i, i % $targets as t, hash(i) % {POSTINGS_PER_POOLED} = 0 as is_pooled,
        hash(i) // {POSTINGS_PER_POOLED} % $pools as pool, hash(i + 1) % 30 as days,
        cast(1 + i % 997 as decimal(38, 12)) / 7 as amount
    from range($postings) as postings (i)
)

select
    '{MONTH}' as billing_period, date '{MONTH}-01' + cast(days as integer) as charge_date,
    md5(cast(i as varchar)) as charge_group_id, date '0001-01-01' as owned_from,
    case when is_pooled then 'pool-' || pool end as pool_id,
    case when is_pooled then 'owner-' || pool % 20 else owners.team_id end as team_id,
    case when is_pooled then 'unallocated' else owners.project_id end as project_id,
    case when is_pooled then 'unknown' else owners.lifecycle_stage end as lifecycle_stage,
    'unknown' as ai_activity, 'compute' as cost_component, 'Cloud' as provider_name, 2 as charge_count,
    'USD' as currency, 'USD' as billing_currency, amount as billed_cost, amount as effective_cost,
    amount as billed_cost_in_billing_currency, amount as effective_cost_in_billing_currency
from numbered
inner join (select t, {OWNER} from range($targets) as targets (t)) as owners using (t)
"""


@dataclass(frozen=True)
class Result:
    """What a size took."""

    pools: int
    targets: int
    charges: int
    seconds: float
    gigabytes: float
    shares: int
    models: dict[str, float]


def run(pools: int, targets: int, charges: int, months: int) -> Result:
    """Share one month in a warehouse that has nothing but what sharing reads."""
    scratch = Path(tempfile.mkdtemp(prefix="apportion-bench-"))
    try:
        warehouse, target = scratch / "w.duckdb", scratch / "target"
        with duckdb.connect(str(warehouse)) as connection:
            for schema in ("policy", "ownership", "sharing"):
                connection.execute(f"create schema {schema}")
            for table, columns in POLICY.values():
                connection.execute(f"create table policy.{table} ({columns})")
            connection.execute(f"create table ownership.int_ownership__usage_owners ({USAGE_OWNERS})")
            for terms in ("team_terms", "project_terms"):
                connection.execute(f"create table ownership.int_ownership__{terms} ({TERMS})")
            connection.execute(f"create table sharing.int_sharing__direct_postings ({DIRECT_POSTINGS})")
            sizes = {"pools": pools, "targets": targets, "months": months, "postings": charges // CHARGES_PER_POSTING}
            for statement in (*SEEDS.split(";")[:-1], USE, POSTINGS):
                named = {name: value for name, value in sizes.items() if f"${name}" in statement}
                connection.execute(statement, named)
        built = json.dumps({"billing_periods": [MONTH]})
        dbt = Dbt(warehouse, target)
        taken = measure(
            dbt.command("run", "--select", ENGINE, "--exclude", *GIVEN, "--vars", built),
            ROOT,
            dbt.environment,
        )
        done = json.loads((target / "run_results.json").read_text())
        models = {result["unique_id"].rsplit(".", 1)[-1]: result["execution_time"] for result in done["results"]}
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            (shares, sums) = connection.execute(
                "select (select count(*) from sharing.int_sharing__shares),"
                " (select sum(effective_cost) from sharing.int_sharing__pool_postings)"
            ).fetchone()
        if sums != 0:
            raise SystemExit(f"bench-sharing: pools give {sums} more than targets get")
        # On the clock from the first model to the last: those that run side by side count once.
        return Result(pools, targets, charges, done["elapsed_time"], taken.peak_bytes / 1e9, shares, models)
    finally:
        shutil.rmtree(scratch)


def sizes(largest: argparse.Namespace) -> Iterator[tuple[int, int, int]]:
    """The curve: half and all of the targets, of the pools, and of the charges; the largest comes last."""
    for pools, targets, charges in ((1, 2, 2), (2, 1, 2), (2, 2, 1), (1, 1, 1)):
        yield largest.pools // pools, largest.targets // targets, largest.charges // charges


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench-sharing", description=__doc__.splitlines()[0])
    parser.add_argument("--pools", type=int, default=POOLS)
    parser.add_argument("--targets", type=int, default=TARGETS)
    parser.add_argument("--charges", type=int, default=CHARGES)
    parser.add_argument("--months", type=int, default=MONTHS, help="months of use in the warehouse, one of them shared")
    arguments = parser.parse_args()
    print("pools   targets      charges       shares   seconds     GB")
    for size in sizes(arguments):
        result = run(*size, arguments.months)
        print(
            f"{result.pools:5,} {result.targets:9,} {result.charges:12,} {result.shares:12,}"
            f" {result.seconds:9.1f} {result.gigabytes:6.2f}",
            flush=True,
        )
    for model, spent in sorted(result.models.items(), key=lambda item: -item[1])[:10]:
        print(f"  {spent:6.2f} s  {model}")
    print(f"limits {MOST_SECONDS:.0f} s, {MOST_GB:.0f} GB")
    return int(result.seconds > MOST_SECONDS or result.gigabytes > MOST_GB)


if __name__ == "__main__":
    sys.exit(main())
