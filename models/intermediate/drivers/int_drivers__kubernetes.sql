{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set metered = ['pods', 'idle', 'gpus', 'volumes'] -%}
with

{% for measured in metered + ['allocations'] -%}
{{ measured }} as (

    select * from {{ ref('int_drivers__kubernetes_' ~ measured) }}

),

{% endfor -%}
allocation_days as (

    select * from {{ ref('stg_kubernetes__allocation_days') }}
    where {{ in_periods() }}

),

estimates_of_days as (

    select
        delivery_id,
        billing_period,
        usage_date,
        cluster_name as account_id,
        {{ json_tags({'namespace': 'namespace_name', 'pod': 'pod_name'}, 'labels') }} as tags,
        'estimated_cost' as driver,
        'estimate' as unit,
        sum(estimated_cost) as quantity

    from allocation_days

    group by all

),

all_drivers as (

    {% for measured in metered -%}
    select *, 1 as preference from {{ measured }}
    union all by name
    {% endfor -%}
    select *, 2 as preference from allocations
    union all by name
    select *, 3 as preference from estimates_of_days

),

-- Two tools that measured the same cluster on the same day measured the same thing: the first one counts.
drivers_counted_once as (

    select
        billing_period,
        usage_date,
        'kubernetes' as feed,
        driver,
        unit,
        cast(quantity as decimal(38, 12)) as quantity,
        account_id,
        'kubernetes' as provider_name,
        resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        cast(null as varchar) as user_hash,
        cast(null as varchar) as stated_team,
        cast(null as varchar) as stated_project,
        cast(null as varchar) as stated_stage,
        stated_activity,
        tags,
        delivery_id

    from all_drivers

    -- A GPU that is held and not used is known to be idle: without a row it would be unknown.
    where quantity <> 0 or driver = 'gpu_hours_used'

    qualify preference = min(preference) over (partition by usage_date, account_id, driver)

)

select * from drivers_counted_once
