{{ config(materialized='view') }}

with

volumes as (

    select * from {{ ref('stg_kubernetes__volumes') }}
    where {{ in_periods() }}

),

namespaces as (

    select * from {{ ref('stg_kubernetes__namespaces') }}
    where {{ in_periods() }}

),

-- A volume that several pods mount is there once.
volume_hours as (

    select
        min(delivery_id) as delivery_id,
        billing_period,
        interval_start_at,
        cluster_name,
        namespace_name,
        claim_name,
        volume_name,
        storage_class,
        resource_id,
        max(labels) as labels,
        max(storage_byte_seconds) as storage_byte_seconds

    from volumes

    group by all

),

volume_drivers as (

    select
        volume_hours.delivery_id,
        volume_hours.billing_period,
        cast(volume_hours.interval_start_at as date) as usage_date,
        volume_hours.cluster_name as account_id,
        volume_hours.resource_id,
        {{ json_tags(
            {
                'namespace': 'volume_hours.namespace_name', 'claim': 'volume_hours.claim_name',
                'storage_class': 'volume_hours.storage_class',
            },
            json_merged('namespaces.labels', 'volume_hours.labels')
        ) }} as tags,
        'storage_gib_hours' as driver,
        'GiB-hour' as unit,
        {{ gib_hours('sum(volume_hours.storage_byte_seconds)') }} as quantity

    from volume_hours

    left join namespaces
        on volume_hours.cluster_name is not distinct from namespaces.cluster_name
            and volume_hours.interval_start_at = namespaces.interval_start_at
            and volume_hours.namespace_name = namespaces.namespace_name

    group by all

)

select * from volume_drivers
