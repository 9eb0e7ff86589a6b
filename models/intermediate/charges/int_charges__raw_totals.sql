{{ config(materialized='view') }}

with

slices as (

    select * from {{ ref('stg_ingestion__slices') }}

),

contracts as (

    select * from {{ ref('stg_licenses__contracts') }}

),

databricks_priced as (

    select * from {{ ref('int_charges__databricks_priced') }}

),

seats_in_contracts as (

    select * from {{ ref('int_charges__seats_in_contracts') }}

),

-- What landing counted, before any model read a row. A register has no month of its own: it is
-- counted by the dates of its invoices. Databricks delivers no money: its list prices make it. Seats
-- that a contract pays are in the contract.
raw_totals as (

    select
        billing_period,
        feed,
        billing_account_id,
        billing_currency,
        billed_cost

    from slices

    where billing_period is not null and billing_currency is not null

    union all

    select
        {{ month_of('billed_date') }},
        'licenses',
        'licenses',
        billing_currency,
        amount

    from contracts

    union all

    select
        billing_period,
        'databricks',
        billing_account_id,
        billing_currency,
        billed_cost

    from databricks_priced

    union all

    select
        billing_period,
        'licenses',
        billing_account_id,
        billing_currency,
        -billed_cost

    from seats_in_contracts

),

raw_totals_summed as (

    select
        billing_period,
        feed,
        billing_account_id,
        billing_currency,
        sum(billed_cost) as billed_cost

    from raw_totals

    group by billing_period, feed, billing_account_id, billing_currency

)

select * from raw_totals_summed
