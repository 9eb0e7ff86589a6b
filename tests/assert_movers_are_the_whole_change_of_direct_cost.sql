{{ config(meta={'dagster': {'ref': {'name': 'movers'}}}) }}

-- A change that no row has, or whose usage, price and mix are not all of it, would be a reason that is made up.
with

months as (

    select * from {{ ref('int_sharing__months_reached') }}

),

given as (

    select months.month, costs.team_id, costs.currency, costs.direct_cost, 0 as direct_cost_before
    from {{ ref('daily_costs') }} as costs
    inner join months on costs.month = months.month
    where months.is_compared and least(costs.charge_date, months.last_date) <= months.until_date
    union all
    select months.month_after, costs.team_id, costs.currency, 0, costs.direct_cost
    from {{ ref('daily_costs') }} as costs
    inner join months on costs.month = months.month
    where months.month_after is not null and least(costs.charge_date, months.last_date) <= months.compared_until_date

),

told as (

    select
        month,
        team_id,
        currency,
        -direct_cost as direct_cost,
        -direct_cost_before as direct_cost_before,
        direct_cost_change
        - coalesce(usage_change, 0) - coalesce(price_change, 0) - coalesce(mix_change, 0)
        - coalesce(new_change, 0) - coalesce(gone_change, 0) - coalesce(unmeasured_change, 0)
        - coalesce(policy_change, 0) - coalesce(restatement_change, 0) as unexplained,
        coalesce(policy_change, 0) as policy_change

    from {{ ref('movers') }}

),

differences as (

    select month, team_id, currency, direct_cost, direct_cost_before, 0 as unexplained from given
    union all
    select month, team_id, currency, direct_cost, direct_cost_before, abs(unexplained) from told
    union all
    -- What is handed on one gets and another gives.
    select month, 'all', currency, 0, 0, abs(sum(policy_change)) from told group by month, currency

)

select
    month,
    team_id,
    currency,
    sum(direct_cost) as direct_cost_difference,
    sum(direct_cost_before) as direct_cost_before_difference,
    sum(unexplained) as unexplained

from differences

group by month, team_id, currency

having sum(direct_cost) <> 0 or sum(direct_cost_before) <> 0 or sum(unexplained) <> 0
