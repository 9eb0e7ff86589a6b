{{ config(materialized='view') }}

{% set weighed = 'billing_period, charge_date, pool_id, split_stage, policy_id, rung, method, minimum_share, driver,'
    ~ ' feed, mix_weight' %}

with

use_of_owners as (

    select * from {{ ref('int_sharing__use_of_pools') }}
    where target_pool_id is null

),

use_of_takers as (

    select * from {{ ref('int_sharing__use_of_pools') }}
    where target_pool_id is not null

),

pool_owners as (

    select * from {{ ref('int_sharing__pool_owners') }}

),

-- What a pool takes is at its owner until it is split on. Down the levels, and never back.
use_of_lower_pools as (

    select
        use_of_takers.*,
        takers.owner_team_id

    from use_of_takers

    inner join pool_owners as givers
        on use_of_takers.pool_id = givers.pool_id
            and use_of_takers.charge_date >= givers.valid_from
            and use_of_takers.charge_date < givers.valid_to

    inner join pool_owners as takers
        on use_of_takers.target_pool_id = takers.pool_id
            and use_of_takers.charge_date >= takers.valid_from
            and use_of_takers.charge_date < takers.valid_to

    where coalesce(takers.level > givers.level, true)

),

use_weighed as (

    select {{ weighed }}, team_id, project_id, lifecycle_stage, target_pool_id, quantity
    from use_of_owners
    union all
    select
        {{ weighed }}, owner_team_id, 'unallocated', lifecycle_stage, target_pool_id,
        cast(sum(quantity) as decimal(38, 12)) as quantity
    from use_of_lower_pools
    group by {{ weighed }}, owner_team_id, lifecycle_stage, target_pool_id

)

select * from use_weighed where quantity > 0
