{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set whole = [
    'pool_days.billing_period', 'pool_days.charge_date', 'pool_days.pool_id', 'pool_days.team_id',
    'pool_days.project_id', 'pool_days.lifecycle_stage', 'pool_days.ai_activity', 'pool_days.cost_component',
    'pool_days.provider_name', 'pool_days.billing_currency',
] %}

with

pool_days as (

    select * from {{ ref('int_sharing__pool_days') }}
    where {{ in_periods() }}

),

shares as (

    select * from {{ ref('int_sharing__shares') }}
    where {{ in_periods() }}

),

pools_split as (

    select
        pool_days.billing_period,
        pool_days.charge_date,
        'pool_in' as posting_kind,
        pool_days.pool_id,
        shares.policy_id,
        shares.team_id,
        shares.project_id,
        shares.lifecycle_stage,
        pool_days.ai_activity,
        pool_days.cost_component,
        pool_days.provider_name,
        pool_days.currency,
        pool_days.billing_currency,
        {{ split_exactly(
            'pool_days.billed_cost', 'shares.share', 'shares.takes_remainder', whole
        ) }} as billed_cost,
        {{ split_exactly(
            'pool_days.effective_cost', 'shares.share', 'shares.takes_remainder', whole
        ) }} as effective_cost,
        {{ split_exactly(
            'pool_days.billed_cost_in_billing_currency', 'shares.share', 'shares.takes_remainder', whole
        ) }} as billed_cost_in_billing_currency,
        {{ split_exactly(
            'pool_days.effective_cost_in_billing_currency', 'shares.share', 'shares.takes_remainder', whole
        ) }} as effective_cost_in_billing_currency

    from pool_days

    inner join shares
        on pool_days.billing_period = shares.billing_period
            and pool_days.charge_date = shares.charge_date
            and pool_days.pool_id = shares.pool_id

),

pools_received as (

    select
        billing_period,
        charge_date,
        posting_kind,
        pool_id,
        policy_id,
        team_id,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        provider_name,
        currency,
        billing_currency,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost,
        sum(billed_cost_in_billing_currency) as billed_cost_in_billing_currency,
        sum(effective_cost_in_billing_currency) as effective_cost_in_billing_currency

    from pools_split

    group by all

),

pools_shared as (

    select distinct billing_period, charge_date, pool_id from shares

),

-- A pool without a target on a day posts nothing: its money stays in sight with its owner.
pools_emptied as (

    select
        pool_days.billing_period,
        pool_days.charge_date,
        'pool_out' as posting_kind,
        pool_days.pool_id,
        pool_days.policy_id,
        pool_days.team_id,
        pool_days.project_id,
        pool_days.lifecycle_stage,
        pool_days.ai_activity,
        pool_days.cost_component,
        pool_days.provider_name,
        pool_days.currency,
        pool_days.billing_currency,
        -pool_days.billed_cost as billed_cost,
        -pool_days.effective_cost as effective_cost,
        -pool_days.billed_cost_in_billing_currency as billed_cost_in_billing_currency,
        -pool_days.effective_cost_in_billing_currency as effective_cost_in_billing_currency

    from pool_days

    inner join pools_shared
        on pool_days.billing_period = pools_shared.billing_period
            and pool_days.charge_date = pools_shared.charge_date
            and pool_days.pool_id = pools_shared.pool_id

)

select * from pools_received
union all
select * from pools_emptied
