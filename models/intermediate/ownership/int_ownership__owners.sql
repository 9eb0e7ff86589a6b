{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

statements as (

    select * from {{ ref('int_ownership__statements') }}
    where {{ in_periods() }}

),

names as (

    select * from {{ ref('int_ownership__names') }}

),

projects as (

    select * from {{ ref('projects') }}

),

pools as (

    select * from {{ ref('pools') }}

),

epochs as (

    select * from {{ ref('int_ownership__epochs') }}

),

rule_answers as (

    select * from {{ ref('int_ownership__rule_answers') }}
    where {{ in_periods() }}

),

statements_named as (

    select
        statements.billing_period,
        statements.charge_group_id,
        statements.pool_id,
        team_names.id as team_id,
        project_names.id as project_id,
        nullif(stage_names.id, 'unknown') as lifecycle_stage,
        nullif(activity_names.id, 'unknown') as ai_activity,
        statements.activity_hint

    from statements

    left join names as team_names
        on statements.team = team_names.stated_value and team_names.dimension = 'team'

    left join names as project_names
        on statements.project = project_names.stated_value and project_names.dimension = 'project'

    left join names as stage_names
        on statements.lifecycle_stage = stage_names.stated_value and stage_names.dimension = 'lifecycle_stage'

    left join names as activity_names
        on statements.ai_activity = activity_names.stated_value and activity_names.dimension = 'ai_activity'

),

-- In this order: what is stated, the register's team of the stated project, then the rules.
owners_weighed as (

    select
        statements_named.billing_period,
        statements_named.charge_group_id,
        epochs.valid_from,
        epochs.valid_to,
        coalesce(statements_named.team_id, stated_projects.team_id) as stated_team_id,
        statements_named.pool_id as stated_pool_id,
        statements_named.team_id is not null as is_team_stated,
        rule_answers.team_id as rule_team_id,
        rule_answers.pool_id as rule_pool_id,
        rule_answers.owner_rule_id,
        rule_answers.project_rule_id,
        coalesce(statements_named.project_id, rule_answers.project_id) as project_id,
        rule_projects.team_id as rule_project_team_id,
        coalesce(statements_named.lifecycle_stage, rule_answers.lifecycle_stage, 'unknown') as lifecycle_stage,
        coalesce(
            statements_named.ai_activity, rule_answers.ai_activity, statements_named.activity_hint, 'unknown'
        ) as ai_activity

    from statements_named

    cross join epochs

    left join rule_answers
        on statements_named.billing_period = rule_answers.billing_period
            and statements_named.charge_group_id = rule_answers.charge_group_id
            and epochs.valid_from = rule_answers.valid_from

    left join projects as stated_projects
        on statements_named.project_id = stated_projects.project_id

    left join projects as rule_projects
        on rule_answers.project_id = rule_projects.project_id

),

owners_chosen as (

    select
        billing_period,
        charge_group_id,
        valid_from,
        valid_to,
        case when stated_team_id is null then coalesce(stated_pool_id, rule_pool_id) end as pool_id,
        coalesce(stated_team_id, rule_team_id, rule_project_team_id) as named_team_id,
        project_id,
        lifecycle_stage,
        ai_activity,
        case
            when is_team_stated then 'tag'
            when stated_team_id is not null then 'project register'
            when stated_pool_id is not null then 'register'
            when rule_team_id is not null or rule_pool_id is not null then 'rule'
            when rule_project_team_id is not null then 'project register'
            else 'none'
        end as owner_evidence,
        case when stated_team_id is null and stated_pool_id is null then coalesce(owner_rule_id, project_rule_id) end
            as rule_id

    from owners_weighed

),

owners as (

    select
        owners_chosen.billing_period,
        owners_chosen.charge_group_id,
        owners_chosen.valid_from,
        owners_chosen.valid_to,
        owners_chosen.pool_id,
        case
            when owners_chosen.pool_id is not null then coalesce(pools.owner_team_id, 'unallocated')
            else coalesce(owners_chosen.named_team_id, 'unallocated')
        end as team_id,
        coalesce(owners_chosen.project_id, 'unallocated') as project_id,
        owners_chosen.lifecycle_stage,
        owners_chosen.ai_activity,
        owners_chosen.owner_evidence,
        owners_chosen.rule_id

    from owners_chosen

    left join pools
        on owners_chosen.pool_id = pools.pool_id

)

select * from owners
