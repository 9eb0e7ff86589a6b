{{ config(materialized='view') }}

with

pool_days as (

    select * from {{ ref('int_sharing__pool_days') }}
    where {{ in_periods() }}

),

nodes_open as (

    select * from {{ ref('int_sharing__nodes_open') }}
    where {{ in_periods() }}

),

passages as (

    select * from {{ ref('int_sharing__passages') }}

),

pool_owners as (

    select * from {{ ref('int_sharing__pool_owners') }}

),

own_money as (

    select
        billing_period,
        charge_date,
        pool_id,
        split_stage,
        team_id,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        provider_name,
        currency,
        billing_currency,
        false as is_passing,
        {{ each_amount('@') }}

    from pool_days

),

-- What other pools give stands at the owner of the pool until it is split on.
passing_money as (

    select
        pool_days.billing_period,
        pool_days.charge_date,
        passages.via_pool_id as pool_id,
        passages.via_split_stage as split_stage,
        pool_owners.owner_team_id as team_id,
        'unallocated' as project_id,
        coalesce(nullif(passages.via_split_stage, ''), 'unknown') as lifecycle_stage,
        pool_days.ai_activity,
        pool_days.cost_component,
        pool_days.provider_name,
        pool_days.currency,
        pool_days.billing_currency,
        true as is_passing,
        {{ each_amount('sum(' ~ part_of('pool_days.@', 'passages.part') ~ ')') }}

    from pool_days

    inner join passages
        on pool_days.billing_period = passages.billing_period
            and pool_days.charge_date = passages.charge_date
            and pool_days.pool_id = passages.pool_id
            and pool_days.split_stage = passages.split_stage

    inner join pool_owners
        on passages.via_pool_id = pool_owners.pool_id
            and pool_days.charge_date >= pool_owners.valid_from
            and pool_days.charge_date < pool_owners.valid_to

    group by all

),

all_money as (

    select * from own_money
    union all
    select * from passing_money

),

-- A pool without a target on a day moves nothing: its money stays in sight with its owner.
pools_moved as (

    select
        all_money.*,
        nodes_open.policy_id,
        nodes_open.rung,
        nodes_open.method

    from all_money

    inner join nodes_open using (billing_period, charge_date, pool_id, split_stage)

)

select * from pools_moved
