{{ config(materialized='view') }}

{# How a tool names what its use was of: the column of the driver, and what that is called in tag_keys.csv. #}
{% set ids = [
    ('resource_id', 'resource'), ('resource_id', 'job'), ('key_id', 'api_key'),
    (json_text('tags', 'namespace'), 'namespace'), (json_text('tags', 'pod'), 'pod'),
    (json_text('tags', 'run_id'), 'run'),
] %}

with

drivers as (

    select * from {{ ref('int_drivers__daily') }}
    where {{ in_periods() }}

),

-- What nobody used says nothing of whose it is.
uses as (

    {% for column, kind in ids -%}
    select distinct
        billing_period,
        '{{ kind }}' as kind,
        {{ column }} as id,
        feed,
        stated_team,
        stated_project,
        stated_stage,
        stated_activity,
        tags
    from drivers
    where {{ column }} is not null and driver not like '%_idle'
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from uses
