-- What becomes of the money for GPUs adds up to what is charged in the pools that are split by utilization, day by day.
{{ config(meta={'dagster': {'ref': {'name': 'gpu_costs'}}}) }}

with

gpu_costs as (

    select * from {{ ref('gpu_costs') }}
    where {{ in_periods('month') }} and basis = 'allocation'

),

pool_days as (

    select * from {{ ref('int_sharing__pool_days') }}
    where {{ in_periods() }}

),

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where method = 'utilization'

),

shown as (

    select
        month as billing_period,
        charge_date,
        pool_id,
        currency,
        sum(effective_cost) as shown_cost

    from gpu_costs

    group by month, charge_date, pool_id, currency

),

charged as (

    select
        billing_period,
        charge_date,
        pool_id,
        currency,
        sum(effective_cost) as charged_cost

    from pool_days

    where policy_id in (select steps.policy_id from steps)

    group by billing_period, charge_date, pool_id, currency

)

select
    billing_period,
    charge_date,
    pool_id,
    charged.charged_cost,
    shown.shown_cost

from charged

full outer join shown using (billing_period, charge_date, pool_id, currency)
where charged.charged_cost is distinct from shown.shown_cost
