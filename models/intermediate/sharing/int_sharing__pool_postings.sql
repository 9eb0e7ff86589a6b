{{ config(materialized='view') }}

{% set posting = 'billing_period, charge_date, pool_id, policy_id, rung, method, team_id, project_id, lifecycle_stage,'
    ~ ' ai_activity, cost_component, provider_name, currency, billing_currency' %}

with

received as (

    select * from {{ ref('int_sharing__pools_received') }}

),

given as (

    select * from {{ ref('int_sharing__pools_given') }}

),

pool_postings as (

    select 'pool_in' as posting_kind, {{ posting }}, target_pool_id, {{ each_amount('@') }}
    from received
    union all
    select posting_kind, {{ posting }}, null as target_pool_id, {{ each_amount('@') }}
    from given

)

select * from pool_postings
