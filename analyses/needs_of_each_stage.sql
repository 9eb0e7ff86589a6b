-- What do development, testing and production of each project need, and what does a GPU-hour or a token cost there?
-- dbt show -s needs_of_each_stage --vars '{month: 2026-09}' ; without a month, the latest one that was billed.
{% set month = var('month', none) %}

with

costs_by_stage as (

    select * from {{ ref('costs_by_stage') }}

),

monthly_costs as (

    select * from {{ ref('monthly_costs') }}

),

month_asked as (

    -- Prepaid licenses reach years ahead: the latest month is the latest that somebody was billed for.
    select {{ "max('" ~ month ~ "')" if month else 'max(month) filter (billed_cost <> 0)' }} as month
    from monthly_costs

),

-- A unit costs what is posted beside it: where use is charged elsewhere, its price is not known.
needs as (

    select
        costs_by_stage.month,
        costs_by_stage.project_id,
        costs_by_stage.lifecycle_stage,
        costs_by_stage.currency,
        sum(costs_by_stage.total_cost) as total_cost,
        sum(costs_by_stage.share_of_project) as share_of_project,
        sum(costs_by_stage.gpu_hours) as gpu_hours,
        sum(case when costs_by_stage.cost_component = 'compute' then costs_by_stage.total_cost end)
        / sum(costs_by_stage.gpu_hours) as compute_cost_per_gpu_hour,
        sum(costs_by_stage.tokens) / 1000000 as tokens_million,
        sum(case when costs_by_stage.cost_component = 'model_api' then costs_by_stage.total_cost end)
        / sum(costs_by_stage.tokens) * 1000000 as model_api_cost_per_million_tokens,
        sum(costs_by_stage.storage_gb_months) as storage_gb_months,
        sum(costs_by_stage.network_gb) as network_gb

    from costs_by_stage

    inner join month_asked
        on costs_by_stage.month = month_asked.month

    where costs_by_stage.project_id <> 'unallocated'

    group by all

)

select * from needs
order by project_id asc, total_cost desc nulls last, lifecycle_stage asc
