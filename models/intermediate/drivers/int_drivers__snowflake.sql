{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

metering as (

    select * from {{ ref('stg_snowflake__metering') }}
    where {{ in_periods() }}

),

drivers_summed as (

    select
        billing_period,
        usage_date,
        'snowflake' as feed,
        'snowflake_credits' as driver,
        'credits' as unit,
        cast(sum(credits_used) as decimal(38, 12)) as quantity,
        coalesce(account_id, sub_account_name) as account_id,
        'Snowflake' as provider_name,
        resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        cast(null as varchar) as user_hash,
        cast(null as varchar) as stated_team,
        cast(null as varchar) as stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        {{ json_tags({'account': 'sub_account_name', 'service': 'service_name'}) }} as tags,
        delivery_id

    from metering

    group by all

)

select * from drivers_summed
