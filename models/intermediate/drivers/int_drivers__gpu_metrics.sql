{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

gpu_hours as (

    select * from {{ ref('int_drivers__gpu_hours') }}

),

{% set busy = 'cast(busy_share as double)' -%}
{% set drivers = {
    'gpu_hours_sampled': 'gpu_hours',
    'gpu_hours_useful': 'gpu_hours * ' ~ busy,
    'gpu_hours_stood_idle': 'case when busy_share_of_hour < ' ~ var('gpu_idle_below') ~ ' then gpu_hours * (1 - ' ~ busy
        ~ ') else 0 end',
} -%}
gpu_drivers as (

    {% for driver, quantity in drivers.items() -%}
    select
        billing_period,
        usage_date,
        'gpu_metrics' as feed,
        '{{ driver }}' as driver,
        'GPU-hour' as unit,
        cast(sum(cast({{ quantity }} as decimal(38, 15))) as decimal(38, 12)) as quantity,
        cluster_name as account_id,
        'gpu_metrics' as provider_name,
        gpu_id as resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        cast(null as varchar) as user_hash,
        cast(null as varchar) as stated_team,
        cast(null as varchar) as stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        {{ json_tags({
            'namespace': 'namespace_name', 'pod': 'pod_name', 'node': 'node_name', 'gpu_model': 'gpu_model',
        }) }} as tags,
        delivery_id

    from gpu_hours

    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from gpu_drivers
