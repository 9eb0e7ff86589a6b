with

usage as (

    select * from {{ source('raw', 'databricks_usage') }}

),

usage_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        cast(usage_start_time as date) as charge_date,
        account_id as billing_account_id,
        workspace_id as sub_account_id,
        cast(billing_period || '-01' as timestamp) as billing_period_start_at,
        cast(billing_period || '-01' as timestamp) + interval 1 month as billing_period_end_at,
        usage_start_time as charge_period_start_at,
        usage_end_time as charge_period_end_at,
        'Usage' as charge_category,
        case when record_type in ('RETRACTION', 'RESTATEMENT') then 'Correction' end as charge_class,
        concat_ws(' ', billing_origin_product, lower(record_type)) as charge_description,
        'Usage-Based' as charge_frequency,
        'Databricks' as provider_name,
        'Databricks' as publisher_name,
        'Databricks' as invoice_issuer_name,
        cast(null as varchar) as invoice_id,
        coalesce(billing_origin_product, 'Databricks') as service_name,
        {{ databricks_terms('billing_origin_product', 'usage_type') }},
        sku_name as sku_id,
        usage_type as sku_meter,
        lower(cloud) as cloud_name,
        coalesce(
            "usage_metadata.cluster_id",
            "usage_metadata.warehouse_id",
            "usage_metadata.endpoint_id",
            "usage_metadata.dlt_pipeline_id",
            "usage_metadata.app_id",
            "usage_metadata.job_id",
            "usage_metadata.notebook_id"
        ) as resource_id,
        cast(null as varchar) as region_id,
        usage_quantity as consumed_quantity,
        usage_unit as consumed_unit,
        usage_quantity as pricing_quantity,
        usage_unit as pricing_unit,
        custom_tags as tags

    from usage

)

select * from usage_renamed
