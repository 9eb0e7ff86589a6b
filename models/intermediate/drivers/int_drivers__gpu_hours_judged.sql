{{ config(materialized='view') }}

{% set words = 'feed, account_id, stated_team, stated_project, stated_stage, stated_activity' -%}
{% set of_sample = 'least(held.held_hours / sampled.sampled_hours, 1)' -%}
with

gpu_metrics as (

    select *, {{ workload_of('tags') }} as workload from {{ ref('int_drivers__gpu_metrics') }}
    where {{ in_periods() }} and {{ json_text('tags', 'pod') }} is not null

),

kubernetes as (

    select *, {{ workload_of('tags') }} as workload from {{ ref('int_drivers__kubernetes') }}
    where {{ in_periods() }} and driver = 'gpu_hours_used'

),

held as (

    select
        billing_period, usage_date, {{ words }},
        {{ workload_of('tags') }} as workload, min(tags) as tags, sum(quantity) as held_hours
    from {{ ref('int_drivers__gpu_hours_held') }}
    group by all

),

sampled as (

    select
        usage_date, account_id, workload,
        sum(case when driver = 'gpu_hours_sampled' then quantity end) as sampled_hours,
        sum(case when driver = 'gpu_hours_useful' then quantity end) as useful_hours,
        sum(case when driver = 'gpu_hours_stood_idle' then quantity end) as idle_hours
    from gpu_metrics
    group by all

),

-- Where all of a cluster's use is zero, nobody measures it there.
reported as (

    select usage_date, account_id, workload, sum(quantity) as used_hours
    from kubernetes
    group by usage_date, account_id, workload
    qualify sum(sum(quantity)) over (partition by usage_date, account_id) > 0

),

-- Samples know the hours; what the cluster itself reports is an average of the day.
measured as (

    select
        held.*,
        case
            when sampled.sampled_hours > 0 then least(sampled.sampled_hours, held.held_hours)
            when reported.used_hours is not null then held.held_hours
            else 0
        end as measured_hours,
        case
            when sampled.sampled_hours > 0 then {{ part_of('sampled.useful_hours', of_sample) }}
            else coalesce(reported.used_hours, 0)
        end as used_hours,
        case
            when sampled.sampled_hours > 0 then {{ part_of('sampled.idle_hours', of_sample) }}
            when reported.used_hours < {{ var('gpu_idle_below') }} * held.held_hours then held.held_hours
            else 0
        end as unused_hours
    from held
    {% for tool in ['sampled', 'reported'] -%}
    left join {{ tool }}
        on held.usage_date = {{ tool }}.usage_date
            and held.account_id is not distinct from {{ tool }}.account_id
            and held.workload = {{ tool }}.workload
    {% endfor %}
),

{% set useful = 'least(used_hours, measured_hours)' -%}
{% set idle = 'least(unused_hours, measured_hours - ' ~ useful ~ ')' -%}
{% set hours = {
    'useful': useful, 'idle': idle, 'under_used': 'measured_hours - ' ~ useful ~ ' - ' ~ idle,
    'not_measured': 'held_hours - measured_hours',
} -%}
gpu_hours_judged as (

    {% for step, quantity in hours.items() -%}
    select
        billing_period, usage_date, {{ words }}, tags,
        '{{ step }}' as step,
        cast({{ quantity }} as decimal(38, 12)) as quantity
    from measured
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from gpu_hours_judged where quantity > 0
