with

allocations as (

    select * from {{ source('raw', 'kubernetes_allocations') }}

),

allocations_renamed as (

    select
        delivery_id,
        billing_period,
        cluster as cluster_name,
        name as allocation_name,
        window_start as window_start_at,
        window_end as window_end_at,
        minutes as minutes_run,
        node as node_name,
        {{ provider_resource_id('provider_id') }} as resource_id,
        namespace as namespace_name,
        pod as pod_name,
        container as container_name,
        {{ json_merged('namespace_labels', 'labels') }} as labels,
        "cpuCoreRequestAverage" as cpu_cores_requested,
        "cpuCoreUsageAverage" as cpu_cores_used,
        "cpuCoreHours" as cpu_core_hours,
        "gpuUsageAverage" as gpus_used,
        "gpuHours" as gpu_hours,
        "ramByteRequestAverage" as memory_bytes_requested,
        "ramByteUsageAverage" as memory_bytes_used,
        "ramByteHours" as memory_byte_hours,
        "pvByteHours" as storage_byte_hours,
        "totalCost" as estimated_cost

    from allocations

)

select * from allocations_renamed
