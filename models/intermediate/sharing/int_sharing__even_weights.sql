{{ config(materialized='view') }}

with

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where method = 'even'

),

policies_listed as (

    select distinct policy_id from {{ ref('pool_targets') }}

),

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }} and pool_id is null and team_id <> 'unallocated'

),

rungs_asked as (

    select
        pools_split.*,
        steps.rung,
        steps.method,
        nullif(nullif(pools_split.split_stage, ''), 'unknown') as only_stage

    from pools_split

    inner join steps
        on pools_split.policy_id = steps.policy_id

    left join policies_listed
        on pools_split.policy_id = policies_listed.policy_id

    where policies_listed.policy_id is null

),

teams_active as (

    select distinct billing_period, charge_date, team_id, lifecycle_stage from direct_postings

),

-- Even over every team is even over the teams that spent anything on that day.
teams_even as (

    select distinct
        rungs_asked.*,
        teams_active.team_id,
        'unallocated' as project_id,
        coalesce(rungs_asked.only_stage, 'unknown') as lifecycle_stage,
        cast(null as varchar) as target_pool_id,
        cast(1 as decimal(38, 12)) as weight

    from rungs_asked

    inner join teams_active
        on rungs_asked.billing_period = teams_active.billing_period
            and rungs_asked.charge_date = teams_active.charge_date
            and teams_active.lifecycle_stage = coalesce(rungs_asked.only_stage, teams_active.lifecycle_stage)

)

select * from teams_even
