{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

answers as (

    select * from {{ ref('int_ownership__usage_projects') }}

),

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

-- The first that says anything is believed, of each dimension for itself.
answers_believed as (

    select
        *,
        coalesce(
            stated_team_id, team_of_stated, linked_team_id, team_of_linked, account_team_id, team_of_account,
            team_of_charges, 'unallocated'
        ) as believed_team_id,
        case
            when stated_team_id is not null then team_evidence
            when team_of_stated is not null then project_evidence
            when coalesce(linked_team_id, team_of_linked) is not null then 'link'
            when coalesce(account_team_id, team_of_account, team_of_charges) is not null then 'charges'
            else 'none'
        end as believed_team_evidence

    from answers

),

usage_owned as (

    select
        answers.billing_period,
        answers.usage_date,
        answers.feed,
        coalesce(team_terms.acting_team_id, answers.believed_team_id) as team_id,
        coalesce(answers.stated_project_id, answers.linked_project_id, answers.account_project_id, 'unallocated')
            as project_id,
        coalesce(
            answers.stated_stage, answers.stage_of_stated, answers.linked_stage, answers.stage_of_linked,
            answers.account_stage, 'unknown'
        ) as lifecycle_stage,
        coalesce(answers.stated_activity, answers.linked_activity, answers.account_activity, 'unknown')
            as ai_activity,
        answers.believed_team_evidence as team_evidence,
        case
            when answers.stated_project_id is not null then answers.project_evidence
            when answers.linked_project_id is not null then 'link'
            when answers.account_project_id is not null then 'charges'
            else 'none'
        end as project_evidence,
        case
            when answers.stated_stage is not null then answers.stage_evidence
            when answers.stage_of_stated is not null then answers.project_evidence
            when coalesce(answers.linked_stage, answers.stage_of_linked) is not null then 'link'
            when answers.account_stage is not null then 'charges'
            else 'none'
        end as stage_evidence,
        answers.stated_stage is null and (
            answers.stage_of_stated is not null
            or (answers.linked_stage is null and answers.stage_of_linked is not null)
        ) as is_stage_of_project,
        case
            when answers.stated_activity is not null then answers.activity_evidence
            when answers.linked_activity is not null then 'link'
            when answers.account_activity is not null then 'charges'
            else 'none'
        end as activity_evidence,
        answers.measure,
        cast(sum(answers.quantity) as decimal(38, 12)) as quantity

    from answers_believed as answers

    left join team_terms
        on answers.believed_team_id = team_terms.team_id
            and answers.usage_date >= team_terms.valid_from
            and answers.usage_date < team_terms.valid_to

    group by all

)

select * from usage_owned
