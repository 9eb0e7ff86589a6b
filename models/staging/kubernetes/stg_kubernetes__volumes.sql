with

volumes as (

    select * from {{ source('raw', 'kubernetes_volumes') }}

),

volumes_renamed as (

    select
        delivery_id,
        billing_period,
        cluster as cluster_name,
        interval_start as interval_start_at,
        namespace as namespace_name,
        pod as pod_name,
        persistentvolumeclaim as claim_name,
        persistentvolume as volume_name,
        storageclass as storage_class,
        csi_volume_handle as resource_id,
        persistentvolumeclaim_capacity_byte_seconds as storage_byte_seconds,
        {{ json_merged(labels_json('persistentvolume_labels'), labels_json('persistentvolumeclaim_labels')) }}
            as labels

    from volumes

)

select * from volumes_renamed
