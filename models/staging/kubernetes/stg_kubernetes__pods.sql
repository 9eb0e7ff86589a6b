with

pods as (

    select * from {{ source('raw', 'kubernetes_pods') }}

),

pods_renamed as (

    select
        delivery_id,
        billing_period,
        cluster as cluster_name,
        interval_start as interval_start_at,
        node as node_name,
        {{ provider_resource_id('resource_id') }} as resource_id,
        namespace as namespace_name,
        pod as pod_name,
        pod_request_cpu_core_seconds as cpu_core_seconds_requested,
        pod_usage_cpu_core_seconds as cpu_core_seconds_used,
        node_capacity_cpu_core_seconds as cpu_core_seconds_of_node,
        pod_request_memory_byte_seconds as memory_byte_seconds_requested,
        pod_usage_memory_byte_seconds as memory_byte_seconds_used,
        node_capacity_memory_byte_seconds as memory_byte_seconds_of_node,
        {{ labels_json('pod_labels') }} as labels

    from pods

)

select * from pods_renamed
