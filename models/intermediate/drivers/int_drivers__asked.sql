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

measures_asked as (

    select distinct
        driver,
        feed,
        {{ model_key('model_name') }} as model_key,
        {{ measure_asked('driver', 'model_name') }} as measure

    from pool_drivers

),

-- Most of what tools measure no policy weighs by: what nobody asks for is not asked whose it is.
asked as (

    select
        daily.billing_period,
        daily.usage_date,
        daily.feed,
        daily.account_id,
        measures_asked.measure,
        daily.stated_team,
        daily.stated_project,
        daily.stated_stage,
        daily.stated_activity,
        daily.tags,
        daily.quantity

    from daily

    inner join measures_asked
        on daily.driver = measures_asked.driver
            and daily.feed = measures_asked.feed
            and coalesce(
                {{ model_key('daily.model_name') }} = measures_asked.model_key, measures_asked.model_key is null
            )

)

select * from asked
