{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

),

charges as (

    select * from {{ ref('int_charges__groups') }}

),

currencies_billed as (

    select distinct billing_period, billing_currency from charges

),

rates_found as (

    select
        currencies_billed.billing_period,
        currencies_billed.billing_currency,
        case
            when currencies_billed.billing_currency = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(24, 12))
            else cast(exchange_rates.rate as decimal(24, 12))
        end as rate

    from currencies_billed

    left join exchange_rates
        on currencies_billed.billing_period = exchange_rates.month
            and currencies_billed.billing_currency = exchange_rates.from_currency
            and exchange_rates.to_currency = '{{ var("reporting_currency") }}'

)

select * from rates_found
