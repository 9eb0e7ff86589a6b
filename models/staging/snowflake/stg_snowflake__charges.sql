with

usage as (

    select * from {{ source('raw', 'snowflake') }}

),

usage_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        usage_date as charge_date,
        usage_in_currency as billed_cost,
        usage_in_currency as effective_cost,
        cast(null as decimal(38, 12)) as list_cost,
        cast(null as decimal(38, 12)) as contracted_cost,
        organization_name as billing_account_id,
        organization_name as billing_account_name,
        account_locator as sub_account_id,
        account_name as sub_account_name,
        currency as billing_currency,
        cast(billing_period || '-01' as timestamp) as billing_period_start_at,
        cast(billing_period || '-01' as timestamp) + interval 1 month as billing_period_end_at,
        cast(usage_date as timestamp) as charge_period_start_at,
        cast(usage_date as timestamp) + interval 1 day as charge_period_end_at,
        case
            when lower(is_adjustment) = 'true' then 'Adjustment'
            when lower(billing_type) in ('rebate', 'support_credit') then 'Credit'
            when lower(billing_type) in ('priority support', 'vps_deployment_fee') then 'Purchase'
            else 'Usage'
        end as charge_category,
        case when lower(is_adjustment) = 'true' then 'Correction' end as charge_class,
        -- Which balance paid: capacity, rollover, free usage, overage or rebate.
        nullif(concat_ws(', ', usage_type, balance_source), '') as charge_description,
        case when lower(coalesce(billing_type, 'consumption')) = 'consumption' then 'Usage-Based' else 'Recurring' end
            as charge_frequency,
        'Snowflake' as provider_name,
        'Snowflake' as publisher_name,
        'Snowflake' as invoice_issuer_name,
        contract_number as invoice_id,
        coalesce(service_type, usage_type, 'Snowflake') as service_name,
        {{ snowflake_terms('lower(rating_type)', 'lower(service_type)') }},
        nullif(concat_ws('-', service_level, rating_type, service_type), '') as sku_id,
        usage_type as sku_meter,
        cast(null as varchar) as resource_id,
        region as region_id,
        usage as consumed_quantity,
        case
            when usage is null then null
            when lower(rating_type) = 'compute' then 'Credits'
            when lower(rating_type) in ('storage', 'data transfer') then 'TB'
            else 'Units'
        end as consumed_unit,
        cast(null as varchar) as pricing_unit,
        cast(null as varchar) as tags

    from usage

)

select * from usage_renamed
