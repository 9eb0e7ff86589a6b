with

exported as (

    select * from {{ source('raw', 'gcp_billing') }}

),

-- A row and its credits: each credit is a charge of its own, for the same usage.
items_listed as (

    select
        exported.*,
        {{ itself_and_items('exported.credits') }}

    from exported

),

charges_told_apart as (

    select
        items_listed.*,
        concat(items_listed.file_id, '-', items_listed.source_row, '-credit-' || nullif(items_listed.item_number, 0))
            as charge_id,
        items_listed.item_number > 0 as is_credit,
        cast({{ json_text('items_listed.item', 'amount') }} as decimal(38, 12)) as credit_amount,
        {{ json_text('items_listed.item', 'type') }} as credit_type,
        coalesce(
            nullif({{ json_text('items_listed.item', 'full_name') }}, ''), {{ json_text('items_listed.item', 'name') }}
        ) as credit_name

    from items_listed

),

charges_renamed as (

    select
        delivery_id,
        charge_id,
        billing_period,
        cast(usage_start_time as date) as charge_date,
        case when is_credit then credit_amount else cost end as billed_cost,
        -- A promotion pays the invoice; it does not make cheaper what was consumed.
        case when not is_credit then cost when credit_type = 'PROMOTION' then 0 else credit_amount end
            as effective_cost,
        case when is_credit then credit_amount else cost_at_list end as list_cost,
        case when is_credit then credit_amount else cost_at_effective_price_default end as contracted_cost,
        billing_account_id,
        "project.id" as sub_account_id,
        "project.name" as sub_account_name,
        currency as billing_currency,
        cast("invoice.month" as timestamp) as billing_period_start_at,
        cast("invoice.month" as timestamp) + interval 1 month as billing_period_end_at,
        usage_start_time as charge_period_start_at,
        usage_end_time as charge_period_end_at,
        case
            when is_credit then 'Credit'
            when cost_type = 'tax' then 'Tax'
            when cost_type in ('adjustment', 'rounding_error') then 'Adjustment'
            when "sku.description" like 'Commitment%' then 'Purchase'
            else 'Usage'
        end as charge_category,
        case when "adjustment_info.id" is not null then 'Correction' end as charge_class,
        case when is_credit then credit_name else "sku.description" end as charge_description,
        case
            when cost_type in ('tax', 'adjustment', 'rounding_error') then 'One-Time'
            when "sku.description" like 'Commitment%' then 'Recurring'
            else 'Usage-Based'
        end as charge_frequency,
        'Google Cloud' as provider_name,
        coalesce(seller_name, 'Google') as publisher_name,
        'Google Cloud' as invoice_issuer_name,
        cast(null as varchar) as invoice_id,
        coalesce("service.description", 'Invoice') as service_name,
        {{ gcp_terms('lower("service.description")', 'lower("sku.description")') }},
        "sku.id" as sku_id,
        "sku.description" as sku_meter,
        coalesce("resource.global_name", "resource.name") as resource_id,
        "resource.name" as resource_name,
        "location.region" as region_id,
        "location.zone" as availability_zone,
        case when not is_credit then "usage.amount" end as consumed_quantity,
        case when not is_credit and "usage.amount" is not null then "usage.unit" end as consumed_unit,
        case when not is_credit then "usage.amount_in_pricing_units" end as pricing_quantity,
        case when not is_credit and "usage.amount_in_pricing_units" is not null then "usage.pricing_unit" end
            as pricing_unit,
        -- The resource's own label is nearer than its project's, and both than a tag of the organization.
        {{ tags_of_labels(['tags', '"project.labels"', 'labels']) }} as tags

    from charges_told_apart

)

select * from charges_renamed
