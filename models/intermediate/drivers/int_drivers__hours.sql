{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

hours as (

    select * from {{ ref('int_charges__hours') }}
    where {{ in_periods() }}

),

hours_summed as (

    select
        billing_period,
        charge_date as usage_date,
        'timesheets' as feed,
        'hours' as driver,
        'hour' as unit,
        cast(sum(hours_worked) as decimal(38, 12)) as quantity,
        'timesheets' as account_id,
        'internal' as provider_name,
        cast(null as varchar) as resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        person_hash as user_hash,
        cast(null as varchar) as stated_team,
        project_name as stated_project,
        cast(null as varchar) as stated_stage,
        activity_name as stated_activity,
        {{ json_tags({'role': 'role'}, 'tags') }} as tags,
        delivery_id

    from hours

    group by all

)

select * from hours_summed
