{{ config(materialized='view') }}

with

link_words as (

    select * from {{ ref('int_ownership__link_words') }}
    where {{ in_periods() }}

),

names as (

    select * from {{ ref('int_ownership__names') }}

),

-- A tool that knows no owners at all (of a GPU, say), or calls them unallocated, has nothing to say of the id.
feeds_heard as (

    select
        link_words.billing_period,
        link_words.kind,
        link_words.id,
        link_words.dimension,
        link_words.feed,
        min(names.id) as first_answer,
        max(names.id) as last_answer,
        count(*) = count(names.id) as is_complete

    from link_words

    left join names
        on link_words.dimension = names.dimension
            and link_words.stated_value = names.stated_value
            and {{ is_said('names.id') }}

    group by link_words.billing_period, link_words.kind, link_words.id, link_words.dimension, link_words.feed

    having count(names.id) > 0

),

-- All uses say the same, or it is a link to nobody: what several use is shared, which is not for a link to do.
links as (

    select
        billing_period,
        kind,
        id,
        dimension,
        min(first_answer) as answer,
        min(feed) as feed

    from feeds_heard

    group by billing_period, kind, id, dimension

    having bool_and(is_complete)
        and min(first_answer) = max(last_answer)

)

select * from links
