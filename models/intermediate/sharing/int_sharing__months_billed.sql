{{ config(materialized='view') }}

with

sku_months as (

    select * from {{ ref('int_sharing__sku_months') }}

),

deliveries as (

    select * from {{ ref('stg_ingestion__deliveries') }}
    where status = 'current' and billing_period is not null

),

-- Prepaid licenses are charged to the end of a month, and of months ahead: they do not say how far it has come.
months_charged as (

    select
        billing_period as month,
        cast(concat(billing_period, '-01') as date) as first_date,
        max(case when cost_component <> 'licenses' then last_charge_date end) as reached_date

    from sku_months

    group by billing_period

),

-- A bill has a currency, also one of licenses; what is priced here, as hours are, has charges. Use has neither.
months_billed as (

    select
        months_charged.month,
        months_charged.first_date,
        months_charged.reached_date,
        count(deliveries.currency) > 0
        or (count(deliveries.billing_period) > 0 and months_charged.reached_date is not null) as is_billed

    from months_charged

    left join deliveries
        on months_charged.month = deliveries.billing_period

    group by months_charged.month, months_charged.first_date, months_charged.reached_date

)

select * from months_billed
