{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

openai_usage as (

    select * from {{ ref('int_drivers__openai_usage') }}

),

anthropic_usage as (

    select * from {{ ref('int_drivers__anthropic_usage') }}

),

gateway_requests as (

    select * from {{ ref('int_drivers__gateway_requests') }}

),

generations as (

    select * from {{ ref('int_drivers__generations') }}

),

tokens_united as (

    select * from openai_usage
    union all by name
    select * from anthropic_usage
    union all by name
    select * from gateway_requests
    union all by name
    select * from generations

),

tokens_summed as (

    select
        billing_period,
        usage_date,
        feed,
        driver,
        unit,
        cast(sum(quantity) as decimal(38, 12)) as quantity,
        account_id,
        provider_name,
        resource_id,
        model_name,
        key_id,
        user_hash,
        stated_team,
        stated_project,
        stated_stage,
        stated_activity,
        tags,
        delivery_id

    from tokens_united

    group by all

)

select * from tokens_summed
