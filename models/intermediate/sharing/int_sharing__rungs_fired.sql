{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage' %}
{% set rung = node ~ ', policy_id, rung' %}

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

unused_capacity as (

    select * from {{ ref('int_sharing__unused_capacity') }}

),

methods as (

    select distinct policy_id, rung, method from {{ ref('int_sharing__steps') }}

),

-- Where anything was used a mix weighs too.
rungs_weighing as (

    select {{ rung }} from use_weighed
    union all
    select {{ rung }} from even_weights
    union all
    select {{ rung }} from listed_weights
    union all
    select {{ rung }} from unused_capacity

),

first_rungs as (

    select
        {{ node }},
        policy_id,
        min(rung) as rung

    from rungs_weighing

    group by {{ node }}, policy_id

),

rungs_fired as (

    select
        {{ node }},
        first_rungs.policy_id,
        first_rungs.rung,
        methods.method

    from first_rungs

    inner join methods
        on first_rungs.policy_id = methods.policy_id
            and first_rungs.rung = methods.rung

)

select * from rungs_fired
