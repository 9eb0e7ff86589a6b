{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

answers as (

    select * from {{ ref('ownership') }}
    where charge_category = 'Usage' and pool_id is null and {{ in_periods('month') }}

),

-- A register is as good as a tag: a seat and an hour say whose they are. What a rule had to find is not tagged.
answers_judged as (

    select
        month,
        team_id,
        provider_name,
        service_name,
        currency,
        effective_cost,
        owner_evidence in ('tag', 'register') as has_team,
        project_evidence in ('tag', 'register') as has_project,
        stage_evidence in ('tag', 'register') as has_stage

    from answers

),

costs as (

    select
        month,
        team_id,
        provider_name,
        coalesce(service_name, 'unknown') as service_name,
        currency,
        sum(effective_cost) as usage_cost,
        coalesce(sum(case when has_team then effective_cost end), 0) as team_tagged_cost,
        coalesce(sum(case when has_project then effective_cost end), 0) as project_tagged_cost,
        coalesce(sum(case when has_stage then effective_cost end), 0) as stage_tagged_cost,
        coalesce(sum(case when has_team and has_project and has_stage then effective_cost end), 0) as compliant_cost

    from answers_judged

    group by all

),

tag_compliance as (

    select
        month,
        team_id,
        provider_name,
        service_name,
        currency,
        cast(usage_cost as decimal(38, 12)) as usage_cost,
        cast(team_tagged_cost as decimal(38, 12)) as team_tagged_cost,
        cast(project_tagged_cost as decimal(38, 12)) as project_tagged_cost,
        cast(stage_tagged_cost as decimal(38, 12)) as stage_tagged_cost,
        cast(compliant_cost as decimal(38, 12)) as compliant_cost,
        cast(100 * compliant_cost / nullif(usage_cost, 0) as double) as compliant_percent

    from costs

)

select * from tag_compliance
