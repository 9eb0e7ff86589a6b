{{ config(materialized='view') }}

{% set component = cost_component('stated_component', 'service_category', 'consumed_unit', 'pricing_unit') -%}
with

bills as (

    select * from {{ ref('int_charges__bills_counted') }}
    where {{ in_periods() }}

),

-- One scan of the bills: everything that may decide an owner is kept, the hour is not.
charges_rolled_up as (

    select
        feed,
        billing_period,
        charge_date,
        delivery_id,
        billing_account_id,
        sub_account_id,
        provider_name,
        service_category,
        service_name,
        sku_id,
        resource_id,
        region_id,
        charge_category,
        invoice_id,
        {{ component }} as cost_component,
        case when {{ component }} = 'model_api' then stated_model end as model_name,
        tags,
        activity_hint,
        {{ unused_commitment_id() }} as unused_commitment_id,
        billing_currency,
        consumed_unit,
        count(*) as charge_count,
        sum(consumed_quantity) as consumed_quantity,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost

    from bills

    group by all

)

select * from charges_rolled_up
