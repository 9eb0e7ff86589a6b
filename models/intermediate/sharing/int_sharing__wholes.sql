{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set kind = 'billing_period, charge_date, pool_id, split_stage, policy_id, rung, method, ai_activity, cost_component,'
    ~ ' provider_name, currency, billing_currency' %}

with

moved as (

    select * from {{ ref('int_sharing__pools_moved') }}

),

-- A number is what the parts of a whole are quickly summed by.
wholes as (

    select
        {{ kind }},
        row_number() over (partition by billing_period order by {{ kind }}) as whole_number,
        {{ each_amount('cast(sum(@) as decimal(38, 12))') }}

    from moved

    group by {{ kind }}

)

select * from wholes
