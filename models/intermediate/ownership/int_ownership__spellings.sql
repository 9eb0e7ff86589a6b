{{ config(materialized='view') }}

with

known_owners as (

    select * from {{ ref('int_ownership__known_owners') }}

),

projects as (

    select * from {{ ref('projects') }}

),

teams as (

    select * from {{ ref('teams') }}

),

tag_values as (

    select * from {{ ref('tag_values') }}

),

names_spelled as (

    select 'team' as dimension, team_id as answer, team_id as spelling from teams
    union all
    select 'team', team_id, team_name from teams
    union all
    select 'project', project_id as answer, project_id as spelling from projects
    union all
    select 'project', project_id, project_name from projects
    union all
    select 'team', team_id, project_id from projects
    union all
    select 'team', team_id, project_name from projects
    union all
    select dimension, canonical_value, tag_value from tag_values
    union all
    select dimension, answer, answer as spelling from known_owners

),

spellings as (

    select distinct
        dimension,
        answer,
        {{ fold('spelling') }} as folded

    from names_spelled

    where dimension <> 'ai_activity' and {{ is_said('answer') }} and length({{ fold('spelling') }}) > 2

)

select * from spellings
