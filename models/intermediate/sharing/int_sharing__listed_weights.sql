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

    select * from {{ ref('int_sharing__listed_targets') }}

),

pools as (

    select * from {{ ref('pools') }}

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
            sum(case
                when rungs_asked.method = 'even' and coalesce(targets.weight, 1) > 0 then 1
                else targets.weight
            end)
            as decimal(38, 12)
        ) as weight

    from rungs_asked

    inner join targets
        on rungs_asked.policy_id = targets.policy_id

    inner join pools as givers
        on rungs_asked.pool_id = givers.pool_id

    left join pools as takers
        on targets.target_pool_id = takers.pool_id

    where rungs_asked.charge_date >= targets.valid_from
        and rungs_asked.charge_date < targets.valid_to
        and coalesce(targets.lifecycle_stage = rungs_asked.only_stage, true)
        and coalesce(takers.level > givers.level, true)

    group by all

)

select * from targets_listed
