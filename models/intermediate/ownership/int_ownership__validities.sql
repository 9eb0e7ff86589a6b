{{ config(materialized='view') }}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

candidates as (

    select * from {{ ref('int_ownership__candidates') }}
    where {{ in_periods() }}

),

-- Between two neighbouring cuts nothing that is said of a charge group begins or ends, so its owner does not change.
cuts as (

    select billing_period, charge_group_id, date '0001-01-01' as cut_date from groups
    union
    select billing_period, charge_group_id, valid_from from candidates
    union
    select billing_period, charge_group_id, valid_to from candidates where valid_to < date '9999-12-31'

),

validities as (

    select
        billing_period,
        charge_group_id,
        cut_date as valid_from,
        lead(cut_date, 1, date '9999-12-31') over (
            partition by billing_period, charge_group_id order by cut_date
        ) as valid_to

    from cuts

)

select * from validities
