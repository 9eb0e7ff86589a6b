{{ config(materialized='view') }}

with

nodes as (

    select * from {{ ref('int_drivers__kubernetes_nodes') }}
    where {{ in_periods() }}

),

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }} and resource_id is not null

),

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }}

),

-- Once, however many clusters and tools saw the machine: its bill is joined to this.
machine_days as (

    select distinct
        billing_period,
        usage_date,
        machine_id

    from nodes

),

-- Names are compared in the dictionary of groups, not on every charge.
groups_named as (

    select
        billing_period,
        charge_group_id,
        provider_name,
        billing_account_id,
        billing_currency,
        {{ machine_id('resource_id') }} as machine_id

    from groups

),

machine_bills as (

    select
        machine_days.billing_period,
        machine_days.usage_date,
        machine_days.machine_id,
        groups_named.provider_name,
        groups_named.billing_account_id,
        groups_named.billing_currency,
        cast(sum(charges.billed_cost) as decimal(38, 12)) as billed_cost,
        cast(sum(charges.effective_cost) as decimal(38, 12)) as effective_cost

    from machine_days

    inner join groups_named
        on machine_days.billing_period = groups_named.billing_period
            and machine_days.machine_id = groups_named.machine_id

    inner join charges
        on groups_named.billing_period = charges.billing_period
            and groups_named.charge_group_id = charges.charge_group_id
            and machine_days.usage_date = charges.charge_date

    group by all

)

select * from machine_bills
