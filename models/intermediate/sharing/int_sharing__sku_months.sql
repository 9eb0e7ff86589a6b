{# So that what compares all months, in every build, reads the days only of those that it cuts. #}
{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

sku_days as (

    select * from {{ ref('int_sharing__sku_days') }}
    where {{ in_periods() }}

),

sku_months as (

    select
        billing_period,
        team_id,
        project_id,
        cost_component,
        provider_name,
        service_name,
        sku,
        consumed_unit,
        currency,
        charge_date < cast(concat(billing_period, '-01') as date) as is_earlier,
        max(charge_date) as last_charge_date,
        cast(sum(direct_cost) as decimal(38, 12)) as direct_cost,
        cast(sum(consumed_quantity) as decimal(38, 12)) as consumed_quantity

    from sku_days

    group by all

)

select * from sku_months
