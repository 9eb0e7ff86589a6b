{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage' %}

with

weights as (

    select * from {{ ref('int_sharing__weights') }}
    where {{ in_periods() }}

),

closed_pools as (

    select * from {{ ref('int_sharing__closed_pools') }}

),

-- From a pool that reaches no owner on the day nothing goes on.
weights_open as (

    select weights.*

    from weights

    left join closed_pools
        on weights.billing_period = closed_pools.billing_period
            and weights.charge_date = closed_pools.charge_date
            and {{ pool_node('weights.pool_id', 'weights.split_stage') }} = closed_pools.node

    where closed_pools.node is null

),

weights_ranked as (

    select
        *,
        sum(weight) over (partition by {{ node }}) as total_weight,
        row_number() over (
            partition by {{ node }}
            order by
                weight desc, team_id asc, project_id asc, lifecycle_stage asc, target_pool_id asc nulls first
        ) as place

    from weights_open

),

parts_rounded as (

    select
        *,
        place = 1 as takes_remainder,
        cast(cast(weight as double) / cast(total_weight as double) as decimal(38, 18)) as rounded_share

    from weights_ranked

),

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
        -- The shares of a pool and day are exactly one: the largest takes what rounding left.
        cast(
            rounded_share + case
                when takes_remainder then 1 - sum(rounded_share) over (partition by {{ node }})
                else 0
            end
            as decimal(38, 18)
        ) as share

    from parts_rounded

)

select * from shares
