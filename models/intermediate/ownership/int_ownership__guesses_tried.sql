{{ config(materialized='view') }}

{#
    A kind of guess begins as if it had been right this often, of so many: things seldom change hands. What it was right
    of all times it was tried then counts for a class of its own as much as this many trials of the class.
#}
{% set trust = {'history': (19, 20), 'other': (1, 2)} %}
{% set inherited = 4 %}
{% set class = 'dimension, signal, kind, unity, crowd' %}

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
            when kind = 'history' or voters = 1 then 1
            when voters <= 3 then 2
            when voters <= 9 then 3
            else 4
        end as crowd

    from guesses

),

-- Where the owner is known a guess can be tried, for it is made without the resource's own tags.
-- A hundred machines of one cluster prove less than ten of ten clusters: kin count as the root of their number.
guesses_weighed as (

    select
        *,
        case when is_right is not null then 1 / sqrt(count(is_right) over (partition by {{ class }}, kin)) end as weight

    from guesses_classed

),

guesses_tried as (

    select
        *,
        count(is_right) over class as tried,
        count(case when is_right then 1 end) over class as found_right,
        coalesce(sum(weight) over class, 0) as weight_tried,
        coalesce(sum(case when is_right then weight end) over class, 0) as weight_right,
        coalesce(sum(weight) over kind_of_guess, 0) as kind_tried,
        coalesce(sum(case when is_right then weight end) over kind_of_guess, 0) as kind_right,
        case kind when 'history' then {{ trust.history[0] }} else {{ trust.other[0] }} end as trusted_right,
        case kind when 'history' then {{ trust.history[1] }} else {{ trust.other[1] }} end as trusted_tried

    from guesses_weighed

    window
        class as (partition by {{ class }}),
        kind_of_guess as (partition by dimension, signal, kind)

),

guesses_scored as (

    select
        resource_key,
        dimension,
        signal,
        kind,
        clue,
        answer,
        votes,
        voters,
        tried,
        found_right,
        -- Nothing is certain, and nothing impossible.
        greatest(0.000001, least(0.999999, round(
            (weight_right + {{ inherited }} * (kind_right + trusted_right) / (kind_tried + trusted_tried))
            / (weight_tried + {{ inherited }}),
            6
        ))) as score

    from guesses_tried

)

select * from guesses_scored
