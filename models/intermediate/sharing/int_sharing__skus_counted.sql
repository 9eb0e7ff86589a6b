{{ config(materialized='view') }}

{% set thing = 'team_id, project_id, cost_component, provider_name, service_name, sku, consumed_unit, currency' -%}
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

-- Each day in its month, and beside the month after. What is dated after its month counts on its last day; what is
-- dated before it is a correction of earlier months, or their late use.
days_counted as (

    select
        skus_dated.*,
        months_reached.month,
        months_reached.month_after,
        months_reached.is_compared,
        skus_dated.charge_date < months_reached.first_date as is_earlier,
        least(skus_dated.charge_date, months_reached.last_date) <= months_reached.until_date as is_counted,
        least(skus_dated.charge_date, months_reached.last_date) <= months_reached.compared_until_date
            as is_counted_before

    from skus_dated

    inner join months_reached
        on skus_dated.billing_period = months_reached.month

),

skus_counted as (

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

)

select * from skus_counted
