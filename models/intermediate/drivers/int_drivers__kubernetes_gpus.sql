{{ config(materialized='view') }}

with

gpus as (

    select * from {{ ref('stg_kubernetes__gpus') }}
    where {{ in_periods() }}

),

pod_hours as (

    select * from {{ ref('int_drivers__kubernetes_pod_hours') }}

),

-- A GPU that pods take turns on has one hour in an hour all the same.
gpus_shared as (

    select
        *,
        seconds_held * {{ gpu_part('mig_profile', 'gpu_model') }} / greatest(
            sum(seconds_held) over (partition by cluster_name, interval_start_at, gpu_id, mig_instance_id) / 3600, 1
        ) as gpu_seconds

    from gpus

),

gpu_drivers as (

    select
        gpus_shared.delivery_id,
        gpus_shared.billing_period,
        cast(gpus_shared.interval_start_at as date) as usage_date,
        gpus_shared.cluster_name as account_id,
        pod_hours.resource_id,
        {{ json_tags(
            {
                'namespace': 'gpus_shared.namespace_name', 'pod': 'gpus_shared.pod_name',
                'node': 'gpus_shared.node_name', 'gpu_model': 'gpus_shared.gpu_model',
            },
            'pod_hours.tags'
        ) }} as tags,
        'gpu_hours_requested' as driver,
        'GPU-hour' as unit,
        {{ core_hours('sum(gpus_shared.gpu_seconds)') }} as quantity

    from gpus_shared

    left join pod_hours
        on gpus_shared.cluster_name is not distinct from pod_hours.cluster_name
            and gpus_shared.interval_start_at = pod_hours.interval_start_at
            and gpus_shared.namespace_name = pod_hours.namespace_name
            and gpus_shared.pod_name = pod_hours.pod_name
            and gpus_shared.node_name is not distinct from pod_hours.node_name

    group by all

)

select * from gpu_drivers
