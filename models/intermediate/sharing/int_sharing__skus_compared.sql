{{ config(materialized='view') }}

{% set thing = 'team_id, project_id, cost_component, provider_name, service_name, sku, consumed_unit, currency' -%}
with

sku_days as (

    select * from {{ ref('int_sharing__sku_days') }}

),

months_reached as (

    select * from {{ ref('int_sharing__months_reached') }}

),

skus_reassigned as (

    select * from {{ ref('int_sharing__skus_reassigned') }}

),

-- Each day in its month, and beside the month after. What is dated after its month counts on its last day; what is
-- dated before it is a correction of earlier months, or their late use.
days_counted as (

    select
        sku_days.*,
        months_reached.month,
        months_reached.month_after,
        months_reached.is_compared,
        sku_days.charge_date < months_reached.first_date as is_earlier,
        least(sku_days.charge_date, months_reached.last_date) <= months_reached.until_date as is_counted,
        least(sku_days.charge_date, months_reached.last_date) <= months_reached.compared_until_date as is_counted_before

    from sku_days

    inner join months_reached
        on sku_days.billing_period = months_reached.month

),

skus_by_month as (

    select
        month,
        month_after,
        is_compared,
        {{ thing }},
        sum(case when is_counted and not is_earlier then direct_cost end) as direct_cost,
        sum(case when is_counted and not is_earlier then consumed_quantity end) as quantity,
        sum(case when is_counted_before and not is_earlier then direct_cost end) as direct_cost_before,
        sum(case when is_counted_before and not is_earlier then consumed_quantity end) as quantity_before,
        sum(case when is_earlier then direct_cost end) as earlier_cost

    from days_counted

    group by all

),

both_months as (

    select month, {{ thing }}, direct_cost, quantity, earlier_cost from skus_by_month
    where is_compared
    union all by name
    select month_after as month, {{ thing }}, direct_cost_before, quantity_before, earlier_cost as earlier_cost_before
    from skus_by_month
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
