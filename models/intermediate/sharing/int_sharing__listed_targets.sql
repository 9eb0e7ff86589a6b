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

-- Who carries on for a team pays its part, as it has the team's charges.
targets_acting as (

    select
        targets.policy_id,
        coalesce(project_terms.acting_team_id, team_terms.acting_team_id, targets.team_id) as team_id,
        targets.project_id,
        targets.lifecycle_stage,
        targets.target_pool_id,
        targets.weight,
        greatest(
            coalesce(team_terms.valid_from, date '0001-01-01'), coalesce(project_terms.valid_from, date '0001-01-01')
        ) as valid_from,
        least(
            coalesce(team_terms.valid_to, date '9999-12-31'), coalesce(project_terms.valid_to, date '9999-12-31')
        ) as valid_to

    from targets

    left join team_terms
        on targets.team_id = team_terms.team_id

    left join project_terms
        on targets.team_id = project_terms.team_id
            and targets.project_id = project_terms.project_id

)

select * from targets_acting where valid_from < valid_to
