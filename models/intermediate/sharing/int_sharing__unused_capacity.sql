{{ config(materialized='view') }}

{% set rung = 'billing_period, charge_date, pool_id, split_stage, policy_id, rung' %}

with

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where capacity is not null

),

days_reported as (

    select distinct billing_period, charge_date, driver, feed, window_days from {{ ref('int_sharing__use_windows') }}
    where {{ in_periods() }}

),

use_weighed as (

    select * from {{ ref('int_sharing__use_weighed') }}
    -- Asked before the join, so that the use of all other policies is not read for the few that have a capacity.
    where policy_id in (select steps.policy_id from steps)

),

pool_owners as (

    select * from {{ ref('int_sharing__pool_owners') }}

),

-- Of a day of which nobody's use is known, nothing is known to be unused.
capacities as (

    select
        pools_split.*,
        steps.rung,
        steps.method,
        steps.capacity

    from pools_split

    inner join steps using (policy_id)

    inner join days_reported
        on pools_split.billing_period = days_reported.billing_period
            and pools_split.charge_date = days_reported.charge_date
            and steps.driver = days_reported.driver
            and steps.window_days = days_reported.window_days
            and coalesce(steps.feed, '') = coalesce(days_reported.feed, '')

),

capacities_used as (

    select {{ rung }}, sum(use_weighed.quantity) as quantity

    from use_weighed

    inner join capacities using ({{ rung }})

    group by {{ rung }}

),

-- It goes to a pool of its own, so that it is seen: until that is listed, at the owner of the pool that has too much.
unused_capacity as (

    select
        {{ rung }},
        capacities.method,
        coalesce(takers.owner_team_id, givers.owner_team_id) as team_id,
        'unallocated' as project_id,
        'unknown' as lifecycle_stage,
        {{ unused_commitment_pool() }} as target_pool_id,
        cast(capacities.capacity - coalesce(capacities_used.quantity, 0) as decimal(38, 12)) as weight

    from capacities

    left join capacities_used using ({{ rung }})

    inner join pool_owners as givers
        on capacities.pool_id = givers.pool_id
            and capacities.charge_date >= givers.valid_from
            and capacities.charge_date < givers.valid_to

    left join pool_owners as takers
        on takers.pool_id = {{ unused_commitment_pool() }}
            and capacities.charge_date >= takers.valid_from
            and capacities.charge_date < takers.valid_to

)

select * from unused_capacity where weight > 0
