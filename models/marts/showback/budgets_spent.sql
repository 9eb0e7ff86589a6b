-- Named apart from the policy seed of the same word, which dbt would confuse it with.
{{ config(alias='budgets') }}

{% set scope = ['team_id', 'project_id', 'lifecycle_stage', 'cost_component'] -%}
with

budgets as (

    select * from {{ ref('budgets') }}

),

-- Of a month without a bill, ahead or between others, nothing but prepaid licenses is known.
months_reached as (

    select * from {{ ref('int_sharing__months_reached') }}
    where is_delivered

),

daily_costs as (

    select * from {{ ref('daily_costs') }}

),

budgets_by_month as (

    select
        months_reached.*,
        budgets.*,
        {{ divided('monthly_budget * day(until_date)', 'day(last_date)') }} as expected_to_date

    from months_reached

    inner join budgets
        on coalesce(budgets.valid_from, months_reached.first_date) <= months_reached.first_date
            and coalesce(budgets.valid_to, months_reached.last_date) > months_reached.first_date

),

costs_to_date as (

    select
        daily_costs.month,
        daily_costs.{{ scope | join(',\n        daily_costs.') }},
        daily_costs.currency,
        sum(daily_costs.total_cost) as total_cost

    from daily_costs

    inner join months_reached
        on daily_costs.month = months_reached.month
            and least(daily_costs.charge_date, months_reached.last_date) <= months_reached.until_date

    -- Of months without a budget nothing is read.
    where daily_costs.month in (select budgets_by_month.month from budgets_by_month)

    group by all

),

budgets_spent as (

    select
        budgets_by_month.month,
        budgets_by_month.budget_id,
        budgets_by_month.{{ scope | join(',\n        budgets_by_month.') }},
        budgets_by_month.currency,
        budgets_by_month.is_open,
        budgets_by_month.until_date,
        budgets_by_month.monthly_budget,
        cast(budgets_by_month.expected_to_date as decimal(38, 12)) as expected_to_date,
        cast(coalesce(sum(costs_to_date.total_cost), 0) as decimal(38, 12)) as spent_to_date

    from budgets_by_month

    left join costs_to_date
        on budgets_by_month.month = costs_to_date.month
            and budgets_by_month.currency = costs_to_date.currency
            {% for name in scope -%}
            and coalesce(budgets_by_month.{{ name }}, costs_to_date.{{ name }}) = costs_to_date.{{ name }}
            {% endfor %}

    group by all

),

budgets_judged as (

    select
        *,
        monthly_budget - spent_to_date as remaining,
        cast(spent_to_date / nullif(monthly_budget, 0) as double) as spent_share

    from budgets_spent

)

select * from budgets_judged
