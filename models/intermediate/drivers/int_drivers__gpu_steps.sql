{{ config(materialized='view') }}

{% set cluster_day = 'billing_period, usage_date, account_id' %}
{% set first_day = "cast(concat(months.billing_period, '-01') as date)" %}
with

gpu_hours_judged as (

    select * from {{ ref('int_drivers__gpu_hours_judged') }}

),

kubernetes as (

    select * from {{ ref('int_drivers__kubernetes') }}
    where {{ in_periods() }} and driver = 'gpu_hours_idle'

),

gpu_metrics as (

    select * from {{ ref('int_drivers__gpu_metrics') }}
    where {{ in_periods() }} and driver = 'gpu_hours_sampled'

),

pool_clusters as (

    select * from {{ ref('pool_clusters') }}

),

months as (

    select distinct billing_period from {{ ref('int_charges__groups') }}
    where {{ in_periods() }} and cost_component = 'compute'

),

-- A policy that names no cluster is of all.
policies as (

    select distinct steps.policy_id, pool_clusters.cluster_name, pool_clusters.gpus
    from {{ ref('pool_steps') }} as steps
    left join pool_clusters on steps.policy_id = pool_clusters.policy_id

),

-- A cluster whose GPUs the policy counts has them also on days of which no tool tells.
told as (

    select {{ cluster_day }}, quantity as held_hours, feed <> 'gpu_metrics' as is_scheduled from gpu_hours_judged
    union all by name
    select {{ cluster_day }}, quantity as free_hours from kubernetes
    union all by name
    select {{ cluster_day }}, quantity as sampled_hours from gpu_metrics
    union all by name
    select months.billing_period, days.charge_date as usage_date, pool_clusters.cluster_name as account_id
    from pool_clusters
    cross join months
    cross join lateral {{ days_between(first_day, dbt.last_day(first_day, 'month')) }} as days  -- noqa: ST05

),

-- Of what is sampled of a cluster without a scheduler nobody says whether it was held.
left_by_tools as (

    select
        {{ cluster_day }}, 'capacity' as feed, 'not_allocated' as step, coalesce(sum(held_hours), 0) as held_hours,
        coalesce(sum(free_hours), case when bool_or(is_scheduled) then sum(sampled_hours) - sum(held_hours) end)
            as quantity
    from told
    group by {{ cluster_day }}

),

hours as (

    select * from gpu_hours_judged
    union all by name
    select * from left_by_tools

),

gpu_steps as (

    select
        {{ cluster_day }}, hours.feed, hours.tags,
        hours.stated_team, hours.stated_project, hours.stated_stage, hours.stated_activity,
        {{ utilization_measure('hours.step', 'policies.policy_id') }} as measure,
        case
            when hours.step = 'not_allocated' then coalesce(24 * policies.gpus - hours.held_hours, hours.quantity)
            else hours.quantity
        end as quantity
    from hours
    inner join policies on coalesce(hours.account_id = policies.cluster_name, policies.cluster_name is null)

)

select * from gpu_steps where quantity > 0
