{{ config(materialized='view') }}

with

pool_days as (

    select distinct billing_period, charge_date, pool_id, policy_id, method
    from {{ ref('int_sharing__pool_days') }}
    where {{ in_periods() }} and policy_id is not null

),

targets as (

    select * from {{ ref('pool_targets') }}

),

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }}

),

owners_active as (

    select
        billing_period,
        charge_date,
        team_id,
        project_id,
        lifecycle_stage,
        sum(effective_cost) as direct_cost

    from direct_postings

    where pool_id is null and team_id <> 'unallocated'

    group by billing_period, charge_date, team_id, project_id, lifecycle_stage

),

policies_open as (

    select distinct pool_days.policy_id
    from pool_days
    left join targets on pool_days.policy_id = targets.policy_id
    where targets.policy_id is null

),

-- A policy that lists no target means every owner; an empty field of a target means any.
targets_meant as (

    select policy_id, team_id, project_id, lifecycle_stage, weight from targets
    union all
    select policy_id, null, null, null, null from policies_open

),

owners_weighed as (

    select
        pool_days.billing_period,
        pool_days.charge_date,
        pool_days.pool_id,
        pool_days.policy_id,
        pool_days.method,
        owners_active.team_id,
        owners_active.project_id,
        owners_active.lifecycle_stage,
        max({{ part_of('greatest(owners_active.direct_cost, 0)', 'coalesce(targets_meant.weight, 1)') }}) as weight

    from pool_days

    inner join targets_meant
        on pool_days.policy_id = targets_meant.policy_id

    inner join owners_active
        on pool_days.billing_period = owners_active.billing_period
            and pool_days.charge_date = owners_active.charge_date
            and owners_active.team_id = coalesce(targets_meant.team_id, owners_active.team_id)
            and owners_active.project_id = coalesce(targets_meant.project_id, owners_active.project_id)
            and owners_active.lifecycle_stage
            = coalesce(targets_meant.lifecycle_stage, owners_active.lifecycle_stage)

    where pool_days.method = 'proportional'

    group by all

),

-- Even over every team is even over the teams that spent anything on that day.
teams_even as (

    select distinct
        pool_days.billing_period,
        pool_days.charge_date,
        pool_days.pool_id,
        pool_days.policy_id,
        pool_days.method,
        owners_active.team_id,
        'unallocated' as project_id,
        'unknown' as lifecycle_stage,
        cast(1 as decimal(38, 12)) as weight

    from pool_days

    inner join policies_open
        on pool_days.policy_id = policies_open.policy_id

    inner join owners_active
        on pool_days.billing_period = owners_active.billing_period
            and pool_days.charge_date = owners_active.charge_date

    where pool_days.method = 'even'

),

targets_listed as (

    select
        pool_days.billing_period,
        pool_days.charge_date,
        pool_days.pool_id,
        pool_days.policy_id,
        pool_days.method,
        coalesce(targets.team_id, 'unallocated') as team_id,
        coalesce(targets.project_id, 'unallocated') as project_id,
        coalesce(targets.lifecycle_stage, 'unknown') as lifecycle_stage,
        cast(sum(case when pool_days.method = 'even' then 1 else targets.weight end) as decimal(38, 12)) as weight

    from pool_days

    inner join targets
        on pool_days.policy_id = targets.policy_id

    where pool_days.method in ('even', 'fixed')

    group by all

),

weights as (

    select * from owners_weighed
    union all
    select * from teams_even
    union all
    select * from targets_listed

)

select * from weights where weight > 0
