{{ config(materialized='view') }}

with

clues as (

    select * from {{ ref('int_ownership__clues') }}

),

known_owners as (

    select * from {{ ref('int_ownership__known_owners') }}

),

names_met as (

    select * from {{ ref('int_ownership__names_met') }}

),

votes as (

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
    from votes
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

    inner join votes_telling
        on clues.signal = votes_telling.signal
            and clues.kind = votes_telling.kind
            and clues.clue = votes_telling.clue

    left join known_owners
        on clues.resource_key = known_owners.resource_key and votes_telling.dimension = known_owners.dimension

),

-- Of all words the one that points to one owner most clearly, and so on.
clearest_votes as (

    select
        *,
        row_number() over (
            partition by resource_key, dimension, signal, kind
            order by votes / (voters + 1.0) desc, votes desc, clue asc, answer asc
        ) as place

    from votes_of_others

    where votes > 0

),

guesses as (

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
        months_known, months_known, case when months_known > 1 then first_answer = answer end, kin
    from known_owners

)

select * from guesses
