{{ config(materialized='view') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage' %}
{% set owner = 'team_id, project_id, lifecycle_stage' %}
with

hours_paid as (

    select * from {{ ref('int_sharing__hours_paid') }}

),

nodes_open as (

    select * from {{ ref('int_sharing__nodes_open') }}

),

shares as (

    select * from {{ ref('int_sharing__shares') }}
    where method <> 'utilization'

),

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where method = 'utilization'

),

-- Where a fallback splits the pool, nothing is known of its hours.
weights as (

    select {{ node }}, {{ owner }}, hours_paid.step, hours_paid.gpu_hours, hours_paid.gpu_hours as weight
    from hours_paid
    inner join nodes_open using ({{ node }}, rung)
    union all
    select {{ node }}, {{ owner }}, 'unknown' as step, null as gpu_hours, shares.share as weight
    from shares
    where shares.policy_id in (select steps.policy_id from steps)

),

weights_summed as (

    select {{ node }}, {{ owner }}, step, sum(gpu_hours) as gpu_hours, cast(sum(weight) as double) as weight
    from weights
    group by {{ node }}, {{ owner }}, step

),

gpu_shares as (

    select
        {{ node }},
        {{ owner }},
        step,
        cast(gpu_hours as decimal(38, 12)) as gpu_hours,
        weight / sum(weight) over (partition by {{ node }}) as share,
        row_number() over (partition by {{ node }} order by weight desc, {{ owner }}, step) = 1 as is_last

    from weights_summed

)

select * from gpu_shares
