{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{#
    What is counted once over all tools has a name of its own; the rest goes by the name that its tool's driver has. Of what
    a tracker knows the number of runs is there for whoever asks, and their hours for policies alone.
#}
{% set measures = {
    'int_drivers__gpu_hours_held': "'gpu_hours'", 'int_drivers__tokens_once': "'tokens'",
    'int_drivers__asked': 'measure', 'int_drivers__dominant': 'measure', 'int_drivers__gpu_steps': 'measure',
    'int_drivers__estimates': 'measure', 'int_drivers__runs': 'driver',
} -%}
{% set kept = {'int_drivers__runs': " where driver = 'runs' and " ~ in_periods()} -%}
with

{% for model in measures -%}
{{ model | replace('int_drivers__', '') }} as (

    select * from {{ ref(model) }}{{ kept.get(model, '') }}

),

{% endfor -%}
quantities as (

    {% for model, measure in measures.items() -%}
    select
        billing_period,
        usage_date,
        feed,
        account_id,
        {{ measure }} as measure,
        stated_team,
        stated_project,
        stated_stage,
        stated_activity,
        tags,
        cast(sum(quantity) as decimal(38, 12)) as quantity

    from {{ model | replace('int_drivers__', '') }}

    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from quantities
