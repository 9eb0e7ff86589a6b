{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set smallest = var('smallest_group_of_people') | int -%}
with

hours as (

    select * from {{ ref('int_drivers__hours') }}
    where {{ in_periods() }}

),

person_days as (

    select
        billing_period,
        usage_date,
        stated_project,
        user_hash,
        min(delivery_id) as delivery_id

    from hours

    group by billing_period, usage_date, stated_project, user_hash

    having sum(quantity) > 0

),

-- A day of few people tells who was there: they are counted, and not said with which project.
person_days_shown as (

    select
        billing_period,
        usage_date,
        case
            when {{ distinct_within('user_hash', 'usage_date, stated_project') }} >= {{ smallest }} then stated_project
        end as project_shown,
        user_hash,
        delivery_id

    from person_days

),

headcount as (

    select
        billing_period,
        usage_date,
        'timesheets' as feed,
        'headcount' as driver,
        'person' as unit,
        cast(count(distinct user_hash) as decimal(38, 12)) as quantity,
        'timesheets' as account_id,
        'internal' as provider_name,
        cast(null as varchar) as resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        cast(null as varchar) as user_hash,
        cast(null as varchar) as stated_team,
        project_shown as stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        cast(null as varchar) as tags,
        min(delivery_id) as delivery_id

    from person_days_shown

    group by billing_period, usage_date, project_shown

)

select * from headcount
