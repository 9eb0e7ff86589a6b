{{ config(materialized='view') }}

with

resource_words as (

    select * from {{ ref('int_ownership__resource_words') }}

),

spellings as (

    select * from {{ ref('int_ownership__spellings') }}

),

names_found as (

    select
        resource_words.resource_key,
        spellings.dimension,
        resource_words.signal,
        spellings.answer,
        min_by(resource_words.words, (-length(spellings.folded), resource_words.words)) as clue,
        max(length(spellings.folded)) as letters

    from resource_words

    inner join spellings
        on {{ fold('resource_words.words') }} = spellings.folded

    group by resource_words.resource_key, spellings.dimension, resource_words.signal, spellings.answer

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
