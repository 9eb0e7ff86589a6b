{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

estimates as (

    select * from {{ ref('int_drivers__token_estimates') }}

),

bills as (

    select * from {{ ref('int_drivers__model_api_bills') }}

),

both_sides as (

    select billing_period, provider_name, currency, tokens_priced, tokens_unpriced, estimated_cost from estimates
    union all by name
    select billing_period, provider_name, currency, billed_cost from bills

),

-- Tokens without a price have no currency: they stand beside those of their provider that have one.
sides_in_a_currency as (

    select
        billing_period as month,
        provider_name,
        coalesce(currency, min(currency) over (partition by billing_period, provider_name)) as currency,
        tokens_priced,
        tokens_unpriced,
        estimated_cost,
        billed_cost

    from both_sides

),

sides_summed as (

    select
        month,
        provider_name,
        currency,
        coalesce(sum(tokens_priced), 0) as tokens_priced,
        coalesce(sum(tokens_unpriced), 0) as tokens_unpriced,
        sum(estimated_cost) as estimated_cost,
        sum(billed_cost) as billed_cost

    from sides_in_a_currency

    group by month, provider_name, currency

),

estimates_vs_bill as (

    select
        month,
        provider_name,
        currency,
        cast(tokens_priced as decimal(38, 12)) as tokens_priced,
        cast(tokens_unpriced as decimal(38, 12)) as tokens_unpriced,
        cast(estimated_cost as decimal(38, 12)) as estimated_cost,
        cast(billed_cost as decimal(38, 12)) as billed_cost,
        cast(estimated_cost - billed_cost as decimal(38, 12)) as difference,
        {{ percent_change('estimated_cost', 'billed_cost') }} as difference_percent

    from sides_summed

)

select * from estimates_vs_bill
