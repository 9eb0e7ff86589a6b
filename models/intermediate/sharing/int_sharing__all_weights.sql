{{ config(materialized='view') }}

{% set columns = 'billing_period, charge_date, pool_id, split_stage, policy_id, rung, method, team_id, project_id,'
    ~ ' lifecycle_stage, target_pool_id' %}

with

use_weighed as (

    select * from {{ ref('int_sharing__use_weighed') }}
    where method not in ('weighted', 'summed', 'tiered')

),

mixed_weights as (

    select * from {{ ref('int_sharing__mixed_weights') }}

),

even_weights as (

    select * from {{ ref('int_sharing__even_weights') }}

),

listed_weights as (

    select * from {{ ref('int_sharing__listed_weights') }}

),

all_weights as (

    select {{ columns }}, quantity as weight from use_weighed
    union all
    select {{ columns }}, weight from mixed_weights
    union all
    select {{ columns }}, weight from even_weights
    union all
    select {{ columns }}, weight from listed_weights

)

select * from all_weights where weight > 0
