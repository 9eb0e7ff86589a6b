{{ config(materialized='view') }}

{% set registered = {'team': 'stated_team', 'project': 'stated_project', 'ai_activity': 'stated_activity'} %}

with

groups as (

    select * from {{ ref('int_charges__groups') }}

),

tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}

),

-- A seat's team, an hour's project.
statements_of_registers as (

    {% for dimension, column in registered.items() -%}
    select
        billing_period,
        charge_group_id,
        '{{ dimension }}' as dimension,
        {{ column }} as stated_value,
        'register' as evidence,
        feed as cause,
        1 as place
    from groups
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

statements_of_tags as (

    select
        groups.billing_period,
        groups.charge_group_id,
        tag_statements.dimension,
        tag_statements.stated_value,
        'tag' as evidence,
        tag_statements.tag_key as cause,
        tag_statements.place

    from groups

    inner join tag_statements
        on groups.billing_period = tag_statements.billing_period
            and groups.tags = tag_statements.tags

    where tag_statements.dimension in ('team', 'project', 'lifecycle_stage', 'ai_activity')

),

statements as (

    select * from statements_of_registers
    union all
    select * from statements_of_tags

)

select * from statements
