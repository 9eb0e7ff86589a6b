{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

daily_costs as (

    select * from {{ ref('daily_costs') }}
    where {{ in_periods('month') }}

),

current_teams as (

    select * from {{ ref('int_ownership__current_teams') }}

),

costs_by_month as (

    select
        month,
        team_id,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        provider_name,
        currency,
        cast(sum(direct_cost) as decimal(38, 12)) as direct_cost,
        cast(sum(shared_cost) as decimal(38, 12)) as shared_cost,
        cast(sum(total_cost) as decimal(38, 12)) as total_cost,
        cast(sum(billed_cost) as decimal(38, 12)) as billed_cost

    from daily_costs

    group by all

),

-- The organization of today: who answers for the project now, where the team answered for it then.
costs_today as (

    select
        costs_by_month.month,
        costs_by_month.team_id,
        costs_by_month.project_id,
        costs_by_month.lifecycle_stage,
        costs_by_month.ai_activity,
        costs_by_month.cost_component,
        costs_by_month.provider_name,
        costs_by_month.currency,
        costs_by_month.direct_cost,
        costs_by_month.shared_cost,
        costs_by_month.total_cost,
        costs_by_month.billed_cost,
        coalesce(of_project.current_team_id, of_team.current_team_id, costs_by_month.team_id) as current_team_id

    from costs_by_month

    left join current_teams as of_project
        on costs_by_month.team_id = of_project.team_id
            and costs_by_month.project_id = of_project.project_id

    left join current_teams as of_team
        on costs_by_month.team_id = of_team.team_id
            and of_team.project_id is null

)

select * from costs_today
