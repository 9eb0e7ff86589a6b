{{ config(materialized='view') }}

with

answers_proposed as (

    select * from {{ ref('int_ownership__answers_proposed') }}

),

unowned_days as (

    select * from {{ ref('int_ownership__unowned_days') }}

),

projects as (

    select
        project_id,
        team_id,
        lifecycle_stage,
        coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to

    from {{ ref('projects') }}

),

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

-- Lines of days on which the resource has an owner, or no charge, are not asked.
registers_asked as (

    select
        of_project.resource_key,
        bool_and(of_team.answer in (projects.team_id, coalesce(team_terms.acting_team_id, projects.team_id)))
            as is_of_team,
        bool_and(projects.lifecycle_stage = of_stage.answer or not {{ is_said('projects.lifecycle_stage') }})
            as is_at_stage

    from answers_proposed as of_project

    inner join unowned_days
        on of_project.resource_key = unowned_days.resource_key

    inner join projects
        on of_project.answer = projects.project_id
            and unowned_days.unowned_until >= projects.valid_from
            and unowned_days.unowned_from < projects.valid_to

    left join team_terms
        on projects.team_id = team_terms.team_id
            and unowned_days.unowned_until >= team_terms.valid_from
            and unowned_days.unowned_from < team_terms.valid_to
            and projects.valid_from < team_terms.valid_to
            and projects.valid_to > team_terms.valid_from

    left join answers_proposed as of_team
        on of_project.resource_key = of_team.resource_key and of_team.dimension = 'team'

    left join answers_proposed as of_stage
        on of_project.resource_key = of_stage.resource_key and of_stage.dimension = 'lifecycle_stage'

    where of_project.dimension = 'project'

    group by of_project.resource_key

)

select * from registers_asked
