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
ranking as (

    select * from {{ ref('int_ownership__ranking') }}
    where evidence in ('tag', 'register') and not is_pool and {{ in_periods() }}

),

-- Whether or not it was believed: an override that says the same, or a link that comes first, takes no tag off.
questions_answered as (

    select
        billing_period,
        charge_group_id,
        valid_from,
        bool_or(dimension = 'team') as has_team,
        bool_or(dimension = 'project') as has_project,
        bool_or(dimension = 'lifecycle_stage') as has_stage

    from ranking

    group by billing_period, charge_group_id, valid_from

),

answers_judged as (

    select
        answers.*,
        questions_answered.has_team,
        questions_answered.has_project,
        questions_answered.has_stage

    from answers

    left join questions_answered
        on answers.month = questions_answered.billing_period
            and answers.charge_group_id = questions_answered.charge_group_id
            and answers.valid_from = questions_answered.valid_from

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
