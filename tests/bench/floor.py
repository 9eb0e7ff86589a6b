"""The floor: the least work that turns a FOCUS month into a monthly showback, with no framework around it.

Reads each charge once, rolls up to the day, resolves tags once per distinct set, spreads the untagged
money over the teams in proportion to their direct cost of the day, sums. It keeps the daily ledger,
as any warehouse has to; it checks nothing, keeps no evidence and publishes nothing.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import duckdb

STEPS = {
    "daily charges": """
create table daily as
select
    date_trunc('day', ChargePeriodStart) as charge_date,
    BillingAccountId, SubAccountId, ServiceCategory, ServiceName, SkuId, ResourceId, RegionId,
    ChargeCategory, InvoiceId, BillingCurrency, Tags,
    sum(BilledCost) as billed_cost,
    sum(EffectiveCost) as effective_cost,
    sum(ListCost) as list_cost,
    sum(ConsumedQuantity) as consumed_quantity,
    count(*) as charges
from read_parquet(getvariable('source'))
group by all
""",
    "tag sets": """
create table owners as
select Tags, Tags ->> 'team' as team, Tags ->> 'environment' as environment, Tags ->> 'project' as project
from (select distinct Tags from daily)
""",
    "ledger": """
create table ledger as
select
    daily.* exclude (Tags),
    coalesce(owners.team, '(shared)') as team,
    coalesce(owners.environment, 'unknown') as stage,
    owners.project
from daily
inner join owners using (Tags)
""",
    "shares": """
create table shares as
with direct as (
    select charge_date, team, stage, sum(effective_cost) as effective_cost
    from ledger
    where team <> '(shared)'
    group by all
)
select charge_date, team, stage, effective_cost / sum(effective_cost) over (partition by charge_date) as share
from direct
""",
    "showback": """
create table showback as
with direct as (
    select
        date_trunc('month', charge_date) as month, team, stage, ServiceCategory,
        sum(effective_cost) as direct_cost, 0.0 as shared_cost
    from ledger
    where team <> '(shared)'
    group by all
),
pool as (
    select charge_date, ServiceCategory, sum(effective_cost) as effective_cost
    from ledger
    where team = '(shared)'
    group by all
),
spread as (
    select
        date_trunc('month', pool.charge_date) as month, shares.team, shares.stage, pool.ServiceCategory,
        0.0 as direct_cost, sum(pool.effective_cost * shares.share) as shared_cost
    from pool
    inner join shares using (charge_date)
    group by all
)
select month, team, stage, ServiceCategory, sum(direct_cost) as direct_cost, sum(shared_cost) as shared_cost
from (from direct union all from spread)
group by all
""",
}


def main() -> None:
    """`python -m tests.bench.floor FILE DATABASE`: prints seconds by step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("database", type=Path)
    arguments = parser.parse_args()
    arguments.database.unlink(missing_ok=True)
    started = time.monotonic()
    with duckdb.connect(str(arguments.database)) as connection:
        connection.execute(f"set variable source = '{arguments.file}'")
        for name, query in STEPS.items():
            step_started = time.monotonic()
            connection.execute(query)
            print(f"{name:28s} {time.monotonic() - step_started:6.2f} s")
        days = connection.execute("select count(*) from daily").fetchone()[0]
        total = connection.execute("select sum(direct_cost) + sum(shared_cost) from showback").fetchone()[0]
    print(f"daily rows {days}, showback total {total}")
    print(f"total {time.monotonic() - started:.2f} s")


if __name__ == "__main__":
    main()
