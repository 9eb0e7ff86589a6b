{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

weights as (

    select * from {{ ref('int_sharing__weights') }}
    where {{ in_periods() }}

),

nodes as (

    select * from {{ ref('int_sharing__nodes') }}
    where {{ in_periods() }}

),

-- A pool that splits nothing on the day keeps what it gets: the way ends there.
hops as (

    select
        weights.billing_period,
        weights.charge_date,
        {{ pool_node('weights.pool_id', 'weights.split_stage') }} as node,
        {{ pool_node('weights.target_pool_id', 'weights.target_split_stage') }} as target_node,
        givers.total_weight,
        sum(weights.weight) as weight

    from weights

    inner join nodes as givers
        on weights.billing_period = givers.billing_period
            and weights.charge_date = givers.charge_date
            and weights.pool_id = givers.pool_id
            and weights.split_stage = givers.split_stage

    inner join nodes as takers
        on weights.billing_period = takers.billing_period
            and weights.charge_date = takers.charge_date
            and weights.target_pool_id = takers.pool_id
            and weights.target_split_stage = takers.split_stage

    group by all

)

select * from hops
