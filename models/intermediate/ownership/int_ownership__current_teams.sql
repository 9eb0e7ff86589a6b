with

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

projects as (

    select * from {{ ref('projects') }}

),

teams_today as (

    select
        team_id,
        acting_team_id as current_team_id

    from team_terms

    where valid_to = date '9999-12-31'

),

projects_today as (

    select
        projects.project_id,
        max_by(
            coalesce(teams_today.current_team_id, projects.team_id), coalesce(projects.valid_from, date '0001-01-01')
        ) as current_team_id

    from projects

    left join teams_today
        on projects.team_id = teams_today.team_id

    where projects.team_id is not null

    group by projects.project_id

),

-- Whoever answered for a project by its register, and whoever carried on for them.
project_holders as (

    select distinct
        projects.project_id,
        coalesce(team_terms.acting_team_id, projects.team_id) as team_id

    from projects

    left join team_terms
        on projects.team_id = team_terms.team_id

    where projects.team_id is not null

),

current_teams as (

    select
        team_id,
        cast(null as varchar) as project_id,
        current_team_id

    from teams_today

    union all

    select
        project_holders.team_id,
        project_holders.project_id,
        projects_today.current_team_id

    from project_holders

    inner join projects_today
        on project_holders.project_id = projects_today.project_id

)

select * from current_teams
