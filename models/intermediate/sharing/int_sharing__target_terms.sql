{{ config(materialized='view') }}

with

targets as (

    select * from {{ ref('pool_targets') }}

),

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

project_terms as (

    select * from {{ ref('int_ownership__project_terms') }}

),

-- A team that has ended is who carries on, and for its projects who answers for them.
target_terms as (

    select
        targets.policy_id,
        coalesce(project_terms.acting_team_id, team_terms.acting_team_id, targets.team_id) as team_id,
        targets.project_id,
        targets.lifecycle_stage,
        targets.target_pool_id,
        targets.weight,
        coalesce(project_terms.valid_from, team_terms.valid_from, date '0001-01-01') as valid_from,
        coalesce(project_terms.valid_to, team_terms.valid_to, date '9999-12-31') as valid_to

    from targets

    left join project_terms
        on targets.team_id = project_terms.team_id
            and targets.project_id = project_terms.project_id

    left join team_terms
        on targets.team_id = team_terms.team_id
            and project_terms.team_id is null

)

select * from target_terms
