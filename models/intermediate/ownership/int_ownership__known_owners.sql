with

answers_known as (

    select * from {{ ref('int_ownership__answers_known') }}

),

known_owners as (

    select
        resource_key,
        dimension,
        min(kin) as kin,
        min_by(first_answer, (first_known_from, first_answer)) as first_answer,
        max_by(answer, (known_from, answer)) as answer,
        max(known_from) as known_from,
        count(*) as months_known

    from answers_known

    group by resource_key, dimension

)

select * from known_owners
