{{ config(materialized='view') }}

with

clues as (

    select * from {{ ref('int_ownership__clues') }}

),

known_owners as (

    select * from {{ ref('int_ownership__known_owners') }}

),

resources_asked as (

    select * from {{ ref('int_ownership__resources_asked') }}

),

votes_counted as (

    select
        clues.signal,
        clues.kind,
        clues.clue,
        known_owners.dimension,
        known_owners.answer,
        count(*) as votes,
        sum(count(*)) over clue_of_dimension as voters,
        max(count(*)) over clue_of_dimension as first_votes,
        row_number() over (clue_of_dimension order by count(*) desc, known_owners.answer asc) as place

    from clues

    inner join known_owners
        on clues.resource_key = known_owners.resource_key

    group by clues.signal, clues.kind, clues.clue, known_owners.dimension, known_owners.answer

    window clue_of_dimension as (partition by clues.signal, clues.kind, clues.clue, known_owners.dimension)

),

-- Of the many words of an id most are everybody's.
votes_telling as (

    select *
    from votes_counted
    where place <= 2 and (kind <> 'word' or first_votes >= 0.5 * voters)

),

-- A resource has no vote on itself: of the two answers with most votes one is still first without it.
votes_of_others as (

    select
        clues.resource_key,
        votes_telling.dimension,
        votes_telling.signal,
        votes_telling.kind,
        votes_telling.clue,
        votes_telling.answer,
        known_owners.answer = votes_telling.answer as is_right,
        known_owners.kin,
        votes_telling.votes - coalesce(cast(known_owners.answer = votes_telling.answer as integer), 0) as votes,
        votes_telling.voters - cast(known_owners.answer is not null as integer) as voters

    from clues

    inner join resources_asked
        on clues.resource_key = resources_asked.resource_key

    inner join votes_telling
        on clues.signal = votes_telling.signal
            and clues.kind = votes_telling.kind
            and clues.clue = votes_telling.clue

    left join known_owners
        on clues.resource_key = known_owners.resource_key and votes_telling.dimension = known_owners.dimension

)

select * from votes_of_others
