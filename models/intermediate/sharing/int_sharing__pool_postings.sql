{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set terms = 'billing_period, charge_date, pool_id, policy_id, rung, method' %}
{% set place = 'team_id, project_id, lifecycle_stage, ai_activity, cost_component, provider_name, currency,'
    ~ ' billing_currency' %}

with

received as (

    select * from {{ ref('int_sharing__pools_received') }}
    where {{ in_periods() }}

),

moved as (

    select * from {{ ref('int_sharing__pools_moved') }}

),

roundings as (

    select * from {{ ref('int_sharing__roundings') }}

),

given as (

    select
        'pool_out' as posting_kind, {{ terms }}, {{ place }},
        {% for amount in posting_amounts() -%}
        -{{ amount }} as {{ amount }}{{ ',' if not loop.last }}
        {% endfor %}
    from moved
    union all
    select 'rounding' as posting_kind, {{ terms }}, {{ place }}, {{ posting_amounts() | join(', ') }}
    from roundings

),

pool_postings as (

    select
        {{ terms }}, 'pool_in' as posting_kind, target_pool_id, {{ place }}, {{ posting_amounts() | join(', ') }}
    from received
    union all
    select
        {{ terms }}, posting_kind, null, {{ place }},
        {% for amount in posting_amounts() -%}
        sum({{ amount }}) as {{ amount }}{{ ',' if not loop.last }}
        {% endfor %}
    from given
    group by {{ terms }}, posting_kind, {{ place }}

)

select * from pool_postings
