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

answers_by_resource as (

    select
        resource_key,
        max(case when dimension = 'team' then answer end) as team_id,
        max(case when dimension = 'team' then score end) as score,
        max(case when dimension = 'team' then confidence end) as confidence,
        max(case when dimension = 'team' then reasons end) as reasons,
        max(case when dimension = 'project' then answer end) as project_id,
        max(case when dimension = 'project' then confidence end) as project_confidence,
        max(case when dimension = 'lifecycle_stage' then answer end) as lifecycle_stage,
        max(case when dimension = 'lifecycle_stage' then confidence end) as stage_confidence

    from answers_proposed

    group by resource_key

),

-- A project that is never this team's would contradict the team.
proposals as (

    select
        answers.resource_key,
        answers.team_id,
        answers.score,
        answers.confidence,
        answers.reasons,
        teams_of_projects.project_id,
        case when teams_of_projects.project_id is null then 'none' else answers.project_confidence end
            as project_confidence,
        answers.lifecycle_stage,
        coalesce(answers.stage_confidence, 'none') as stage_confidence

    from answers_by_resource as answers

    left join teams_of_projects
        on answers.project_id = teams_of_projects.project_id
            and answers.team_id = teams_of_projects.team_id

    where answers.team_id is not null

)

select * from proposals
