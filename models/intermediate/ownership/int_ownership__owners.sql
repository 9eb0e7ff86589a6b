{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set dimensions = {
    'owner': 'team', 'project': 'project', 'stage': 'lifecycle_stage', 'activity': 'ai_activity',
} %}

with

validities as (

    select * from {{ ref('int_ownership__validities') }}

),

answers as (

    select *
    from {{ ref('int_ownership__ranking') }}
    where place = 1 and {{ in_periods() }}

),

answers_by_validity as (

    select
        billing_period,
        charge_group_id,
        valid_from,
        {% for name, dimension in dimensions.items() -%}
        max(case when dimension = '{{ dimension }}' then evidence end) as {{ name }}_evidence,
        bool_or(dimension = '{{ dimension }}' and is_of_project) as is_{{ name }}_of_project,
        max(case when dimension = '{{ dimension }}' then cause end) as {{ name }}_cause,
        max(case when dimension = '{{ dimension }}' then confidence end) as {{ name }}_confidence,
        bool_or(dimension = '{{ dimension }}' and has_conflict) as has_{{ name }}_conflict,
        {% endfor -%}
        max(case when is_pool then answer end) as pool_id,
        max(case when dimension = 'team' then coalesce(pool_owner_team_id, answer) end) as team_id,
        max(case when dimension = 'project' then answer end) as project_id,
        max(case when dimension = 'lifecycle_stage' then answer end) as lifecycle_stage,
        max(case when dimension = 'ai_activity' then answer end) as ai_activity

    from answers

    group by billing_period, charge_group_id, valid_from

),

owners as (

    select
        validities.billing_period,
        validities.charge_group_id,
        validities.valid_from,
        validities.valid_to,
        {% for name in dimensions -%}
        coalesce(answers.{{ name }}_evidence, 'none') as {{ name }}_evidence,
        coalesce(answers.is_{{ name }}_of_project, false) as is_{{ name }}_of_project,
        answers.{{ name }}_cause,
        coalesce(answers.{{ name }}_confidence, 'none') as {{ name }}_confidence,
        coalesce(answers.has_{{ name }}_conflict, false) as has_{{ name }}_conflict,
        {% endfor -%}
        answers.pool_id,
        coalesce(answers.team_id, 'unallocated') as team_id,
        coalesce(answers.project_id, 'unallocated') as project_id,
        coalesce(answers.lifecycle_stage, 'unknown') as lifecycle_stage,
        coalesce(answers.ai_activity, 'unknown') as ai_activity

    from validities

    left join answers_by_validity as answers
        on validities.billing_period = answers.billing_period
            and validities.charge_group_id = answers.charge_group_id
            and validities.valid_from = answers.valid_from

)

select * from owners
