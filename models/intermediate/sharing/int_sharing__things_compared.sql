{{ config(materialized='view') }}

{% set thing = 'team_id, project_id, cost_component, provider_name, service_name, consumed_unit, currency' -%}
with

skus_compared as (

    select * from {{ ref('int_sharing__skus_compared') }}

),

skus_reassigned as (

    select * from {{ ref('int_sharing__skus_reassigned') }}

),

months_reached as (

    select * from {{ ref('int_sharing__months_reached') }}

),

first_figures as (

    select * from {{ ref('int_sharing__first_figures') }}

),

-- The price of a SKU that is in one of the months alone did not move.
skus_priced as (

    select
        month,
        {{ thing }},
        direct_cost_before,
        direct_cost,
        quantity_before,
        quantity,
        direct_cost - {{ cost_at_price_before() }} as price_change,
        policy_change,
        earlier_cost_before,
        earlier_cost

    from skus_compared

),

-- Gathered of the few things that have any: among all rows it would take as long as all of their sums.
reasons as (

    select month, {{ thing }}, string_agg(distinct reason, '; ' order by reason) as policy_reasons
    from skus_reassigned
    group by all

),

all_rows as (

    select * from skus_priced
    union all by name
    select * from reasons
    union all by name
    select month, {{ thing }}, direct_cost as first_cost from first_figures
    union all by name
    select months_reached.month_after as month, {{ thing }}, first_figures.direct_cost as first_cost_before
    from first_figures
    inner join months_reached on first_figures.month = months_reached.month
    -- What a part of a month cost first is not kept.
    where months_reached.month_after is not null and months_reached.compared_until_date = months_reached.last_date

),

things_compared as (

    select
        month,
        {{ thing }},
        sum(direct_cost_before) as direct_cost_before,
        sum(direct_cost) as direct_cost,
        sum(quantity_before) as quantity_before,
        sum(quantity) as quantity,
        coalesce(sum(price_change), 0) as price_change,
        sum(policy_change) as policy_change,
        sum(earlier_cost_before) as earlier_cost_before,
        sum(earlier_cost) as earlier_cost,
        sum(first_cost_before) as first_cost_before,
        sum(first_cost) as first_cost,
        max(policy_reasons) as policy_reasons

    from all_rows

    group by all

)

select * from things_compared
