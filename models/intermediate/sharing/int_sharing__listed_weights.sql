{{ config(materialized='view') }}

with

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where method in ('even', 'fixed')

),

targets as (

    select * from {{ ref('pool_targets') }}

),

pools as (

    select * from {{ ref('pools') }}

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

    where rungs_asked.method = 'even'
        and rungs_asked.policy_id not in (select targets.policy_id from targets)

),

targets_listed as (

    select
        rungs_asked.*,
        case
            when targets.target_pool_id is null then coalesce(targets.team_id, 'unallocated')
            else coalesce(takers.owner_team_id, 'unallocated')
        end as team_id,
        case when targets.target_pool_id is null then coalesce(targets.project_id, 'unallocated') else 'unallocated' end
            as project_id,
        coalesce(targets.lifecycle_stage, rungs_asked.only_stage, 'unknown') as lifecycle_stage,
        targets.target_pool_id,
        cast(
            sum(case when rungs_asked.method = 'even' and coalesce(targets.weight, 1) > 0 then 1 else targets.weight end)
            as decimal(38, 12)
        ) as weight

    from rungs_asked

    inner join targets
        on rungs_asked.policy_id = targets.policy_id

    inner join pools as givers
        on rungs_asked.pool_id = givers.pool_id

    left join pools as takers
        on targets.target_pool_id = takers.pool_id

    where coalesce(targets.lifecycle_stage = rungs_asked.only_stage, true)
        and coalesce(takers.level > givers.level, true)

    group by all

),

weights as (

    select * from teams_even
    union all
    select * from targets_listed

)

select * from weights
