{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

said as (

    select * from {{ ref('int_ownership__said') }}

),

pools as (

    select * from {{ ref('pools') }}

),

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

-- A team that has ended is who carries on; for a pool, its owner is.
said_by_term as (

    select
        said.billing_period,
        said.charge_group_id,
        said.dimension,
        case when said.is_pool then said.answer else coalesce(team_terms.acting_team_id, said.answer) end as answer,
        said.is_pool,
        coalesce(team_terms.acting_team_id, pools.owner_team_id) as pool_owner_team_id,
        said.evidence,
        said.is_of_project,
        said.cause,
        said.confidence,
        said.place,
        said.priority,
        said.kind_place,
        greatest(said.valid_from, coalesce(team_terms.valid_from, said.valid_from)) as valid_from,
        least(said.valid_to, coalesce(team_terms.valid_to, said.valid_to)) as valid_to

    from said

    left join pools
        on said.is_pool and said.answer = pools.pool_id

    left join team_terms
        on said.dimension = 'team'
            and case when said.is_pool then pools.owner_team_id else said.answer end = team_terms.team_id

),

candidates as (

    select
        billing_period,
        charge_group_id,
        dimension,
        answer,
        is_pool,
        case when is_pool then coalesce(pool_owner_team_id, 'unallocated') end as pool_owner_team_id,
        evidence,
        is_of_project,
        cause,
        confidence,
        place,
        priority,
        kind_place,
        valid_from,
        valid_to

    from said_by_term

    where valid_from < valid_to

)

select * from candidates
