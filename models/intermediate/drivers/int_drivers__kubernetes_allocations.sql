{{ config(materialized='view') }}

with

allocations as (

    select * from {{ ref('int_drivers__kubernetes_finest') }}

),

allocations_measured as (

    select
        delivery_id,
        billing_period,
        usage_date,
        cluster_name as account_id,
        resource_id,
        case when is_idle then 'idle' end as stated_activity,
        {{ json_tags(
            {
                'namespace': 'namespace_name', 'pod': 'pod_name', 'node': 'node_name',
                'allocation': 'case when namespace_name is null and not is_special then allocation_name end',
            },
            'labels'
        ) }} as tags,
        case when is_idle then cpu_core_hours else {{ hours_at_average('cpu_cores_requested', 'minutes_run') }} end
            as cpu_core_hours_requested,
        case when not is_idle then {{ hours_at_average('cpu_cores_used', 'minutes_run') }} end as cpu_core_hours_used,
        case
            when is_idle then {{ hours_at_average('memory_byte_hours', '60', 1073741824) }}
            else {{ hours_at_average('memory_bytes_requested', 'minutes_run', 1073741824) }}
        end as memory_gib_hours_requested,
        case when not is_idle then {{ hours_at_average('memory_bytes_used', 'minutes_run', 1073741824) }} end
            as memory_gib_hours_used,
        gpu_hours as gpu_hours_requested,
        case
            when not is_idle and greatest(gpu_hours, gpus_used) > 0
                then {{ hours_at_average('gpus_used', 'minutes_run') }}
        end as gpu_hours_used,
        {{ hours_at_average('storage_byte_hours', '60', 1073741824) }} as storage_gib_hours,
        estimated_cost

    from allocations

),

{% set drivers = {
    'cpu_core_hours_requested': ('core-hour', 'cpu_core_hours_idle'),
    'cpu_core_hours_used': ('core-hour', none),
    'memory_gib_hours_requested': ('GiB-hour', 'memory_gib_hours_idle'),
    'memory_gib_hours_used': ('GiB-hour', none),
    'gpu_hours_requested': ('GPU-hour', 'gpu_hours_idle'),
    'gpu_hours_used': ('GPU-hour', none),
    'storage_gib_hours': ('GiB-hour', 'storage_gib_hours_idle'),
    'estimated_cost': ('estimate', 'estimated_cost'),
} -%}
allocation_drivers as (

    {% for driver, (unit, idle_driver) in drivers.items() -%}
    select
        delivery_id,
        billing_period,
        usage_date,
        account_id,
        resource_id,
        stated_activity,
        tags,
        case when stated_activity = 'idle' then '{{ idle_driver }}' else '{{ driver }}' end as driver,
        '{{ unit }}' as unit,
        sum({{ driver }}) as quantity

    from allocations_measured

    where {{ driver }} is not null

    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from allocation_drivers
