{{ config(materialized='view') }}

{# Enough to tell how often a kind of guess is right; more would only take longer. #}
{% set tried = 5000 %}

with

groups as (

    select * from {{ ref('int_charges__groups') }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}

),

known_owners as (

    select * from {{ ref('int_ownership__known_owners') }}

),

unowned as (

    select distinct {{ resource_key() }} as resource_key
    from groups
    inner join owners
        on groups.billing_period = owners.billing_period
            and groups.charge_group_id = owners.charge_group_id
    where owners.pool_id is null and (owners.team_id = 'unallocated' or owners.owner_confidence = 'weak')

),

-- Their keys are hashes, so that the first are as good as any.
known_in_order as (

    select
        resource_key,
        dense_rank() over (order by resource_key) as place

    from known_owners

),

resources_asked as (

    select resource_key from unowned
    union
    select resource_key from known_in_order where place <= {{ tried }}

)

select * from resources_asked
