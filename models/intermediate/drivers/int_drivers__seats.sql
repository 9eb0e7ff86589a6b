{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

seats_assigned as (

    select * from {{ ref('int_charges__seats_assigned') }}

),

license_days as (

    select
        license_id,
        charge_date,
        min(billing_period) as billing_period,
        min(provider_name) as provider_name,
        min(delivery_id) as delivery_id

    from {{ ref('int_charges__license_days') }}

    where {{ in_periods() }}

    group by license_id, charge_date

),

seats as (

    select
        license_days.billing_period,
        license_days.charge_date as usage_date,
        'licenses' as feed,
        'seats' as driver,
        'seat' as unit,
        cast(seats_assigned.seats as decimal(38, 12)) as quantity,
        seats_assigned.license_id as account_id,
        license_days.provider_name,
        cast(null as varchar) as resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        cast(null as varchar) as user_hash,
        seats_assigned.stated_team,
        seats_assigned.stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        cast(null as varchar) as tags,
        license_days.delivery_id

    from seats_assigned

    inner join license_days
        on seats_assigned.license_id = license_days.license_id
            and seats_assigned.charge_date = license_days.charge_date

)

select * from seats
