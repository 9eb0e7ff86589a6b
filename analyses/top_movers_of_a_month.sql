-- Which teams and projects cost more, or less, than in the month before?
-- dbt show -s top_movers_of_a_month --vars '{month: 2026-09}' ; without a month, the latest one that was billed.
{% set month = var('month', none) %}

with

monthly_costs as (

    select * from {{ ref('monthly_costs') }}

),

month_asked as (

    -- Prepaid licenses reach years ahead: the latest month is the latest that somebody was billed for.
    select {{ "max('" ~ month ~ "')" if month else 'max(month) filter (billed_cost <> 0)' }} as month
    from monthly_costs

),

months_compared as (

    select
        month_asked.month,
        strftime(cast(month_asked.month || '-01' as date) - interval 1 month, '%Y-%m') as month_before

    from month_asked

),

costs_compared as (

    select
        months_compared.month,
        monthly_costs.team_id,
        monthly_costs.project_id,
        monthly_costs.cost_component,
        monthly_costs.currency,
        sum(case when monthly_costs.month = months_compared.month_before then monthly_costs.total_cost else 0 end)
            as total_cost_before,
        sum(case when monthly_costs.month = months_compared.month then monthly_costs.total_cost else 0 end)
            as total_cost

    from monthly_costs

    inner join months_compared
        on monthly_costs.month in (months_compared.month, months_compared.month_before)

    group by all

),

movements as (

    select
        *,
        total_cost - total_cost_before as cost_change,
        100 * (total_cost - total_cost_before) / nullif(total_cost_before, 0) as cost_change_percent

    from costs_compared

)

select * from movements
where cost_change <> 0
order by abs(cost_change) desc, team_id asc, project_id asc, cost_component asc
