{{ config(materialized='view') }}

{#
    How a tool names what its use was of: the column of the driver, and what that is called in tag_keys.csv. A machine has
    one name for its cluster and its bill.
#}
{% set ids = [
    (machine_id('resource_id'), 'resource'), ('resource_id', 'job'), ('key_id', 'api_key'),
    (json_text('tags', 'namespace'), 'namespace'), (json_text('tags', 'pod'), 'pod'),
    (json_text('tags', 'run_id'), 'run'), (profile_of('model_name'), 'inference_profile'),
] %}

with

drivers as (

    select * from {{ ref('int_drivers__daily') }}
    where {{ in_periods() }}

),

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

quantities as (

    select * from {{ ref('int_drivers__quantities') }}
    where {{ in_periods() }}

),

version_runs as (

    select * from {{ ref('int_drivers__version_runs') }}

),

months as (

    select billing_period from groups
    union
    select billing_period from quantities

),

-- A version serves long after its run, and is written with and without the scheme of its address.
uses_of_versions as (

    {% for scheme in ['', 'models:/'] -%}
    select
        months.billing_period,
        'model_version' as kind,
        concat('{{ scheme }}', version_runs.model_version) as id,
        'mlflow' as feed,
        version_runs.stated_team,
        version_runs.stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        version_runs.tags
    from version_runs
    cross join months
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- What nobody used says nothing of whose it is.
uses_of_drivers as (

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

),

uses as (

    select * from uses_of_drivers
    union all
    select * from uses_of_versions

)

select * from uses
