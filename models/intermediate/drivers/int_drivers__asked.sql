{{ config(materialized='view') }}

{% set words = 'billing_period, usage_date, feed, account_id, stated_team, stated_project, stated_stage,'
    ~ ' stated_activity, tags' %}

with

daily as (

    select * from {{ ref('int_drivers__daily') }}
    where {{ in_periods() }}

),

tokens_once as (

    select * from {{ ref('int_drivers__tokens_once') }}

),

pool_drivers as (

    select * from {{ ref('pool_drivers') }}

),

-- GPU-hours and tokens are counted once over all tools, and are there for whoever asks; not so those of a model.
drivers_asked as (

    select distinct
        driver,
        feed,
        model

    from pool_drivers

    where driver not in ('gpu_hours', 'tokens') or model is not null

),

used as (

    select {{ words }}, driver, feed as reported_by, model_name, quantity from daily
    union all
    select {{ words }}, 'tokens' as driver, null as reported_by, model_name, quantity from tokens_once

),

-- Most of what tools measure no policy weighs by: what nobody asks for is not asked whose it is. Where other models
-- were used, it is known that this one was not.
asked as (

    select
        {% for word in words.split(', ') -%}
        used.{{ word }},
        {% endfor -%}
        {{ measure_of('drivers_asked.driver', 'drivers_asked.model') }} as measure,
        case
            when drivers_asked.model is null then used.quantity
            when lower(used.model_name) like lower(drivers_asked.model) then used.quantity
            else 0
        end as quantity

    from used

    inner join drivers_asked
        on used.driver = drivers_asked.driver
            and coalesce(used.reported_by, '') = coalesce(drivers_asked.feed, '')

)

select * from asked
