with

usage as (

    select
        *,
        {{ github_component('product', 'sku', 'unit_type') }} as stated_component

    from {{ source('raw', 'license_github_usage') }}

),

charges_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        date as charge_date,
        net_amount as billed_cost,
        net_amount as effective_cost,
        gross_amount as list_cost,
        net_amount as contracted_cost,
        coalesce(organization, 'github') as billing_account_id,
        organization as billing_account_name,
        'USD' as billing_currency,
        cast(billing_period || '-01' as timestamp) as billing_period_start_at,
        cast(billing_period || '-01' as timestamp) + interval 1 month as billing_period_end_at,
        cast(date as timestamp) as charge_period_start_at,
        cast(date as timestamp) + interval 1 day as charge_period_end_at,
        'Usage' as charge_category,
        cast(null as varchar) as charge_class,
        workflow_path as charge_description,
        case when stated_component = 'licenses' then 'Recurring' else 'Usage-Based' end as charge_frequency,
        'GitHub' as provider_name,
        'GitHub' as publisher_name,
        'GitHub' as invoice_issuer_name,
        cast(null as varchar) as invoice_id,
        case stated_component
            when 'model_api' then 'AI and Machine Learning'
            when 'storage' then 'Storage'
            else 'Developer Tools'
        end as service_category,
        concat('GitHub ', product) as service_name,
        sku as sku_id,
        model as sku_meter,
        cast(null as varchar) as sub_account_id,
        repository as resource_id,
        repository as resource_name,
        case when repository is not null then 'repository' end as resource_type,
        cast(null as varchar) as region_id,
        quantity as consumed_quantity,
        unit_type as consumed_unit,
        quantity as pricing_quantity,
        unit_type as pricing_unit,
        {{ json_tags({'cost_center': 'cost_center_name'}) }} as tags,
        stated_component,
        -- Whoever builds with Copilot is helped to write code, whatever the code is for.
        case when lower(product) = 'copilot' then 'tooling' end as activity_hint

    from usage

)

select * from charges_renamed
