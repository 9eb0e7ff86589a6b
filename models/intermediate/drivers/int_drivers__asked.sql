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

-- GPU-hours, tokens and runs are counted once, and are there for whoever asks; not so those of a model.
pool_drivers as (

    select * from {{ ref('pool_drivers') }}
    where model_name is not null
        or not (driver in ('gpu_hours', 'tokens') or (driver = 'runs' and feed = 'mlflow'))

),

measures_asked as (

    select distinct
        driver,
        feed,
        {{ model_key('model_name') }} as model_key,
        {{ measure_asked('driver', 'model_name') }} as measure

    from pool_drivers

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
        measures_asked.measure,
        case
            when measures_asked.model_key is null then used.quantity
            when {{ model_key('used.model_name') }} = measures_asked.model_key then used.quantity
            else 0
        end as quantity

    from used

    inner join measures_asked
        on used.driver = measures_asked.driver
            and coalesce(used.reported_by, '') = coalesce(measures_asked.feed, '')

)

select * from asked
