{{ config(materialized='view') }}

with

answers_proposed as (

    select * from {{ ref('int_ownership__answers_proposed') }}

),

known_owners as (

    select * from {{ ref('int_ownership__known_owners') }}

),

registers_asked as (

    select * from {{ ref('int_ownership__registers_asked') }}

),

teams_of_projects as (

    select distinct
        of_project.answer as project_id,
        of_team.answer as team_id

    from known_owners as of_project

    inner join known_owners as of_team
        on of_project.resource_key = of_team.resource_key and of_team.dimension = 'team'

    where of_project.dimension = 'project'

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

-- Where the register says nothing of a project on these days, it is the team's that ever had both.
answers_judged as (

    select
        answers.*,
        coalesce(registers_asked.is_of_team, teams_of_projects.project_id is not null) as is_of_team,
        coalesce(registers_asked.is_at_stage, true) as is_at_stage

    from answers_by_resource as answers

    left join registers_asked
        on answers.resource_key = registers_asked.resource_key

    left join teams_of_projects
        on answers.project_id = teams_of_projects.project_id
            and answers.team_id = teams_of_projects.team_id

    where answers.team_id is not null

),

-- A project of another team would contradict the team, and another stage than its own the register.
proposals as (

    select
        resource_key,
        team_id,
        score,
        confidence,
        reasons,
        case when is_of_team then project_id end as project_id,
        case when is_of_team then project_confidence else 'none' end as project_confidence,
        case when is_at_stage or not is_of_team then lifecycle_stage end as lifecycle_stage,
        case when is_at_stage or not is_of_team then coalesce(stage_confidence, 'none') else 'none' end
            as stage_confidence

    from answers_judged

)

select * from proposals
