{{ config(materialized='view') }}

{% set thing =
    'team_id, project_id, cost_component, provider_name, service_name, sku, consumed_unit, currency' -%}
with

months_reached as (

    select
        *,
        until_date = last_date and compared_until_date = last_date as is_whole

    from {{ ref('int_sharing__months_reached') }}

),

-- Of a month that counts as a whole, on both sides, it does not matter when.
skus_dated as (

    select billing_period, last_charge_date as charge_date, {{ thing }}, direct_cost, consumed_quantity
    from {{ ref('int_sharing__sku_months') }}
    where billing_period in (select months_reached.month from months_reached where months_reached.is_whole)
    union all
    select billing_period, charge_date, {{ thing }}, direct_cost, consumed_quantity
    from {{ ref('int_sharing__sku_days') }}
    where billing_period in (select months_reached.month from months_reached where not months_reached.is_whole)

),

-- Each day in its month, and beside the month after. What is dated after its month counts on its last day.
days_counted as (

    select
        skus_dated.*,
        months_reached.month,
        months_reached.month_after,
        months_reached.is_compared,
        least(skus_dated.charge_date, months_reached.last_date) <= months_reached.until_date as is_counted,
        least(skus_dated.charge_date, months_reached.last_date) <= months_reached.compared_until_date
            as is_counted_before

    from skus_dated

    inner join months_reached
        on skus_dated.billing_period = months_reached.month

),

skus_by_month as (

    select
        month,
        month_after,
        is_compared,
        {{ thing }},
        sum(case when is_counted then direct_cost end) as direct_cost,
        sum(case when is_counted then consumed_quantity end) as quantity,
        sum(case when is_counted_before then direct_cost end) as direct_cost_before,
        sum(case when is_counted_before then consumed_quantity end) as quantity_before

    from days_counted

    group by all

),

both_months as (

    select month, {{ thing }}, direct_cost, quantity from skus_by_month
    where is_compared
    union all by name
    select month_after as month, {{ thing }}, direct_cost_before, quantity_before from skus_by_month
    where month_after is not null

),

skus_compared as (

    select
        month,
        {{ thing }},
        sum(direct_cost_before) as direct_cost_before,
        sum(direct_cost) as direct_cost,
        sum(quantity_before) as quantity_before,
        sum(quantity) as quantity

    from both_months

    group by all

)

select * from skus_compared where direct_cost is not null or direct_cost_before is not null
