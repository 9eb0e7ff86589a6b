{{ config(materialized='view') }}

with

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where driver is not null

),

use_windows as (

    select * from {{ ref('int_sharing__use_windows') }}
    where {{ in_periods() }}

),

matches as (

    select * from {{ ref('int_sharing__matches') }}

),

policies_listed as (

    select distinct policy_id from {{ ref('pool_targets') }}

),

pools as (

    select * from {{ ref('pools') }}

),

use_of_pools as (

    select
        pools_split.billing_period,
        pools_split.charge_date,
        pools_split.pool_id,
        pools_split.split_stage,
        pools_split.policy_id,
        steps.rung,
        steps.method,
        steps.minimum_share,
        steps.driver,
        steps.feed,
        steps.mix_weight,
        use_windows.team_id,
        use_windows.project_id,
        use_windows.lifecycle_stage,
        matches.target_pool_id,
        case
            when coalesce(matches.weight, 1) = 1 then use_windows.quantity
            else {{ part_of('use_windows.quantity', 'matches.weight') }}
        end as quantity

    from pools_split

    inner join steps
        on pools_split.policy_id = steps.policy_id

    inner join use_windows
        on pools_split.billing_period = use_windows.billing_period
            and pools_split.charge_date = use_windows.charge_date
            and steps.driver = use_windows.driver
            and steps.window_days = use_windows.window_days
            and coalesce(steps.feed, '') = coalesce(use_windows.feed, '')

    left join policies_listed
        on pools_split.policy_id = policies_listed.policy_id

    left join matches
        on pools_split.policy_id = matches.policy_id
            and use_windows.team_id = matches.team_id
            and use_windows.project_id = matches.project_id
            and use_windows.lifecycle_stage = matches.lifecycle_stage

    where pools_split.split_stage in ('', 'unknown', use_windows.lifecycle_stage)
        and (policies_listed.policy_id is null or matches.policy_id is not null)

),

-- What a pool takes is at its owner until it is split on. Down the levels, and never back.
use_weighed as (

    select
        use_of_pools.billing_period,
        use_of_pools.charge_date,
        use_of_pools.pool_id,
        use_of_pools.split_stage,
        use_of_pools.policy_id,
        use_of_pools.rung,
        use_of_pools.method,
        use_of_pools.minimum_share,
        use_of_pools.driver,
        use_of_pools.feed,
        use_of_pools.mix_weight,
        case
            when use_of_pools.target_pool_id is null then use_of_pools.team_id
            else coalesce(takers.owner_team_id, 'unallocated')
        end as team_id,
        case when use_of_pools.target_pool_id is null then use_of_pools.project_id else 'unallocated' end as project_id,
        use_of_pools.lifecycle_stage,
        use_of_pools.target_pool_id,
        cast(sum(use_of_pools.quantity) as decimal(38, 12)) as quantity

    from use_of_pools

    inner join pools as givers
        on use_of_pools.pool_id = givers.pool_id

    left join pools as takers
        on use_of_pools.target_pool_id = takers.pool_id

    where coalesce(takers.level > givers.level, true)

    group by all

)

select * from use_weighed where quantity > 0
