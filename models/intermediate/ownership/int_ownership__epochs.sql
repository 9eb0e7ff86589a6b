with

rules as (

    select * from {{ ref('ownership_rules') }}

),

-- Between two neighbouring cuts no rule begins or ends, so an owner does not change.
cuts as (

    select date '0001-01-01' as cut_date
    union
    select valid_from from rules where valid_from is not null
    union
    select valid_to from rules where valid_to is not null

),

epochs as (

    select
        cut_date as valid_from,
        lead(cut_date, 1, date '9999-12-31') over (order by cut_date) as valid_to

    from cuts

)

select * from epochs
