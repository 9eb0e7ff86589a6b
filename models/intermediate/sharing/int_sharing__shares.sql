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

closed_pools as (

    select * from {{ ref('int_sharing__closed_pools') }}

),

-- From a pool that reaches no owner on the day nothing goes on.
nodes_open as (

    select nodes.*

    from nodes

    left join closed_pools
        on nodes.billing_period = closed_pools.billing_period
            and nodes.charge_date = closed_pools.charge_date
            and {{ pool_node('nodes.pool_id', 'nodes.split_stage') }} = closed_pools.node

    where closed_pools.node is null

),

weights_open as (

    select
        weights.*,
        nodes_open.total_weight,
        nodes_open.left_over_share,
        nodes_open.largest_target = {{ target_key() }} as takes_remainder,
        {{ rounded_share('weights.weight', 'nodes_open.total_weight') }} as rounded_share

    from weights

    inner join nodes_open using (billing_period, charge_date, pool_id, split_stage)

),

-- The shares of a pool and day are exactly one: the largest takes what rounding left.
shares as (

    select
        billing_period,
        charge_date,
        pool_id,
        split_stage,
        policy_id,
        rung,
        method,
        team_id,
        project_id,
        lifecycle_stage,
        target_pool_id,
        target_split_stage,
        weight,
        total_weight,
        takes_remainder,
        cast(rounded_share + case when takes_remainder then left_over_share else 0 end as decimal(38, 18)) as share

    from weights_open

)

select * from shares
