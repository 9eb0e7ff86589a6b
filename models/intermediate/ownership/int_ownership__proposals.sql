{{ config(materialized='view') }}

with

answers_proposed as (

    select * from {{ ref('int_ownership__answers_proposed') }}

),

known_owners as (

    select * from {{ ref('int_ownership__known_owners') }}

),

projects as (

    select * from {{ ref('projects') }}

),

teams_of_projects as (

    select
        of_project.answer as project_id,
        of_team.answer as team_id

    from known_owners as of_project

    inner join known_owners as of_team
        on of_project.resource_key = of_team.resource_key and of_team.dimension = 'team'

    where of_project.dimension = 'project'

    union

    select project_id, team_id from projects where team_id is not null

),

teams_proposed as (

    select * from answers_proposed where dimension = 'team'

),

projects_proposed as (

    select * from answers_proposed where dimension = 'project'

),

stages_proposed as (

    select * from answers_proposed where dimension = 'lifecycle_stage'

),

-- A project that is never this team's would contradict the team.
proposals as (

    select
        teams_proposed.resource_key,
        teams_proposed.answer as team_id,
        teams_proposed.score,
        teams_proposed.confidence,
        teams_proposed.reasons,
        teams_of_projects.project_id,
        case when teams_of_projects.project_id is null then 'none' else projects_proposed.confidence end
            as project_confidence,
        stages_proposed.answer as lifecycle_stage,
        coalesce(stages_proposed.confidence, 'none') as stage_confidence

    from teams_proposed

    left join projects_proposed
        on teams_proposed.resource_key = projects_proposed.resource_key

    left join stages_proposed
        on teams_proposed.resource_key = stages_proposed.resource_key

    left join teams_of_projects
        on projects_proposed.answer = teams_of_projects.project_id
            and teams_proposed.answer = teams_of_projects.team_id

)

select * from proposals
