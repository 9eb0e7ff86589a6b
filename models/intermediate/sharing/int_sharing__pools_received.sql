{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set posting = 'billing_period, charge_date, pool_id, policy_id, rung, method, team_id, project_id, lifecycle_stage,'
    ~ ' target_pool_id, target_split_stage, ai_activity, cost_component, provider_name, currency, billing_currency' %}

with

parts as (

    select * from {{ ref('int_sharing__parts') }}
    where split_stage = ''

),

parts_by_stage as (

    select * from {{ ref('int_sharing__parts') }}
    where split_stage <> ''

),

-- The charges of several stages of a pool may go to one target, by the same rung.
pools_received as (

    select {{ posting }}, {{ each_amount('@') }}
    from parts
    union all
    select
        {{ posting }},
        {{ each_amount('sum(@)') }}
    from parts_by_stage
    group by {{ posting }}

)

select * from pools_received
