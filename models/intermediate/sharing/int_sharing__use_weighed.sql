{{ config(materialized='view') }}

with

use_of_pools as (

    select * from {{ ref('int_sharing__use_of_pools') }}

),

pools as (

    select * from {{ ref('pools') }}

),

-- What a pool takes is at its owner until it is split on. Down the levels, and never back.
use_weighed as (

    select
        use_of_pools.billing_period,
        use_of_pools.charge_date,
        use_of_pools.pool_id,
        use_of_pools.split_stage,
        use_of_pools.policy_id,
        use_of_pools.rung,
        use_of_pools.method,
        use_of_pools.minimum_share,
        use_of_pools.driver,
        use_of_pools.feed,
        use_of_pools.mix_weight,
        case
            when use_of_pools.target_pool_id is null then use_of_pools.team_id
            else coalesce(takers.owner_team_id, 'unallocated')
        end as team_id,
        case when use_of_pools.target_pool_id is null then use_of_pools.project_id else 'unallocated' end as project_id,
        use_of_pools.lifecycle_stage,
        use_of_pools.target_pool_id,
        cast(sum(use_of_pools.quantity) as decimal(38, 12)) as quantity

    from use_of_pools

    inner join pools as givers
        on use_of_pools.pool_id = givers.pool_id

    left join pools as takers
        on use_of_pools.target_pool_id = takers.pool_id

    where coalesce(takers.level > givers.level, true)

    group by all

)

select * from use_weighed where quantity > 0
