{{ config(materialized='view') }}

{% set terms = 'pool_id, policy_id, rung, method' %}
{% set money = 'ai_activity, cost_component, provider_name, currency, billing_currency' %}

with

received as (

    select * from {{ ref('int_sharing__pools_received') }}
    where {{ in_periods() }}

),

moved as (

    select * from {{ ref('int_sharing__pools_moved') }}

),

pools as (

    select * from {{ ref('pools') }}

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

),

owners_ranked as (

    select
        received.*,
        row_number() over (
            partition by received.billing_period, received.charge_date, {{ money }}
            order by
                abs(received.effective_cost) desc, received.pool_id, received.rung, received.team_id,
                received.project_id, received.lifecycle_stage
        ) as place

    from received

    left join nodes
        on received.billing_period = nodes.billing_period
            and received.charge_date = nodes.charge_date
            and received.target_pool_id = nodes.pool_id
            and received.target_split_stage = nodes.split_stage

    where nodes.pool_id is null

),

-- The pool is emptied, and the largest owner of such money has it.
roundings as (

    select
        left_over.billing_period, left_over.charge_date,
        {% for term in terms.split(', ') %}left_over.{{ term }}, {% endfor %}
        coalesce(pools.owner_team_id, 'unallocated') as team_id,
        'unallocated' as project_id,
        coalesce(nullif(left_over.split_stage, ''), 'unknown') as lifecycle_stage,
        {{ money }},
        {% for amount in posting_amounts() -%}
        -{{ amount }} as {{ amount }}{{ ',' if not loop.last }}
        {% endfor %}
    from left_over
    inner join pools using (pool_id)
    union all
    select
        left_over.billing_period, left_over.charge_date,
        {% for term in terms.split(', ') %}left_over.{{ term }}, {% endfor %}
        owners_ranked.team_id, owners_ranked.project_id, owners_ranked.lifecycle_stage,
        {{ money }},
        {% for amount in posting_amounts() -%}
        left_over.{{ amount }}{{ ',' if not loop.last }}
        {% endfor %}
    from left_over
    inner join owners_ranked using (billing_period, charge_date, {{ money }})
    where owners_ranked.place = 1

)

select * from roundings
