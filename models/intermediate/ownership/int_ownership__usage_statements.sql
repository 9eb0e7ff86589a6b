{{ config(materialized='view') }}

with

quantities as (

    select * from {{ ref('int_drivers__quantities') }}

),

tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}

),

-- What a tool states in a field of its own, it states before its tags.
usage_statements as (

    select
        quantities.billing_period,
        quantities.usage_date,
        quantities.feed,
        quantities.account_id,
        quantities.stated_project as sub_account_id,
        coalesce(quantities.stated_project, tag_statements.project) as project,
        coalesce(quantities.stated_stage, tag_statements.lifecycle_stage) as lifecycle_stage,
        coalesce(quantities.stated_activity, tag_statements.ai_activity) as ai_activity,
        quantities.measure,
        quantities.quantity

    from quantities

    left join tag_statements
        on quantities.billing_period = tag_statements.billing_period
            and quantities.tags = tag_statements.tags

)

select * from usage_statements
