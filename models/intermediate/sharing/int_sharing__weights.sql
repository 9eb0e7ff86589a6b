{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set of_pool = 'billing_period, charge_date, pool_id, split_stage, team_id, project_id' %}

with

weights_of_owners as (

    select * from {{ ref('int_sharing__all_weights') }}
    where target_pool_id is null

),

weights_of_takers as (

    select * from {{ ref('int_sharing__all_weights') }}
    where target_pool_id is not null

),

rungs_fired as (

    select * from {{ ref('int_sharing__rungs_fired') }}
    where {{ in_periods() }}

),

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

pools_split_by_stage as (

    select distinct billing_period, charge_date, pool_id from pools_split where split_stage <> ''

),

-- A pool that is not split by stage holds its money in no stage.
weights_arriving as (

    select
        weights_of_takers.*,
        case when stage_pools.pool_id is null then '' else weights_of_takers.lifecycle_stage end
            as target_split_stage

    from weights_of_takers

    left join pools_split_by_stage as stage_pools
        on weights_of_takers.billing_period = stage_pools.billing_period
            and weights_of_takers.charge_date = stage_pools.charge_date
            and weights_of_takers.target_pool_id = stage_pools.pool_id

),

-- Of each pool and day the first rung on which anything weighs.
weights_of_owners_fired as (

    select weights_of_owners.*
    from weights_of_owners
    inner join rungs_fired using (billing_period, charge_date, pool_id, split_stage, rung)

),

weights_arriving_fired as (

    select weights_arriving.*
    from weights_arriving
    inner join rungs_fired using (billing_period, charge_date, pool_id, split_stage, rung)

),

weights as (

    select
        {{ of_pool }},
        lifecycle_stage,
        target_pool_id,
        '' as target_split_stage,
        weight
    from weights_of_owners_fired
    union all
    select
        {{ of_pool }},
        coalesce(nullif(target_split_stage, ''), 'unknown') as lifecycle_stage,
        target_pool_id,
        target_split_stage,
        sum(weight) as weight
    from weights_arriving_fired
    group by {{ of_pool }}, target_pool_id, target_split_stage

)

select * from weights
