{{ config(materialized='view') }}

with

pod_hours as (

    select * from {{ ref('int_drivers__kubernetes_pod_hours') }}
    where node_name is not null

),

nodes as (

    select * from {{ ref('stg_kubernetes__nodes') }}
    where {{ in_periods() }}

),

-- What a node has stands beside each of its pods.
node_hours as (

    select
        min(delivery_id) as delivery_id,
        billing_period,
        interval_start_at,
        cluster_name,
        node_name,
        max(resource_id) as resource_id,
        greatest(max(cpu_core_seconds_of_node) - coalesce(sum(cpu_core_seconds_requested), 0), 0)
            as cpu_core_seconds_idle,
        greatest(max(memory_byte_seconds_of_node) - coalesce(sum(memory_byte_seconds_requested), 0), 0)
            as memory_byte_seconds_idle

    from pod_hours

    group by all

),

node_days as (

    select
        node_hours.delivery_id,
        node_hours.billing_period,
        cast(node_hours.interval_start_at as date) as usage_date,
        node_hours.cluster_name as account_id,
        node_hours.resource_id,
        {{ json_tags({'node': 'node_hours.node_name'}, 'nodes.labels') }} as tags,
        {{ core_hours('sum(node_hours.cpu_core_seconds_idle)') }} as cpu_core_hours_idle,
        {{ gib_hours('sum(node_hours.memory_byte_seconds_idle)') }} as memory_gib_hours_idle

    from node_hours

    left join nodes
        on node_hours.cluster_name is not distinct from nodes.cluster_name
            and node_hours.interval_start_at = nodes.interval_start_at
            and node_hours.node_name = nodes.node_name

    group by all

),

idle_drivers as (

    {% for driver, unit in {'cpu_core_hours_idle': 'core-hour', 'memory_gib_hours_idle': 'GiB-hour'}.items() -%}
    select
        delivery_id,
        billing_period,
        usage_date,
        account_id,
        resource_id,
        'idle' as stated_activity,
        tags,
        '{{ driver }}' as driver,
        '{{ unit }}' as unit,
        {{ driver }} as quantity

    from node_days
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from idle_drivers
