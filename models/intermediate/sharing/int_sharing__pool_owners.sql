{{ config(materialized='view') }}

with

pools as (

    select * from {{ ref('pools') }}

),

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

-- Whose a pool is when its owner has ended: who carries on for him.
pool_owners as (

    select
        pools.pool_id,
        pools.level,
        coalesce(team_terms.acting_team_id, pools.owner_team_id, 'unallocated') as owner_team_id,
        coalesce(team_terms.valid_from, date '0001-01-01') as valid_from,
        coalesce(team_terms.valid_to, date '9999-12-31') as valid_to

    from pools

    left join team_terms
        on pools.owner_team_id = team_terms.team_id

)

select * from pool_owners
