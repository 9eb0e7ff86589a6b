{{ config(materialized='view') }}

with

usage as (

    select * from {{ ref('stg_licenses__charges') }}

),

seats_in_contracts as (

    select * from {{ ref('int_charges__seats_in_contracts') }}

),

usage_counted as (

    select usage.*

    from usage

    left join seats_in_contracts
        on usage.billing_period = seats_in_contracts.billing_period
            and usage.charge_id = seats_in_contracts.charge_id

    where seats_in_contracts.charge_id is null

)

select * from usage_counted
