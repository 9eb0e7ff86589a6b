{{ config(materialized='view') }}

with

pod_hours as (

    select * from {{ ref('int_drivers__kubernetes_pod_hours') }}

),

pod_days as (

    select
        delivery_id,
        billing_period,
        cast(interval_start_at as date) as usage_date,
        cluster_name as account_id,
        resource_id,
        tags,
        {{ core_hours('sum(cpu_core_seconds_requested)') }} as cpu_core_hours_requested,
        {{ core_hours('sum(cpu_core_seconds_used)') }} as cpu_core_hours_used,
        {{ gib_hours('sum(memory_byte_seconds_requested)') }} as memory_gib_hours_requested,
        {{ gib_hours('sum(memory_byte_seconds_used)') }} as memory_gib_hours_used

    from pod_hours

    group by all

),

{% set drivers = [
    'cpu_core_hours_requested', 'cpu_core_hours_used', 'memory_gib_hours_requested', 'memory_gib_hours_used',
] -%}
pod_drivers as (

    {% for driver in drivers -%}
    select
        delivery_id,
        billing_period,
        usage_date,
        account_id,
        resource_id,
        tags,
        '{{ driver }}' as driver,
        '{{ 'core-hour' if driver.startswith('cpu') else 'GiB-hour' }}' as unit,
        {{ driver }} as quantity

    from pod_days
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from pod_drivers
