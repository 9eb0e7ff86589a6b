{{ config(materialized='view') }}

with

license_days as (

    select * from {{ ref('int_charges__license_days') }}

),

assignments as (

    select * from {{ ref('stg_licenses__assignments') }}

),

copilot_seats as (

    select * from {{ ref('int_charges__copilot_seats') }}

),

seats_registered as (

    select
        license_days.license_id,
        license_days.charge_date,
        assignments.team_id as stated_team,
        assignments.project_id as stated_project,
        assignments.seats

    from license_days

    inner join assignments
        on license_days.license_id = assignments.license_id
            and license_days.charge_date >= assignments.assigned_from_date
            and license_days.charge_date <= coalesce(assignments.assigned_to_date, date '9999-12-31')

    where assignments.seats > 0

),

all_seats as (

    select license_id, charge_date, stated_team, stated_project, seats from seats_registered
    union all
    select license_id, charge_date, team_id, null, seats from copilot_seats

),

seats_assigned as (

    select
        license_id,
        charge_date,
        stated_team,
        stated_project,
        sum(seats) as seats

    from all_seats

    group by license_id, charge_date, stated_team, stated_project

)

select * from seats_assigned
