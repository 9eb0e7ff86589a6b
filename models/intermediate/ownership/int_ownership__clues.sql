{{ config(materialized='view') }}

with

groups as (

    select * from {{ ref('int_charges__groups') }}

),

resource_words as (

    select * from {{ ref('int_ownership__resource_words') }}

),

-- What is billed in twelve months is looked at once.
resources_billed as (

    select
        provider_name,
        billing_account_id,
        sub_account_id,
        service_name,
        resource_id,
        min(first_charge_date) as first_charge_date,
        max(last_charge_date) as last_charge_date

    from groups

    group by provider_name, billing_account_id, sub_account_id, service_name, resource_id

),

resources as (

    select
        {{ resource_key() }} as resource_key,
        sub_account_id,
        resource_id,
        {{ kin_of() }} as kin,
        first_charge_date,
        last_charge_date

    from resources_billed

),

resource_days as (

    select
        resource_key,
        kin,
        first_charge_date,
        last_charge_date,
        min(first_charge_date) over (partition by sub_account_id) as account_began_on,
        max(last_charge_date) over (partition by sub_account_id) as account_ended_on

    from resources

    where resource_id is not null

),

-- What a resource has in common with others.
clues as (

    select resource_key, 'neighbours' as signal, 'account' as kind, sub_account_id as clue from resources
    union
    select resource_key, 'neighbours', 'kin', kin from resources where resource_id is not null
    union
    select resource_key, 'neighbours', 'path', {{ captured('resource_id', '^(.+)[/:][^/:]+$') }} from resources
    union
    select
        resource_key,
        'neighbours',
        'resource group',
        {{ captured('lower(resource_id)', '^(/subscriptions/[^/]+/resourcegroups/[^/]+)/') }}
    from resources
    union
    select
        resource_key,
        'co-usage',
        'days',
        concat_ws(' ', kin, cast(first_charge_date as varchar), cast(last_charge_date as varchar))
    from resource_days
    where first_charge_date > account_began_on and last_charge_date < account_ended_on
    union
    select resource_key, signal, 'word', words from resource_words where length = 1

)

select * from clues where clue is not null
