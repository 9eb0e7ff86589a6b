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
        billing_period in (select deliveries.billing_period from deliveries) as is_delivered,
        cast(concat(billing_period, '-01') as date) as first_date,
        max(case when cost_component <> 'licenses' then last_charge_date end) as reached_date

    from sku_months

    group by billing_period

),

months_dated as (

    select
        *,
        {{ month_of(dbt.dateadd('month', 1, 'first_date')) }} as next_month,
        cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'first_date')) }} as date) as last_date,
        coalesce(max(case when is_delivered then month end) over (), max(month) over ()) as newest_month

    from months_charged

),

months_judged as (

    select
        *,
        coalesce(month = newest_month and reached_date >= first_date and reached_date < last_date, false) as is_open

    from months_dated

),

months_cut as (

    select
        *,
        case when is_open then reached_date else last_date end as until_date,
        lag(is_delivered) over (order by month) or not is_delivered as is_known_before

    from months_judged

),

-- A month that is not over is compared with as many days of the one before, and what was delivered with nothing that
-- was not: that has prepaid licenses alone.
months_reached as (

    select
        month,
        first_date,
        last_date,
        until_date,
        is_open,
        month > newest_month as is_ahead,
        coalesce(lag(next_month) over (order by month) = month and is_known_before, false) as is_compared,
        case
            when lead(month) over (order by month) = next_month and lead(is_known_before) over (order by month)
                then next_month
        end as month_after,
        cast(
            case
                when lead(is_open) over (order by month)
                    then least(last_date, {{ dbt.dateadd('month', -1, 'lead(until_date) over (order by month)') }})
                else last_date
            end as date
        ) as compared_until_date

    from months_cut

)

select * from months_reached
