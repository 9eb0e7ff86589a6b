{{ config(materialized='view') }}

with

evidence as (

    select * from {{ ref('int_ownership__evidence') }}

),

projects as (

    select * from {{ ref('projects') }}

),

said_directly as (

    select * from {{ ref('int_ownership__said_by_charges') }}
    union all
    select * from {{ ref('int_ownership__said_by_links') }}
    union all
    select * from {{ ref('int_ownership__said_by_policy') }}

),

said_placed as (

    select
        said_directly.*,
        false as is_of_project,
        evidence.place,
        evidence.kind_place

    from said_directly

    inner join evidence
        on said_directly.evidence = evidence.evidence

),

-- Whoever names a project names the team that answers for it, and the stage it is in, by its register.
of_projects as (

    {% for dimension, column in {'team': 'team_id', 'lifecycle_stage': 'lifecycle_stage'}.items() -%}
    select
        said_placed.billing_period,
        said_placed.charge_group_id,
        '{{ dimension }}' as dimension,
        projects.{{ column }} as answer,
        false as is_pool,
        said_placed.evidence,
        said_placed.cause,
        said_placed.priority,
        said_placed.confidence,
        greatest(said_placed.valid_from, coalesce(projects.valid_from, date '0001-01-01')) as valid_from,
        least(said_placed.valid_to, coalesce(projects.valid_to, date '9999-12-31')) as valid_to,
        true as is_of_project,
        said_placed.place,
        said_placed.kind_place
    from said_placed
    inner join projects on said_placed.answer = projects.project_id
    where said_placed.dimension = 'project' and {{ is_said('projects.' ~ column) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

said as (

    select * from said_placed
    union all
    select * from of_projects

)

select * from said
