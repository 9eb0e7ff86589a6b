{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set terms = 'billing_period, charge_date, pool_id, policy_id, rung, method, ' %}
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

movements as (

    select
        'pool_in' as posting_kind, target_pool_id, {{ terms }} {{ place }}, {{ posting_amounts() | join(', ') }}
    from received
    union all
    select
        'pool_out', null, {{ terms }} {{ place }},
        {% for amount in posting_amounts() -%}
        -{{ amount }}{{ ',' if not loop.last }}
        {% endfor %}
    from moved
    union all
    select 'rounding', null, {{ terms }} {{ place }}, {{ posting_amounts() | join(', ') }}
    from roundings

),

-- The charges of several stages of a pool may go to one target, by the same rung.
pool_postings as (

    select
        {{ terms }}
        posting_kind,
        target_pool_id,
        {{ place }},
        {% for amount in posting_amounts() -%}
        sum({{ amount }}) as {{ amount }}{{ ',' if not loop.last }}
        {% endfor %}

    from movements

    group by all

)

select * from pool_postings
