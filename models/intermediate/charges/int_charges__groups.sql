{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }}

),

groups_listed as (

    select
        billing_period,
        charge_group_id,
        {{ charge_group_columns() | join(',\n        ') }},
        min(charge_date) as first_charge_date,
        max(charge_date) as last_charge_date

    from charges

    group by all

)

select * from groups_listed
