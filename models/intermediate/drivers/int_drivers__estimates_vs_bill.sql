{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set row = 'billing_period, charge_date, provider_name, model_name, currency' -%}
with

estimates as (

    select * from {{ ref('int_drivers__token_estimates') }}

),

bills as (

    select * from {{ ref('int_drivers__model_api_bills') }}

),

both_sides as (

    select {{ row }}, tokens_priced, tokens_unpriced, estimated_cost from estimates
    union all by name
    select {{ row }}, billed_cost, effective_cost from bills

),

-- Tokens without a price have no currency: they stand beside those of their provider that have one.
sides_in_a_currency as (

    select
        billing_period,
        charge_date,
        provider_name,
        model_name,
        coalesce(currency, min(currency) over (partition by billing_period, provider_name)) as currency,
        tokens_priced,
        tokens_unpriced,
        estimated_cost,
        billed_cost,
        effective_cost

    from both_sides

),

sides_summed as (

    select
        {{ row }},
        cast(sum(billed_cost) as decimal(38, 12)) as billed_cost,
        cast(sum(effective_cost) as decimal(38, 12)) as effective_cost,
        cast(sum(estimated_cost) as decimal(38, 12)) as estimated_cost,
        cast(coalesce(sum(tokens_priced), 0) as decimal(38, 12)) as tokens_priced,
        cast(coalesce(sum(tokens_unpriced), 0) as decimal(38, 12)) as tokens_unpriced

    from sides_in_a_currency

    group by {{ row }}

)

select * from sides_summed
