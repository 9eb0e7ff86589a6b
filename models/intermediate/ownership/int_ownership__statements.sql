{{ config(materialized='view') }}

with

groups as (

    select * from {{ ref('int_charges__groups') }}

),

tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}

),

-- What a register states (a seat's team, an hour's project) is stated as a tag states it.
statements as (

    select
        groups.billing_period,
        groups.charge_group_id,
        coalesce(groups.stated_team, tag_statements.team) as team,
        coalesce(groups.stated_project, tag_statements.project) as project,
        tag_statements.lifecycle_stage,
        coalesce(groups.stated_activity, tag_statements.ai_activity) as ai_activity,
        groups.activity_hint,
        groups.pool_id

    from groups

    left join tag_statements
        on groups.billing_period = tag_statements.billing_period
            and groups.tags = tag_statements.tags

)

select * from statements
