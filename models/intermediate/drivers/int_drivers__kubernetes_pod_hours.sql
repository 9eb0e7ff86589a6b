{{ config(materialized='view') }}

with

pods as (

    select * from {{ ref('stg_kubernetes__pods') }}
    where {{ in_periods() }}

),

namespaces as (

    select * from {{ ref('stg_kubernetes__namespaces') }}
    where {{ in_periods() }}

),

pods_labelled as (

    select
        pods.delivery_id,
        pods.billing_period,
        pods.cluster_name,
        pods.interval_start_at,
        pods.namespace_name,
        pods.pod_name,
        pods.node_name,
        pods.resource_id,
        pods.cpu_core_seconds_requested,
        pods.cpu_core_seconds_used,
        pods.cpu_core_seconds_of_node,
        pods.memory_byte_seconds_requested,
        pods.memory_byte_seconds_used,
        pods.memory_byte_seconds_of_node,
        {{ json_tags(
            {'namespace': 'pods.namespace_name', 'pod': 'pods.pod_name', 'node': 'pods.node_name'},
            json_merged('namespaces.labels', 'pods.labels')
        ) }} as tags

    from pods

    left join namespaces
        on pods.cluster_name is not distinct from namespaces.cluster_name
            and pods.interval_start_at = namespaces.interval_start_at
            and pods.namespace_name = namespaces.namespace_name

)

select * from pods_labelled
