-- Named apart from the policy seed of the same word, which dbt would confuse it with.
{{ config(alias='projects') }}

with

costs as (

    select * from {{ ref('monthly_costs') }}

),

projects_listed as (

    select * from {{ ref('projects') }}

),

projects_dated as (

    select
        project_id,
        project_name,
        team_id,
        lifecycle_stage,
        row_number() over (partition by project_id order by coalesce(valid_from, date '0001-01-01') desc) as place

    from projects_listed

),

projects_registered as (

    select
        project_id,
        project_name,
        team_id,
        lifecycle_stage

    from projects_dated

    where place = 1

),

projects_seen as (

    select distinct project_id from costs
    union
    select project_id from projects_registered

),

projects_described as (

    select
        projects_seen.project_id,
        coalesce(projects_registered.project_name, projects_seen.project_id) as project_name,
        projects_registered.team_id,
        projects_registered.lifecycle_stage,
        projects_registered.project_id is not null as is_registered

    from projects_seen

    left join projects_registered
        on projects_seen.project_id = projects_registered.project_id

)

select * from projects_described
