{{ config(materialized='view') }}

with

daily as (

    select * from {{ ref('int_drivers__daily') }}
    where {{ in_periods() }}

),

pool_drivers as (

    select * from {{ ref('pool_drivers') }}
    where driver not in ('gpu_hours', 'tokens')

),

-- Most of what tools measure no policy weighs by: what nobody asks for is not asked whose it is.
asked as (

    select
        billing_period,
        usage_date,
        feed,
        account_id,
        driver as measure,
        stated_team,
        stated_project,
        stated_stage,
        stated_activity,
        tags,
        quantity

    from daily

    where
        exists (
            select 1 from pool_drivers
            where pool_drivers.driver = daily.driver and pool_drivers.feed = daily.feed
        )

)

select * from asked
