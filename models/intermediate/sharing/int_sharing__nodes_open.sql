{{ config(materialized='view') }}

with

nodes as (

    select * from {{ ref('int_sharing__nodes') }}

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

)

select * from nodes_open
