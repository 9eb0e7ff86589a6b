{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

answers as (

    select * from {{ ref('int_ownership__usage_answers') }}

),

projects as (

    select * from {{ ref('projects') }}

),

-- Right behind what names a project comes the stage that its register gives it on the day, as for charges.
answers_with_projects as (

    select
        answers.*,
        stated.lifecycle_stage as stage_of_stated,
        linked.lifecycle_stage as stage_of_linked

    from answers

    left join projects as stated
        on answers.stated_project_id = stated.project_id
            and answers.usage_date >= coalesce(stated.valid_from, date '0001-01-01')
            and answers.usage_date < coalesce(stated.valid_to, date '9999-12-31')

    left join projects as linked
        on answers.linked_project_id = linked.project_id
            and answers.usage_date >= coalesce(linked.valid_from, date '0001-01-01')
            and answers.usage_date < coalesce(linked.valid_to, date '9999-12-31')

),

usage_owned as (

    select
        billing_period,
        usage_date,
        coalesce(stated_project_id, linked_project_id, account_project_id, 'unallocated') as project_id,
        coalesce(
            stated_stage, stage_of_stated, linked_stage, stage_of_linked, account_stage, 'unknown'
        ) as lifecycle_stage,
        coalesce(stated_activity, linked_activity, account_activity, 'unknown') as ai_activity,
        case
            when stated_project_id is not null then project_evidence
            when linked_project_id is not null then 'link'
            when account_project_id is not null then 'charges'
            else 'none'
        end as project_evidence,
        case
            when stated_stage is not null then stage_evidence
            when stage_of_stated is not null then project_evidence
            when coalesce(linked_stage, stage_of_linked) is not null then 'link'
            when account_stage is not null then 'charges'
            else 'none'
        end as stage_evidence,
        stated_stage is null and (
            stage_of_stated is not null or (linked_stage is null and stage_of_linked is not null)
        ) as is_stage_of_project,
        case
            when stated_activity is not null then activity_evidence
            when linked_activity is not null then 'link'
            when account_activity is not null then 'charges'
            else 'none'
        end as activity_evidence,
        measure,
        cast(sum(quantity) as decimal(38, 12)) as quantity

    from answers_with_projects

    group by all

)

select * from usage_owned
