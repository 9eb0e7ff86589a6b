{{ config(materialized='view') }}

with

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }} and cost_component = 'model_api'

),

model_api_bills as (

    select
        billing_period,
        provider_name,
        billing_currency as currency,
        sum(billed_cost) as billed_cost

    from charges

    group by billing_period, provider_name, billing_currency

)

select * from model_api_bills
