{{ config(materialized='view') }}

with

link_words as (

    select * from {{ ref('int_ownership__link_words') }}
    where {{ in_periods() }}

),

names as (

    select * from {{ ref('int_ownership__names') }}

),

-- Whoever used it says the same, or it is a link to nobody: what several use is shared, which is not for a link to do.
links as (

    select
        link_words.billing_period,
        link_words.kind,
        link_words.id,
        link_words.dimension,
        min(names.id) as answer,
        min(link_words.feed) as feed

    from link_words

    left join names
        on link_words.dimension = names.dimension
            and link_words.stated_value = names.stated_value

    group by link_words.billing_period, link_words.kind, link_words.id, link_words.dimension

    having count(*) = count(names.id)
        and min(names.id) = max(names.id)
        and min(names.id) <> 'unknown'

)

select * from links
