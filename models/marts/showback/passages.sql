{{ config(materialized='view', meta={'period_column': 'billing_period'}) }}

with

passages as (

    select * from {{ ref('int_sharing__passages') }}

),

passages_shown as (

    select
        billing_period,
        charge_date,
        pool_id,
        split_stage,
        via_pool_id,
        via_split_stage,
        via_policy_id,
        part

    from passages

)

select * from passages_shown
