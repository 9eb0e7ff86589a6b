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

nodes_open as (

    select * from {{ ref('int_sharing__nodes_open') }}
    where {{ in_periods() }}

),

movements as (

    select
        billing_period, charge_date, target_pool_id as pool_id, target_split_stage as split_stage, {{ money }},
        {{ each_amount('@') }}
    from received
    where target_pool_id is not null
    union all
    select
        billing_period, charge_date, pool_id, split_stage, {{ money }},
        {{ each_amount('-@') }}
    from moved
    where is_passing

),

movements_summed as (

    select
        movements.billing_period,
        movements.charge_date,
        movements.pool_id,
        movements.split_stage,
        nodes_open.policy_id,
        nodes_open.rung,
        nodes_open.method,
        {{ money }},
        {{ each_amount('sum(@)') }}

    from movements

    inner join nodes_open using (billing_period, charge_date, pool_id, split_stage)

    group by all

),

-- What came in by hops, each rounded by itself, and did not go out.
left_over as (

    select *
    from movements_summed
    where
        billed_cost <> 0
        or effective_cost <> 0
        or billed_cost_in_billing_currency <> 0
        or effective_cost_in_billing_currency <> 0

)

select * from left_over
