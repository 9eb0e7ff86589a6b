{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

all_weights as (

    select * from {{ ref('int_sharing__all_weights') }}

),

rungs_fired as (

    select
        billing_period,
        charge_date,
        pool_id,
        split_stage,
        min(rung) as rung

    from all_weights

    group by billing_period, charge_date, pool_id, split_stage

)

select * from rungs_fired
