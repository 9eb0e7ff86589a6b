{{ config(materialized='view') }}

{% set thing = 'team_id, project_id, cost_component, provider_name, service_name, sku, consumed_unit, currency' -%}
with

skus_counted as (

    select * from {{ ref('int_sharing__skus_counted') }}

),

skus_reassigned as (

    select * from {{ ref('int_sharing__skus_reassigned') }}

),

both_months as (

    select month, {{ thing }}, direct_cost, quantity, earlier_cost from skus_counted
    where is_compared
    union all by name
    select month_after as month, {{ thing }}, direct_cost_before, quantity_before, earlier_cost as earlier_cost_before
    from skus_counted
    where month_after is not null
    union all by name
    select month, {{ thing }}, policy_change as direct_cost_before, policy_quantity as quantity_before, policy_change
    from skus_reassigned

),

skus_compared as (

    select
        month,
        {{ thing }},
        -- Of what was all handed on nothing was there.
        case when sum(policy_change) is null or sum(direct_cost_before) <> 0 then sum(direct_cost_before) end
            as direct_cost_before,
        sum(direct_cost) as direct_cost,
        sum(quantity_before) as quantity_before,
        sum(quantity) as quantity,
        sum(policy_change) as policy_change,
        sum(earlier_cost_before) as earlier_cost_before,
        sum(earlier_cost) as earlier_cost

    from both_months

    group by all

    having count(coalesce(direct_cost, direct_cost_before, policy_change, earlier_cost, earlier_cost_before)) > 0

)

select * from skus_compared
