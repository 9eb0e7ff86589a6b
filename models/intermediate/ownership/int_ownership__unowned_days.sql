{{ config(materialized='view') }}

with

groups as (

    select * from {{ ref('int_charges__groups') }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}
    where pool_id is null and (team_id = 'unallocated' or owner_confidence = 'weak')

),

unowned_days as (

    select
        {{ resource_key() }} as resource_key,
        min(greatest(owners.valid_from, groups.first_charge_date)) as unowned_from,
        max(least(cast({{ dbt.dateadd('day', -1, 'owners.valid_to') }} as date), groups.last_charge_date))
            as unowned_until

    from groups

    inner join owners
        on groups.billing_period = owners.billing_period
            and groups.charge_group_id = owners.charge_group_id
            and groups.last_charge_date >= owners.valid_from
            and groups.first_charge_date < owners.valid_to

    group by {{ resource_key() }}

)

select * from unowned_days
