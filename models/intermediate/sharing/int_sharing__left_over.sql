{{ config(materialized='view') }}

{% set money = 'ai_activity, cost_component, provider_name, currency, billing_currency' %}

with

received as (

    select * from {{ ref('int_sharing__pools_received') }}
    where {{ in_periods() }}

),

moved as (

    select * from {{ ref('int_sharing__pools_moved') }}

),

nodes as (

    select distinct billing_period, charge_date, pool_id, split_stage, policy_id, rung, method from moved

),

movements as (

    select
        billing_period, charge_date, target_pool_id as pool_id, target_split_stage as split_stage, {{ money }},
        {{ posting_amounts() | join(', ') }}
    from received
    where target_pool_id is not null
    union all
    select
        billing_period, charge_date, pool_id, split_stage, {{ money }},
        {% for amount in posting_amounts() -%}
        -{{ amount }}{{ ',' if not loop.last }}
        {% endfor %}
    from moved
    where is_passing

),

-- What came in by hops, each rounded by itself, and did not go out.
left_over as (

    select
        movements.billing_period,
        movements.charge_date,
        movements.pool_id,
        movements.split_stage,
        nodes.policy_id,
        nodes.rung,
        nodes.method,
        {{ money }},
        {% for amount in posting_amounts() -%}
        sum({{ amount }}) as {{ amount }}{{ ',' if not loop.last }}
        {% endfor %}

    from movements

    inner join nodes using (billing_period, charge_date, pool_id, split_stage)

    group by all

    having {% for amount in posting_amounts() %}sum({{ amount }}) <> 0 {{ 'or ' if not loop.last }}{% endfor %}

)

select * from left_over
