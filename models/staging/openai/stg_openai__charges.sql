with

costs as (

    select * from {{ source('raw', 'openai_costs') }}

),

costs_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        cast(start_time as date) as charge_date,
        amount_value as billed_cost,
        -- Nothing is prepaid: what a day costs is what it consumed.
        amount_value as effective_cost,
        cast(null as decimal(38, 12)) as list_cost,
        cast(null as decimal(38, 12)) as contracted_cost,
        coalesce(organization_id, 'openai') as billing_account_id,
        project_id as sub_account_id,
        project_name as sub_account_name,
        upper(amount_currency) as billing_currency,
        cast(billing_period || '-01' as timestamp) as billing_period_start_at,
        cast(billing_period || '-01' as timestamp) + interval 1 month as billing_period_end_at,
        start_time as charge_period_start_at,
        end_time as charge_period_end_at,
        'Usage' as charge_category,
        cast(null as varchar) as charge_class,
        line_item as charge_description,
        'Usage-Based' as charge_frequency,
        'OpenAI' as provider_name,
        'OpenAI' as publisher_name,
        'OpenAI' as invoice_issuer_name,
        cast(null as varchar) as invoice_id,
        'AI and Machine Learning' as service_category,
        'OpenAI API' as service_name,
        line_item as sku_id,
        -- `gpt-4o-2024-08-06, cached input` is a model and what it was used for.
        nullif(trim(substr(line_item, length(split_part(line_item, ',', 1)) + 2)), '') as sku_meter,
        {{ json_tags({'x_Model': "case when line_item like '%,%' then trim(split_part(line_item, ',', 1)) end"}) }}
            as sku_price_details,
        api_key_id as resource_id,
        case when api_key_id is not null then 'API key' end as resource_type,
        cast(null as varchar) as region_id,
        cast(quantity as decimal(38, 15)) as consumed_quantity,
        quantity_unit as consumed_unit,
        cast(quantity as decimal(38, 15)) as pricing_quantity,
        quantity_unit as pricing_unit,
        cast(null as varchar) as tags,
        'model_api' as stated_component,
        case when line_item like '%,%' then trim(split_part(line_item, ',', 1)) end as stated_model,
        {{ openai_activity('line_item') }} as activity_hint

    from costs

)

select * from costs_renamed
