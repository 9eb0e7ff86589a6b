{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }}

),

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

-- Where a bill names no SKU, its service is taken for one.
sku_days as (

    select
        direct_postings.billing_period,
        direct_postings.charge_date,
        direct_postings.team_id,
        direct_postings.project_id,
        direct_postings.cost_component,
        direct_postings.provider_name,
        groups.service_name,
        concat_ws(' ', groups.sku_id, groups.region_id) as sku,
        direct_postings.consumed_unit,
        direct_postings.currency,
        cast(sum(direct_postings.effective_cost) as decimal(38, 12)) as direct_cost,
        cast(sum(direct_postings.consumed_quantity) as decimal(38, 12)) as consumed_quantity

    from direct_postings

    inner join groups
        on direct_postings.billing_period = groups.billing_period
            and direct_postings.charge_group_id = groups.charge_group_id

    group by all

)

select * from sku_days
