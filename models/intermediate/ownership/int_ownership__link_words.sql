{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set stated = {
    'team': 'stated_team', 'project': 'stated_project', 'lifecycle_stage': 'stated_stage', 'ai_activity': 'stated_activity',
} %}

with

uses as (

    select * from {{ ref('int_ownership__link_uses') }}

),

tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}
    where place = 1 and {{ in_periods() }}

),

-- A use that says nothing of a dimension is a use all the same: its word is null. The run that made a model says whose
-- the model is, and not at which stage or for what it is used.
link_words as (

    {% for dimension, column in stated.items() -%}
    select distinct
        uses.billing_period,
        uses.kind,
        uses.id,
        uses.feed,
        '{{ dimension }}' as dimension,
        coalesce(uses.{{ column }}, tag_statements.stated_value) as stated_value
    from uses
    left join tag_statements
        on uses.billing_period = tag_statements.billing_period
            and uses.tags = tag_statements.tags
            and tag_statements.dimension = '{{ dimension }}'
    {% if dimension in ('lifecycle_stage', 'ai_activity') -%}
    where uses.kind <> 'model_version'
    {% endif -%}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from link_words
