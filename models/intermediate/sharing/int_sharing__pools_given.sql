{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set posting = 'billing_period, charge_date, pool_id, policy_id, rung, method, team_id, project_id, lifecycle_stage,'
    ~ ' ai_activity, cost_component, provider_name, currency, billing_currency' %}

with

moved as (

    select * from {{ ref('int_sharing__pools_moved') }}

),

roundings as (

    select * from {{ ref('int_sharing__roundings') }}

),

movements as (

    select
        'pool_out' as posting_kind, {{ posting }},
        {{ each_amount('-@') }}
    from moved
    union all
    select 'rounding' as posting_kind, {{ posting }}, {{ each_amount('@') }}
    from roundings

),

pools_given as (

    select
        posting_kind,
        {{ posting }},
        {{ each_amount('cast(sum(@) as decimal(38, 12))') }}

    from movements

    group by posting_kind, {{ posting }}

)

select * from pools_given
