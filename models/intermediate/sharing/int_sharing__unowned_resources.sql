{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}
    where {{ in_periods() }}

),

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }} and pool_id is null

),

groups_unowned as (

    select
        groups.billing_period,
        groups.charge_group_id,
        {{ resource_key() }} as resource_key,
        groups.billing_account_id,
        groups.sub_account_id,
        groups.service_name,
        groups.resource_id,
        owners.valid_from

    from groups

    inner join owners
        on groups.billing_period = owners.billing_period
            and groups.charge_group_id = owners.charge_group_id

    where owners.pool_id is null
        and (owners.team_id = 'unallocated' or owners.owner_confidence = 'weak')

),

unowned_resources as (

    select
        groups_unowned.billing_period,
        groups_unowned.resource_key,
        direct_postings.provider_name,
        groups_unowned.billing_account_id,
        groups_unowned.sub_account_id,
        groups_unowned.service_name,
        groups_unowned.resource_id,
        direct_postings.team_id,
        direct_postings.currency,
        cast(sum(direct_postings.effective_cost) as decimal(38, 12)) as effective_cost,
        cast(sum(direct_postings.billed_cost) as decimal(38, 12)) as billed_cost,
        min(direct_postings.charge_date) as first_charge_date,
        max(direct_postings.charge_date) as last_charge_date

    from groups_unowned

    inner join direct_postings
        on groups_unowned.billing_period = direct_postings.billing_period
            and groups_unowned.charge_group_id = direct_postings.charge_group_id
            and groups_unowned.valid_from = direct_postings.owned_from

    group by all

)

select * from unowned_resources
