{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage' %}
{% set rung = node ~ ', policy_id, rung, method' %}

with

use_weighed as (

    select * from {{ ref('int_sharing__use_weighed') }}

),

even_weights as (

    select * from {{ ref('int_sharing__even_weights') }}

),

listed_weights as (

    select * from {{ ref('int_sharing__listed_weights') }}
    where weight > 0

),

-- Where anything was used a mix weighs too.
rungs_weighing as (

    select {{ rung }} from use_weighed
    union all
    select {{ rung }} from even_weights
    union all
    select {{ rung }} from listed_weights

),

rungs_fired as (

    select
        {{ node }},
        min_by(policy_id, rung) as policy_id,
        min(rung) as rung,
        min_by(method, rung) as method

    from rungs_weighing

    group by {{ node }}

)

select * from rungs_fired
