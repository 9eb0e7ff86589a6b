{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage' %}

with

weights as (

    select * from {{ ref('int_sharing__weights') }}
    where {{ in_periods() }}

),

rungs_fired as (

    select * from {{ ref('int_sharing__rungs_fired') }}
    where {{ in_periods() }}

),

totals as (

    select
        {{ node }},
        sum(weight) as total_weight,
        max(weight) as largest_weight

    from weights

    group by {{ node }}

),

parts as (

    select
        {{ node }},
        totals.total_weight,
        case when weights.weight = totals.largest_weight then {{ target_key() }} end as largest_target,
        {{ rounded_share('weights.weight', 'totals.total_weight') }} as rounded_share

    from weights

    inner join totals using ({{ node }})

),

-- Of equally large targets the first by name is the one.
parts_summed as (

    select
        {{ node }},
        total_weight,
        min(largest_target) as largest_target,
        1 - sum(rounded_share) as left_over_share

    from parts

    group by {{ node }}, total_weight

),

nodes as (

    select
        {{ node }},
        rungs_fired.policy_id,
        rungs_fired.rung,
        rungs_fired.method,
        parts_summed.total_weight,
        parts_summed.largest_target,
        parts_summed.left_over_share

    from parts_summed

    inner join rungs_fired using ({{ node }})

)

select * from nodes
