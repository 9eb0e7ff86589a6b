with

charges as (

    select * from {{ source('raw', 'oci_cost') }}

),

charges_told as (

    select
        *,
        {{ oci_service_category('lower("product/service")') }} as service_category,
        lower("product/service") like '%generative%ai%' as is_generative,
        {{ words_of('"product/Description"') }} as sku_words

    from charges

),

charges_shaped as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        cast("lineItem/intervalUsageStart" as date) as charge_date,
        -- Oracle has no amortized view: what is billed is what was consumed.
        "cost/myCost" as billed_cost,
        "cost/myCost" as effective_cost,
        cast(null as decimal(38, 12)) as list_cost,
        {{ quantity_times_price('"usage/billedQuantity"', '"cost/unitPrice"') }} as contracted_cost,
        "lineItem/tenantId" as billing_account_id,
        "product/compartmentId" as sub_account_id,
        "product/compartmentName" as sub_account_name,
        "cost/currencyCode" as billing_currency,
        cast(date_trunc('month', "lineItem/intervalUsageStart") as timestamp) as billing_period_start_at,
        cast(date_trunc('month', "lineItem/intervalUsageStart") as timestamp) + interval 1 month
            as billing_period_end_at,
        "lineItem/intervalUsageStart" as charge_period_start_at,
        "lineItem/intervalUsageEnd" as charge_period_end_at,
        'Usage' as charge_category,
        case when lower("lineItem/isCorrection") = 'true' then 'Correction' end as charge_class,
        "product/Description" as charge_description,
        'Usage-Based' as charge_frequency,
        'Oracle' as provider_name,
        'Oracle' as publisher_name,
        'Oracle' as invoice_issuer_name,
        cast(null as varchar) as invoice_id,
        service_category,
        coalesce("product/service", "product/Description", 'Oracle Cloud') as service_name,
        "cost/productSku" as sku_id,
        "product/Description" as sku_meter,
        "product/resourceId" as resource_id,
        "product/region" as region_id,
        "product/region" as region_name,
        "product/availabilityDomain" as availability_zone,
        -- The usage report has what was consumed; here is what was priced.
        cast(null as decimal(38, 15)) as consumed_quantity,
        cast(null as varchar) as consumed_unit,
        "usage/billedQuantity" as pricing_quantity,
        coalesce("cost/skuUnitDescription", "cost/billingUnitReadable") as pricing_unit,
        {{ slash_namespaces('tags') }} as tags,
        -- Models are priced by the transaction; a dedicated cluster is a machine, by the hour.
        case when is_generative and sku_words not like '% dedicated %' then 'model_api' end as stated_component,
        case
            when is_generative and sku_words like '% fine tuning %' then 'fine_tuning'
            when is_generative then 'inference'
        end as activity_hint

    from charges_told

)

select * from charges_shaped
