{{ config(materialized='view') }}

with

weights as (

    select * from {{ ref('int_sharing__weights') }}

),

nodes_open as (

    select * from {{ ref('int_sharing__nodes_open') }}

),

weights_open as (

    select
        weights.*,
        nodes_open.policy_id,
        nodes_open.rung,
        nodes_open.method,
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
