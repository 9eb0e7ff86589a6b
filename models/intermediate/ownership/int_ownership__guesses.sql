{{ config(materialized='view') }}

with

known_owners as (

    select * from {{ ref('int_ownership__known_owners') }}

),

names_met as (

    select * from {{ ref('int_ownership__names_met') }}

),

votes as (

    select * from {{ ref('int_ownership__votes') }}

),

resources_asked as (

    select * from {{ ref('int_ownership__resources_asked') }}

),

-- Of all words the one that points to one owner most clearly, and so on.
clearest_votes as (

    select
        *,
        row_number() over (
            partition by resource_key, dimension, signal, kind
            order by votes / (voters + 1.0) desc, votes desc, clue asc, answer asc
        ) as place

    from votes

    where votes > 0

),

all_guesses as (

    select resource_key, dimension, signal, kind, clue, answer, votes, voters, is_right, kin
    from clearest_votes
    where place = 1
    union all
    select
        names_met.resource_key, names_met.dimension, names_met.signal, 'name', names_met.clue, names_met.answer,
        1, names_met.answers, known_owners.answer = names_met.answer, known_owners.kin
    from names_met
    left join known_owners
        on names_met.resource_key = known_owners.resource_key and names_met.dimension = known_owners.dimension
    union all
    select
        resource_key, dimension, 'history', 'history', cast(known_from as varchar), answer,
        months_known as votes, months_known as voters, case when months_known > 1 then first_answer = answer end, kin
    from known_owners

),

guesses as (

    select all_guesses.*
    from all_guesses
    inner join resources_asked
        on all_guesses.resource_key = resources_asked.resource_key

)

select * from guesses
