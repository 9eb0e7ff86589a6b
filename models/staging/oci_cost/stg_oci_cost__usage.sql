with

usage_lines as (

    select * from {{ source('raw', 'oci_usage') }}

),

usage_renamed as (

    select
        delivery_id,
        billing_period,
        cast("lineItem/intervalUsageStart" as date) as usage_date,
        "lineItem/referenceNo" as line_id,
        "lineItem/tenantId" as account_id,
        "product/compartmentId" as sub_account_id,
        "product/service" as service_name,
        "product/resource" as metered_resource,
        "product/resourceId" as resource_id,
        "product/region" as region_id,
        "usage/consumedQuantity" as consumed_quantity,
        "usage/consumedQuantityUnits" as consumed_unit,
        {{ slash_namespaces('tags') }} as tags

    from usage_lines

)

select * from usage_renamed
