{{ config(materialized='view') }}

with

license_days as (

    select * from {{ ref('int_charges__license_days') }}

),

copilot_seats as (

    select * from {{ ref('stg_licenses__copilot_seats') }}

),

-- A contract that is renewed or topped up has the same name and an ending: github-copilot-business-2026-09.
seats_granted as (

    select distinct
        license_days.license_id,
        license_days.charge_date,
        copilot_seats.holder_hash,
        copilot_seats.team_id

    from license_days

    inner join copilot_seats
        on license_days.charge_date >= copilot_seats.assigned_from_date
            and license_days.charge_date < coalesce(copilot_seats.released_date, date '9999-12-31')
            and (
                license_days.license_id = copilot_seats.license_id
                or license_days.license_id like concat(copilot_seats.license_id, '-%')
            )

),

grants_counted as (

    select
        license_id,
        charge_date,
        holder_hash,
        team_id,
        count(team_id) over (partition by license_id, charge_date, holder_hash) as teams

    from seats_granted

),

-- Whoever has the seat from several teams has one seat: each team holds a part, the first what is left.
grants_split as (

    select
        license_id,
        charge_date,
        team_id,
        cast(case
            when row_number() over (partition by license_id, charge_date, holder_hash order by team_id) = 1
                then 1 - {{ divided('1', 'greatest(teams, 1)') }} * (greatest(teams, 1) - 1)
            else {{ divided('1', 'greatest(teams, 1)') }}
        end as decimal(38, 15)) as seats

    from grants_counted

    where team_id is not null or teams = 0

)

select * from grants_split
