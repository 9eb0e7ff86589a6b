{{ config(materialized='view') }}

{% set overridden = ['team', 'project', 'lifecycle_stage', 'ai_activity'] %}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

tag_overrides as (

    select * from {{ ref('tag_overrides') }}

),

rule_matches as (

    select * from {{ ref('int_ownership__rule_matches') }}

),

rules as (

    select * from {{ ref('int_ownership__rules') }}

),

overrides as (

    {% for dimension in overridden -%}
    {% set column = dimension ~ '_id' if dimension in ('team', 'project') else dimension -%}
    select
        groups.billing_period,
        groups.charge_group_id,
        '{{ dimension }}' as dimension,
        tag_overrides.{{ column }} as answer,
        false as is_pool,
        'override' as evidence,
        'tag_overrides' as cause,
        cast(null as integer) as priority,
        'strong' as confidence,
        coalesce(tag_overrides.valid_from, date '0001-01-01') as valid_from,
        coalesce(tag_overrides.valid_to, date '9999-12-31') as valid_to
    from groups
    -- A policy is read without blanks around its values; some bills write them.
    inner join tag_overrides on trim(groups.resource_id) = trim(tag_overrides.resource_id)
    where tag_overrides.{{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

ruled as (

    select
        rule_matches.billing_period,
        rule_matches.charge_group_id,
        rules.dimension,
        rules.answer,
        rules.is_pool,
        rules.evidence,
        rules.rule_id as cause,
        rules.priority,
        rules.confidence,
        rules.valid_from,
        rules.valid_to

    from rule_matches

    inner join rules
        on rule_matches.rule_id = rules.rule_id

),

said_by_policy as (

    select * from overrides
    union all
    select * from ruled

)

select * from said_by_policy
