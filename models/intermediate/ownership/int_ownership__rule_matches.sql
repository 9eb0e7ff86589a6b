{{ config(materialized='view') }}

with

group_fields as (

    select * from {{ ref('int_ownership__group_fields') }}

),

value_matches as (

    select * from {{ ref('int_ownership__value_matches') }}

),

rules as (

    select * from {{ ref('ownership_rules') }}

),

rule_matches as (

    select
        group_fields.billing_period,
        group_fields.charge_group_id,
        value_matches.rule_id

    from group_fields

    inner join value_matches
        on group_fields.field = value_matches.field
            and group_fields.field_value = value_matches.field_value

    inner join rules
        on value_matches.rule_id = rules.rule_id
            and group_fields.feed = coalesce(rules.feed, group_fields.feed)

)

select * from rule_matches
