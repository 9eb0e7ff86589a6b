{{ config(materialized='view') }}

with

tokens_weighed as (

    select * from {{ ref('int_drivers__tokens_weighed') }}
    where {{ in_periods() }}

),

tokens_once as (

    select
        billing_period,
        usage_date,
        feed,
        account_id,
        model_name,
        stated_team,
        stated_project,
        stated_stage,
        stated_activity,
        tags,
        cast({{ tokens_counted() }} as decimal(38, 12)) as quantity

    from tokens_weighed

)

select * from tokens_once where quantity <> 0
