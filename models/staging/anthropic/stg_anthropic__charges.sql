with

costs as (

    select * from {{ source('raw', 'anthropic_costs') }}

),

costs_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        cast(starting_at as date) as charge_date,
        -- Cents: 123.45 is 1.2345 dollars.
        cast(amount_in_cents * 0.01 as decimal(38, 12)) as billed_cost,
        cast(amount_in_cents * 0.01 as decimal(38, 12)) as effective_cost,
        cast(null as decimal(38, 12)) as list_cost,
        cast(null as decimal(38, 12)) as contracted_cost,
        coalesce(organization_id, 'anthropic') as billing_account_id,
        coalesce(workspace_id, 'default') as sub_account_id,
        upper(currency) as billing_currency,
        cast(billing_period || '-01' as timestamp) as billing_period_start_at,
        cast(billing_period || '-01' as timestamp) + interval 1 month as billing_period_end_at,
        starting_at as charge_period_start_at,
        ending_at as charge_period_end_at,
        'Usage' as charge_category,
        cast(null as varchar) as charge_class,
        description as charge_description,
        'Usage-Based' as charge_frequency,
        'Anthropic' as provider_name,
        'Anthropic' as publisher_name,
        'Anthropic' as invoice_issuer_name,
        cast(null as varchar) as invoice_id,
        'AI and Machine Learning' as service_category,
        'Claude API' as service_name,
        description as sku_id,
        coalesce(token_type, cost_type) as sku_meter,
        {{ json_tags({
            'x_Model': 'model', 'x_ServiceTier': 'service_tier', 'x_ContextWindow': 'context_window',
        }) }} as sku_price_details,
        cast(null as varchar) as resource_id,
        inference_geo as region_id,
        cast(null as varchar) as consumed_unit,
        cast(null as varchar) as pricing_unit,
        cast(null as varchar) as tags,
        'model_api' as stated_component,
        model as stated_model,
        case when cost_type = 'tokens' then 'inference' end as activity_hint

    from costs

)

select * from costs_renamed
