{{ config(materialized='view') }}

with

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}

),

pool_postings as (

    select * from {{ ref('int_sharing__pool_postings') }}

),

postings as (

    select *, 'direct' as posting_kind from direct_postings
    union all by name
    select * from pool_postings

),

-- Until months are closed, our book month is the provider's month.
ledger as (

    select
        billing_period,
        charge_date,
        billing_period as posting_period,
        posting_kind,
        charge_group_id,
        pool_id,
        policy_id,
        target_pool_id,
        rung,
        method,
        team_id,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        provider_name,
        currency,
        cast(billed_cost as decimal(38, 12)) as billed_cost,
        cast(effective_cost as decimal(38, 12)) as effective_cost,
        billing_currency,
        cast(billed_cost_in_billing_currency as decimal(38, 12)) as billed_cost_in_billing_currency,
        cast(effective_cost_in_billing_currency as decimal(38, 12)) as effective_cost_in_billing_currency

    from postings

)

select * from ledger
