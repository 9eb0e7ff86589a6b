{{ config(materialized='view') }}

with

license_days as (

    select * from {{ ref('int_charges__license_days') }}

),

seats_assigned as (

    select * from {{ ref('int_charges__seats_assigned') }}

),

-- Shelfware stays in sight: seats nobody uses are a pool of their own.
seats_unused as (

    select
        license_days.license_id,
        license_days.charge_date,
        cast(null as varchar) as stated_team,
        cast(null as varchar) as stated_project,
        'unused_seats' as pool_id,
        any_value(license_days.seats) - coalesce(sum(seats_assigned.seats), 0) as seats

    from license_days

    left join seats_assigned
        on license_days.license_id = seats_assigned.license_id
            and license_days.charge_date = seats_assigned.charge_date

    group by license_days.license_id, license_days.charge_date

),

seats_held as (

    select license_id, charge_date, stated_team, stated_project, cast(null as varchar) as pool_id, seats
    from seats_assigned
    union all
    select license_id, charge_date, stated_team, stated_project, pool_id, seats from seats_unused where seats > 0

),

seats_weighed as (

    select
        *,
        seats / sum(seats) over (partition by license_id, charge_date) as share,
        row_number() over (
            partition by license_id, charge_date
            order by seats desc, pool_id asc nulls first, stated_team asc, stated_project asc
        ) = 1 as is_last

    from seats_held

),

license_days_split as (

    select
        license_days.delivery_id,
        license_days.billing_period,
        license_days.charge_date,
        license_days.license_id,
        license_days.provider_name,
        license_days.service_name,
        license_days.billing_currency,
        seats_weighed.stated_team,
        seats_weighed.stated_project,
        seats_weighed.pool_id,
        seats_weighed.seats,
        {{ split_exactly(
            'license_days.effective_cost', 'seats_weighed.share', 'seats_weighed.is_last',
            ['license_days.license_id', 'license_days.charge_date']
        ) }} as effective_cost

    from license_days

    inner join seats_weighed
        on license_days.license_id = seats_weighed.license_id
            and license_days.charge_date = seats_weighed.charge_date

)

select * from license_days_split
