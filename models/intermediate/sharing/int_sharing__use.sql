{{ config(materialized='view') }}

with

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }} and pool_id is null and team_id <> 'unallocated'

),

usage_owners as (

    select * from {{ ref('int_ownership__usage_owners') }}

),

use as (

    select
        billing_period,
        charge_date as usage_date,
        'direct_cost' as driver,
        cast(null as varchar) as feed,
        team_id,
        project_id,
        lifecycle_stage,
        sum(effective_cost) as quantity
    from direct_postings
    group by billing_period, charge_date, team_id, project_id, lifecycle_stage
    union all
    select
        billing_period,
        usage_date,
        measure as driver,
        feed,
        team_id,
        project_id,
        lifecycle_stage,
        sum(quantity) as quantity
    from usage_owners
    group by billing_period, usage_date, measure, feed, team_id, project_id, lifecycle_stage

)

select * from use
