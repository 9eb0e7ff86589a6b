{{ config(materialized='view') }}

with

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }} and cost_component = 'model_api'

),

model_api_bills as (

    select
        billing_period,
        charge_date,
        provider_name,
        coalesce({{ model_key('model_name') }}, 'unknown') as model_name,
        billing_currency as currency,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost

    from charges

    group by all

)

select * from model_api_bills
