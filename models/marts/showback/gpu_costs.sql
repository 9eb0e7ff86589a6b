{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

{% set node = 'billing_period, charge_date, pool_id, split_stage' %}
{% set row = 'billing_period, charge_date, pool_id, team_id, project_id, lifecycle_stage, step' %}
with

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where method = 'utilization'

),

pool_days as (

    select * from {{ ref('int_sharing__pool_days') }}
    where {{ in_periods() }} and policy_id in (select steps.policy_id from steps)

),

gpu_shares as (

    select * from {{ ref('int_sharing__gpu_shares') }}
    where {{ in_periods() }}

),

gpu_money as (

    select {{ node }}, currency, sum(effective_cost) as effective_cost
    from pool_days
    group by all

),

costs_split as (

    select
        {{ row }}, gpu_shares.gpu_hours, gpu_money.currency,
        {{ split_exactly(
            'gpu_money.effective_cost', 'gpu_shares.share', 'gpu_shares.is_last',
            ['billing_period', 'charge_date', 'pool_id', 'split_stage', 'gpu_money.currency'],
        ) }} as effective_cost
    from gpu_money
    inner join gpu_shares using ({{ node }})

),

-- What a pool without targets keeps is its owner's, for hours of which nothing is known.
costs_kept as (

    select
        billing_period, charge_date, pool_id, team_id, project_id, lifecycle_stage, 'unknown' as step, currency,
        effective_cost
    from pool_days
    where ({{ node }}) not in (select ({{ node }}) from gpu_shares)

),

costs_by_basis as (

    select *, 'allocation' as basis from costs_split
    union all by name
    select *, 'allocation' as basis from costs_kept
    union all by name
    select *, 'usage' as basis from costs_split where step = 'useful'

),

gpu_costs as (

    select
        billing_period as month,
        charge_date,
        pool_id,
        team_id,
        project_id,
        lifecycle_stage,
        step,
        basis,
        cast(sum(gpu_hours) as decimal(38, 12)) as gpu_hours,
        currency,
        cast(sum(effective_cost) as decimal(38, 12)) as effective_cost
    from costs_by_basis
    group by all

)

select * from gpu_costs
