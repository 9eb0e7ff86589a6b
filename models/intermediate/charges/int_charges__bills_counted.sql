{{ config(materialized='view') }}

with

bills as (

    select * from {{ ref('int_charges__bills') }}

),

resales as (

    select * from {{ ref('int_charges__resales') }}

),

bills_counted as (

    select *
    from bills
    where
        not exists (
            select 1
            from resales
            where
                bills.billing_period = resales.billing_period
                and bills.feed = resales.feed
                and bills.billing_account_id = resales.billing_account_id
                and bills.billing_currency = resales.billing_currency
                and resales.counted = 'bill'
        )

)

select * from bills_counted
