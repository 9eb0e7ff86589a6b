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

)

select * from costs_by_month
