"""What a team's month received from pools and what these had from others, or gave away, and the charges in them."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from orchestration.explain.explanation import Column, Row, Section
from orchestration.explain.lookup import OF_TEAM, OF_TEAM_IN_SHARES, ON_DAY
from orchestration.explain.reading import describe_groups, evidence_of, executed, fetched, join_owners
from orchestration.explain.words import drivers_of, joined, number, percent, policy, quantity, shown

CHARGES_OF_A_POOL = 3

RECEIVED = "Received from pools"
GIVEN = "Given away by its own pools"
HANDED_ON = "What other pools gave to these pools"
INSIDE = "Largest charges in these pools"

KIND = ("cost_component", "provider_name")
DAY = ("billing_period", "charge_date", *KIND)


def alike(one: str, other: str, *columns: str) -> str:
    """That two rows say the same in some columns; nothing, such as a provider that is not named, is the same too."""
    return " and ".join(f"{one}.{column} is not distinct from {other}.{column}" for column in columns)


# What the pools of the month gave away, by day: a day without a target gave nothing. Where a pool is split by stage
# that is the stage of the charges, and stages of one day may be split by different rungs.
ALL_GIVEN = f"""
create or replace temp table all_given as
select
    billing_period,
    charge_date,
    pool_id,
    policy_id,
    rung,
    lifecycle_stage,
    cost_component,
    provider_name,
    -sum(effective_cost) as pool_amount
from sharing.int_sharing__ledger
where posting_period = $month and posting_kind = 'pool_out' and {ON_DAY}
group by all
"""

# What a pool gave to another, at the stage that it arrives in.
CHAINS = f"""
create or replace temp table chains as
select
    billing_period,
    charge_date,
    pool_id,
    policy_id,
    rung,
    method,
    target_pool_id,
    lifecycle_stage,
    cost_component,
    provider_name,
    sum(effective_cost) as amount
from sharing.int_sharing__ledger
where posting_period = $month and posting_kind = 'pool_in' and target_pool_id is not null and {ON_DAY}
group by all
"""

# The pools that the cell received from, those that gave to them on these days, and so on.
POOLS_GIVEN = f"""
create or replace temp table pools_given as
with recursive

reached as (
    select all_given.*
    from all_given
    semi join sources
        on sources.is_shown
            and sources.posting_kind = 'pool_in'
            and {alike("all_given", "sources", "pool_id", "policy_id", "rung", *KIND)}
    union
    select all_given.*
    from reached
    inner join chains
        on reached.pool_id = chains.target_pool_id and {alike("reached", "chains", "lifecycle_stage", *DAY)}
    inner join all_given
        on {alike("chains", "all_given", "pool_id", "rung", *DAY)}
)

select * from reached
"""


def totalled(whose: str) -> str:
    """What came of what was `given`, day by day, and the weights of the month's days together, of some targets."""
    return f"""pools_given_by_day as (
    select * exclude (lifecycle_stage, pool_amount), sum(pool_amount) as pool_amount
    from given
    group by all
),

pools_totalled as (
    select
        pools_given.pool_id,
        pools_given.policy_id,
        pools_given.rung,
        targets.target_pool_id,
        pools_given.cost_component,
        pools_given.provider_name,
        sum(received.amount) as amount,
        sum(pools_given.pool_amount) as pool_total,
        -- Nothing of a refund is nothing, and not less.
        min(cast(coalesce(received.amount, 0) as double) / nullif(cast(pool_amount as double), 0) + 0) as lowest_share,
        max(cast(coalesce(received.amount, 0) as double) / nullif(cast(pool_amount as double), 0) + 0) as highest_share
    from pools_given_by_day as pools_given
    inner join (select distinct pool_id, policy_id, rung, target_pool_id from received) as targets
        using (pool_id, policy_id, rung)
    left join received
        on targets.target_pool_id is not distinct from received.target_pool_id
            and {alike("pools_given", "received", "pool_id", "rung", *DAY)}
    group by all
),

-- A stage of which there was no money has shares too, and no part in what is explained.
shares as (
    select shares.*
    from showback.shares as shares
    semi join given
        on shares.billing_period = given.billing_period
            and shares.charge_date = given.charge_date
            and shares.pool_id = given.pool_id
            and shares.split_stage in ('', given.lifecycle_stage)
),

total_weights as (
    select policy_id, rung, sum(total_weight) as total_weight
    from (select distinct billing_period, charge_date, pool_id, split_stage, policy_id, rung, total_weight from shares)
    group by all
),

weights as (
    select policy_id, rung, target_pool_id, any_value(drivers) as drivers, any_value(window_days) as window_days,
        sum(weight) as weight
    from shares
    where {whose}
    group by all
)"""


POOL_SOURCES = f"""
with

received as (
    select
        billing_period,
        charge_date,
        pool_id,
        policy_id,
        rung,
        target_pool_id,
        cost_component,
        provider_name,
        sum(effective_cost) as amount
    from sharing.int_sharing__ledger
    where posting_period = $month and posting_kind = 'pool_in' and {OF_TEAM} and {ON_DAY}
    group by all
),

given as (
    select * from pools_given
),

{totalled(OF_TEAM)},

-- What makes up a weight of several drivers: each with its part of the mix, and what of it was used. What targets that
-- are pools used is in no total.
drivers_used as (
    select
        shares.policy_id,
        shares.rung,
        steps.driver,
        steps.feed,
        steps.mix_weight,
        sum(used.quantity) filter ({OF_TEAM_IN_SHARES}) as quantity,
        sum(used.quantity) as total_quantity
    from shares
    inner join sharing.int_sharing__steps as steps
        on shares.policy_id = steps.policy_id and shares.rung = steps.rung
    inner join sharing.int_sharing__use_windows as used
        on shares.billing_period = used.billing_period
            and shares.charge_date = used.charge_date
            and shares.team_id = used.team_id
            and shares.project_id = used.project_id
            and shares.lifecycle_stage = used.lifecycle_stage
            and steps.driver = used.driver
            and steps.feed is not distinct from used.feed
            and steps.window_days = used.window_days
    where shares.method in ('weighted', 'summed', 'tiered') and shares.target_pool_id is null
    group by all
),

mixes as (
    select
        policy_id,
        rung,
        list(
            struct_pack(
                driver := concat_ws(' of ', driver, feed),
                mix_weight := mix_weight,
                quantity := coalesce(quantity, 0),
                total_quantity := total_quantity
            )
            order by mix_weight desc, driver, feed
        ) as mix
    from drivers_used
    group by all
),

-- Of these the largest counts, pod by pod and job by job.
drivers_compared as (
    select
        policy_id,
        list(
            struct_pack(driver := concat_ws(' of ', driver, feed), mix_weight := coalesce(weight, 1))
            order by driver, feed
        ) as compared
    from policy.pool_drivers
    group by all
),

hours as (
    select pool_id, list(struct_pack(step := step, gpu_hours := gpu_hours) order by gpu_hours desc, step) as steps
    from (
        select pool_id, step, sum(gpu_hours) as gpu_hours
        from showback.gpu_costs
        where month = $month and basis = 'allocation' and gpu_hours is not null and {OF_TEAM} and {ON_DAY}
        group by all
    )
    group by all
)

select
    sources.amount,
    sources.posting_kind,
    sources.pool_id,
    sources.policy_id,
    sources.rung,
    sources.method,
    sources.target_pool_id,
    weights.drivers,
    weights.window_days,
    weights.weight,
    case when sources.method = 'utilization' then hours.steps end as steps,
    case when sources.target_pool_id is null then mixes.mix end as mix,
    case when sources.method = 'dominant' then drivers_compared.compared end as compared,
    case when sources.method = 'tiered' then policies.minimum_share end as minimum_share,
    total_weights.total_weight,
    sources.cost_component,
    sources.provider_name,
    pools_totalled.pool_total,
    cast(sources.amount as double) / nullif(cast(pools_totalled.pool_total as double), 0) as average_share,
    pools_totalled.lowest_share,
    pools_totalled.highest_share
from sources
left join pools_totalled
    on {alike("sources", "pools_totalled", "pool_id", "policy_id", "rung", "target_pool_id", *KIND)}
        and sources.posting_kind = 'pool_in'
left join weights
    on sources.policy_id = weights.policy_id
        and sources.rung = weights.rung
        and sources.target_pool_id is not distinct from weights.target_pool_id
        and sources.posting_kind = 'pool_in'
left join mixes
    on sources.policy_id = mixes.policy_id
        and sources.rung = mixes.rung
        and sources.posting_kind = 'pool_in'
left join drivers_compared
    on sources.policy_id = drivers_compared.policy_id
left join policy.pool_policies as policies
    on sources.policy_id = policies.policy_id
left join hours
    on sources.pool_id = hours.pool_id
        and sources.posting_kind = 'pool_in'
left join total_weights
    on sources.policy_id = total_weights.policy_id
        and sources.rung = total_weights.rung
        and sources.posting_kind = 'pool_in'
where sources.is_shown and sources.charge_group_id is null
order by sources.place
"""

# What arrives on days on which a pool gives nothing is not in what it gave: such days do not count.
HOPS = f"""
create or replace temp table hops as
with

received as (
    select chains.* exclude (lifecycle_stage, amount), sum(chains.amount) as amount
    from chains
    semi join pools_given
        on chains.target_pool_id = pools_given.pool_id and {alike("chains", "pools_given", "lifecycle_stage", *DAY)}
    group by all
),

given as (
    select pools_given.*
    from pools_given
    semi join received
        on {alike("pools_given", "received", "pool_id", "rung", *DAY)}
),

{totalled("target_pool_id is not null")},

methods as (
    select distinct policy_id, rung, method from received
)

select
    row_number() over (
        order by target_pool_id, abs(amount) desc, pool_id, policy_id, rung, cost_component, provider_name
    ) as place,
    *,
    cast(amount as double) / nullif(cast(pool_total as double), 0) as average_share
from pools_totalled
inner join methods using (policy_id, rung)
left join weights using (policy_id, rung, target_pool_id)
left join total_weights using (policy_id, rung)
where amount is not null
"""

POOL_CHARGES = f"""
with

places as (
    select place, pool_id, policy_id, rung, cost_component, provider_name
    from sources
    where is_shown and posting_kind = 'pool_in'
    union all
    select 1000000 + place, pool_id, policy_id, rung, cost_component, provider_name
    from hops
),

-- A pool that gives to several is listed once.
pools_received as (
    select min(place) as place, pool_id, policy_id, rung, cost_component, provider_name
    from places
    group by all
),

charges_pooled as (
    select
        pools_received.place as pool_place,
        direct_postings.billing_period,
        direct_postings.charge_group_id,
        pools_received.pool_id,
        case when direct_postings.policy_id is not null then direct_postings.pool_id end as benefit_pool_id,
        direct_postings.cost_component,
        direct_postings.provider_name,
        {evidence_of("owners")},
        sum(direct_postings.effective_cost) as amount
    from sharing.int_sharing__direct_postings as direct_postings
    inner join pools_given
        on {alike("direct_postings", "pools_given", "pool_id", "lifecycle_stage", *DAY)}
    inner join pools_received
        on {alike("pools_given", "pools_received", "pool_id", "policy_id", "rung", *KIND)}
    {join_owners("direct_postings")}
    group by all
),

charges_largest as (
    select *
    from charges_pooled
    where amount <> 0
    qualify row_number() over (
        partition by pool_place
        order by abs(amount) desc, billing_period, charge_group_id, {evidence_of("charges_pooled")}
    ) <= $charges_of_a_pool
),

{describe_groups("charges_largest")}

select *
from charges_described
order by pool_place, abs(amount) desc, charge_group_id
"""


@dataclass(frozen=True)
class Pools:
    """The pools among the sources of a cell, what others gave to them, and the largest charges in all of these."""

    sources: list[Row]
    hops: list[Row]
    inside: list[Row]


def read(connection: DuckDBPyConnection, cell: dict[str, str | None]) -> Pools:
    """The pools among the shown `sources` of a cell."""
    for statement in (ALL_GIVEN, CHAINS, POOLS_GIVEN, HOPS):
        executed(connection, statement, cell)
    sources = fetched(connection, POOL_SOURCES, cell)
    hops = fetched(connection, "select * from hops order by place")
    return Pools(sources, hops, fetched(connection, POOL_CHARGES, {"charges_of_a_pool": CHARGES_OF_A_POOL}))


def sections(amount: Column, pools: Pools) -> list[Section]:
    """What came, what it was made of, and what went. What is inside comes with its sources and evidence in words."""
    for row in pools.sources + pools.hops:
        if row.get("compared"):
            row["drivers"] = ", ".join(f"{shown(one['driver'])}{times(one)}" for one in row["compared"])
        row["policy"] = "\n".join([policy(row), *drivers_of(row)])
        row["way"] = joined(row, "pool_id", "target_pool_id", by="\non to ")
        row["origin"] = joined(row, "cost_component", "provider_name")
        row["share"] = "\n".join([share_range(row), *weighed(row)])
    pool = Column("pool_id", "Pool")
    posted = (
        amount,
        Column("way", "Pool"),
        Column("policy", "Policy, method"),
        Column("origin", "Component, provider"),
    )
    received = (*posted, Column("share", "Share"), Column("pool_total", "Pool's total", "money"))
    return [
        Section(RECEIVED, received, [row for row in pools.sources if row["posting_kind"] != "pool_out"]),
        Section(HANDED_ON, received, pools.hops),
        Section(
            INSIDE,
            (
                amount,
                pool,
                Column("source", "Source"),
                Column("evidence", "Evidence"),
                Column("delivery", "Delivery", "name"),
            ),
            pools.inside,
        ),
        Section(GIVEN, posted, [row for row in pools.sources if row["posting_kind"] == "pool_out"]),
    ]


def weighed(row: Row) -> list[str]:
    """`120 of 480`, what the shares of the month's days come from, of GPU-hours each step, and of a mix each driver."""
    if row["weight"] is None or row["drivers"] is None:
        return []
    lines = [f"{quantity(one['gpu_hours'])} {one['step'].replace('_', ' ')}" for one in row.get("steps") or ()]
    if row.get("minimum_share") is not None:
        lines.append(f"{percent(row['minimum_share'])} alike")
    lines += [
        f"{quantity(one['quantity'])} of {quantity(one['total_quantity'])} {shown(one['driver'])}{times(one)}"
        for one in row.get("mix") or ()
    ]
    # The weights of a mix are millionths of nothing that anybody counts.
    has_unit = row["method"] not in ("weighted", "tiered")
    return [f"{quantity(row['weight'])} of {quantity(row['total_weight'])}"] * has_unit + lines


def times(driver: Row) -> str:
    """By how much a driver counts, where that is not once."""
    return "" if driver["mix_weight"] == 1 else f", times {number(driver['mix_weight'])}"


def share_range(row: Row) -> str:
    """`60%`, or the average with what it was between."""
    if row["pool_total"] is None or row["lowest_share"] is None:
        return ""
    lowest, highest = percent(row["lowest_share"]), percent(row["highest_share"])
    if lowest == highest:
        return lowest
    average = f"{percent(row['average_share'])} on average\n" if row["average_share"] is not None else ""
    return f"{average}{lowest} to {highest} a day"
