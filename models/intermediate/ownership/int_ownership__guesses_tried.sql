{{ config(materialized='view') }}

{# Before it is tried, a unanimous guess is as if it had been right this often: things seldom change hands. #}
{% set trust = {'history': (19, 20), 'other': (1, 2)} %}

with

guesses as (

    select * from {{ ref('int_ownership__guesses') }}

),

-- How many others agree, and how much: what guesses of one kind are told apart by.
guesses_classed as (

    select
        *,
        case
            when votes = voters then 1
            when votes >= 0.9 * voters then 2
            when votes >= 0.75 * voters then 3
            when votes >= 0.5 * voters then 4
            else 5
        end as unity,
        case
            when voters = 1 then 1
            when voters <= 3 then 2
            when voters <= 9 then 3
            else 4
        end as crowd

    from guesses

),

-- On a resource whose owner is known a guess can be tried, for it is made without the resource's own tags.
guesses_tried as (

    select
        resource_key,
        dimension,
        signal,
        kind,
        clue,
        answer,
        votes,
        voters,
        count(is_right) over class as tried,
        count(case when is_right then 1 end) over class as found_right

    from guesses_classed

    window class as (partition by dimension, signal, kind, unity, crowd)

),

guesses_scored as (

    select
        *,
        {% set (right, of) = trust.history -%}
        case
            when kind = 'history' then (found_right + {{ right }}.0 * votes / voters) / (tried + {{ of }})
            {% set (right, of) = trust.other -%}
            else (found_right + {{ right }}.0 * votes / voters) / (tried + {{ of }})
        end as score

    from guesses_tried

)

select * from guesses_scored
