with

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

projects as (

    select * from {{ ref('projects') }}

),

projects_held as (

    select
        projects.project_id,
        coalesce(team_terms.acting_team_id, projects.team_id) as acting_team_id,
        greatest(coalesce(projects.valid_from, date '0001-01-01'), team_terms.valid_from) as valid_from,
        least(coalesce(projects.valid_to, date '9999-12-31'), team_terms.valid_to) as valid_to

    from projects

    left join team_terms
        on projects.team_id = team_terms.team_id

    where {{ is_said('projects.team_id') }}

),

projects_handed_on as (

    select distinct team_terms.team_id, projects.project_id
    from team_terms
    inner join projects on team_terms.team_id = projects.team_id
    where team_terms.acting_team_id <> team_terms.team_id

),

-- Between two neighbouring cuts neither the team's successor nor the project's team changes.
cuts as (

    select projects_handed_on.team_id, projects_handed_on.project_id, team_terms.valid_from as cut_date
    from projects_handed_on
    inner join team_terms on projects_handed_on.team_id = team_terms.team_id
    {% for cut in ['valid_from', 'valid_to'] -%}
    union
    select projects_handed_on.team_id, projects_handed_on.project_id, projects_held.{{ cut }}
    from projects_handed_on
    inner join projects_held on projects_handed_on.project_id = projects_held.project_id
    where projects_held.valid_from < projects_held.valid_to and projects_held.{{ cut }} < date '9999-12-31'
    {% endfor %}

),

stretches as (

    select
        team_id,
        project_id,
        cut_date as valid_from,
        lead(cut_date, 1, date '9999-12-31') over (partition by team_id, project_id order by cut_date) as valid_to

    from cuts

),

-- While the team lives it has what names it, whoever the register names.
project_terms as (

    select
        stretches.team_id,
        stretches.project_id,
        case
            when team_terms.acting_team_id = stretches.team_id then stretches.team_id
            else coalesce(projects_held.acting_team_id, team_terms.acting_team_id)
        end as acting_team_id,
        stretches.valid_from,
        stretches.valid_to

    from stretches

    inner join team_terms
        on stretches.team_id = team_terms.team_id
            and stretches.valid_from >= team_terms.valid_from
            and stretches.valid_from < team_terms.valid_to

    left join projects_held
        on stretches.project_id = projects_held.project_id
            and stretches.valid_from >= projects_held.valid_from
            and stretches.valid_from < projects_held.valid_to

)

select * from project_terms
