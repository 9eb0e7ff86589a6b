{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

statements as (

    select * from {{ ref('int_ownership__usage_statements') }}
    where {{ in_periods() }}

),

accounts as (

    select * from {{ ref('int_ownership__usage_accounts') }}

),

names as (

    select * from {{ ref('int_ownership__names') }}

),

-- The id of a vendor's account is no project's name, unless a register says so: its charges tell whose it is.
statements_named as (

    select
        statements.billing_period,
        statements.usage_date,
        statements.measure,
        case when accounts.sub_account_id is null or project_names.is_registered then project_names.id end
            as stated_project_id,
        accounts.project_id as account_project_id,
        nullif(stage_names.id, 'unknown') as stated_stage,
        accounts.lifecycle_stage as account_stage,
        nullif(activity_names.id, 'unknown') as stated_activity,
        accounts.ai_activity as account_activity,
        statements.quantity

    from statements

    left join accounts
        on statements.billing_period = accounts.billing_period
            and statements.usage_date = accounts.usage_date
            and statements.feed = accounts.feed
            and statements.account_id = accounts.account_id
            and statements.sub_account_id = accounts.sub_account_id

    left join names as project_names
        on statements.project = project_names.stated_value and project_names.dimension = 'project'

    left join names as stage_names
        on statements.lifecycle_stage = stage_names.stated_value and stage_names.dimension = 'lifecycle_stage'

    left join names as activity_names
        on statements.ai_activity = activity_names.stated_value and activity_names.dimension = 'ai_activity'

),

usage_owned as (

    select
        billing_period,
        usage_date,
        coalesce(stated_project_id, account_project_id, 'unallocated') as project_id,
        coalesce(stated_stage, account_stage, 'unknown') as lifecycle_stage,
        coalesce(stated_activity, account_activity, 'unknown') as ai_activity,
        measure,
        cast(sum(quantity) as decimal(38, 12)) as quantity

    from statements_named

    group by all

)

select * from usage_owned
