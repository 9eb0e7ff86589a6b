{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

said {{ computed_once() }} (

    select * from {{ ref('int_ownership__said') }}

),

pools as (

    select * from {{ ref('pools') }}

),

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

project_terms as (

    select * from {{ ref('int_ownership__project_terms') }}

),

-- What names a team that has ended, beside what names a project that was its: of two the one that is believed.
projects_beside as (

    select
        teams.billing_period,
        teams.charge_group_id,
        teams.dimension,
        teams.answer,
        teams.is_pool,
        teams.is_of_project,
        teams.place,
        teams.valid_from,
        teams.valid_to,
        min_by(projects.answer, (projects.priority, projects.answer)) as project_id

    from said as teams

    inner join project_terms
        on teams.answer = project_terms.team_id

    inner join said as projects using (billing_period, charge_group_id, place)

    where teams.dimension = 'team' and not teams.is_pool and not teams.is_of_project
        and projects.dimension = 'project' and projects.answer = project_terms.project_id
        and teams.valid_from >= projects.valid_from and teams.valid_to <= projects.valid_to

    group by all

),

-- A team that has ended is who carries on, and for its projects who answers for them; for a pool, its owner is.
candidates as (

    select
        said.billing_period,
        said.charge_group_id,
        said.dimension,
        case
            when said.is_pool then said.answer
            else coalesce(project_terms.acting_team_id, team_terms.acting_team_id, said.answer)
        end as answer,
        said.is_pool,
        case when said.is_pool then coalesce(team_terms.acting_team_id, pools.owner_team_id, 'unallocated') end
            as pool_owner_team_id,
        said.evidence,
        said.is_of_project,
        said.cause,
        said.confidence,
        said.place,
        said.priority,
        said.kind_place,
        greatest(said.valid_from, project_terms.valid_from, team_terms.valid_from) as valid_from,
        least(said.valid_to, project_terms.valid_to, team_terms.valid_to) as valid_to

    from said

    left join pools
        on said.is_pool and said.answer = pools.pool_id

    left join projects_beside
        using (billing_period, charge_group_id, dimension, answer, is_pool, is_of_project, place, valid_from, valid_to)

    left join project_terms
        on projects_beside.answer = project_terms.team_id and projects_beside.project_id = project_terms.project_id

    left join team_terms
        on said.dimension = 'team' and projects_beside.project_id is null
            and case when said.is_pool then pools.owner_team_id else said.answer end = team_terms.team_id

)

select * from candidates where valid_from < valid_to
