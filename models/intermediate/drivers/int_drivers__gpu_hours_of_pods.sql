{{ config(materialized='view') }}

with

kubernetes as (

    select * from {{ ref('int_drivers__kubernetes') }}
    where {{ in_periods() }} and driver = 'cpu_core_hours_requested'

),

gpu_metrics as (

    select
        *,
        {{ json_text('tags', 'namespace') }} as namespace_name,
        {{ json_text('tags', 'pod') }} as pod_name

    from {{ ref('int_drivers__gpu_metrics') }}

    where {{ in_periods() }} and driver = 'gpu_hours_sampled'

),

pods as (

    select
        usage_date,
        account_id,
        {{ json_text('tags', 'namespace') }} as namespace_name,
        {{ json_text('tags', 'pod') }} as pod_name,
        min(tags) as tags

    from kubernetes

    group by all

),

-- A GPU that no pod held was idle, or its node runs no pods: then nobody says whether it was held.
gpu_hours_of_pods as (

    select
        gpu_metrics.billing_period,
        gpu_metrics.usage_date,
        gpu_metrics.feed,
        gpu_metrics.account_id,
        gpu_metrics.stated_team,
        gpu_metrics.stated_project,
        gpu_metrics.stated_stage,
        gpu_metrics.stated_activity,
        coalesce(pods.tags, gpu_metrics.tags) as tags,
        gpu_metrics.quantity

    from gpu_metrics

    left join pods
        on gpu_metrics.usage_date = pods.usage_date
            and gpu_metrics.account_id is not distinct from pods.account_id
            and gpu_metrics.namespace_name = pods.namespace_name
            and gpu_metrics.pod_name = pods.pod_name

    where gpu_metrics.pod_name is not null

)

select * from gpu_hours_of_pods
