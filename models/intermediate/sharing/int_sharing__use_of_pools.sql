{{ config(materialized='view') }}

with

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

-- What nobody held is nobody's use, whoever takes part.
steps as (

    select *, driver not like 'utilization:not_allocated:%' as is_of_owners from {{ ref('int_sharing__steps') }}
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
        on steps.is_of_owners
            and pools_split.policy_id = matches.policy_id
            and use_windows.team_id = matches.team_id
            and use_windows.project_id = matches.project_id
            and use_windows.lifecycle_stage = matches.lifecycle_stage

    where pools_split.split_stage in ('', 'unknown', use_windows.lifecycle_stage)
        and (policies_listed.policy_id is null or matches.policy_id is not null or not steps.is_of_owners)

)

select * from use_of_pools
