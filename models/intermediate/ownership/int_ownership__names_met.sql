{{ config(materialized='view') }}

with

resource_words as (

    select * from {{ ref('int_ownership__resource_words') }}

),

known_owners as (

    select * from {{ ref('int_ownership__known_owners') }}

),

projects as (

    select * from {{ ref('projects') }}

),

names as (

    select 'team' as dimension, team_id as answer, team_id as name from {{ ref('teams') }}
    union all
    select 'team', team_id, team_name from {{ ref('teams') }}
    union all
    select 'project', project_id, project_id from projects
    union all
    select 'project', project_id, project_name from projects
    union all
    select 'team', team_id, project_id from projects
    union all
    select 'team', team_id, project_name from projects
    union all
    select dimension, canonical_value, tag_value from {{ ref('tag_values') }}
    union all
    select dimension, answer, answer from known_owners

),

names_folded as (

    select distinct
        dimension,
        answer,
        {{ fold('name') }} as name

    from names

    where dimension <> 'ai_activity' and answer is not null and length({{ fold('name') }}) > 2

),

names_found as (

    select
        resource_words.resource_key,
        names_folded.dimension,
        resource_words.signal,
        names_folded.answer,
        min_by(resource_words.words, (-length(names_folded.name), resource_words.words)) as clue,
        max(length(names_folded.name)) as letters

    from resource_words

    inner join names_folded
        on {{ fold('resource_words.words') }} = names_folded.name

    group by resource_words.resource_key, names_folded.dimension, resource_words.signal, names_folded.answer

),

-- The longest name is the one that was meant.
names_met as (

    select
        resource_key,
        dimension,
        signal,
        clue,
        answer,
        count(*) over resource_of_dimension as answers,
        row_number() over (resource_of_dimension order by letters desc, answer asc) as place

    from names_found

    window resource_of_dimension as (partition by resource_key, dimension, signal)

),

names_believed as (

    select resource_key, dimension, signal, clue, answer, answers from names_met where place = 1

)

select * from names_believed
