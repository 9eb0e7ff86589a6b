{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

days_settled as (

    select * from {{ ref('int_charges__days_settled') }}
    where {{ in_periods() }} and is_provisional

),

provisional_days as (

    select
        billing_period as month,
        charge_date,
        provider_name,
        received_at,
        settled_from

    from days_settled

)

select * from provisional_days
