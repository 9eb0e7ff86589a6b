{{ config(materialized='view') }}

with

months_billed as (

    select * from {{ ref('int_sharing__months_billed') }}

),

months_dated as (

    select
        *,
        {{ month_of(dbt.dateadd('month', 1, 'first_date')) }} as next_month,
        cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'first_date')) }} as date) as last_date,
        max(case when is_billed then month end) over () as newest_billed,
        max(month) over () as newest_charged

    from months_billed

),

-- Who has nothing but prepaid licenses has all months from them.
months_judged as (

    select
        *,
        is_billed or newest_billed is null as is_delivered,
        coalesce(newest_billed, newest_charged) as newest_month,
        coalesce(month = newest_billed and reached_date >= first_date and reached_date < last_date, false) as is_open

    from months_dated

),

months_cut as (

    select
        *,
        case when is_open then reached_date else last_date end as until_date,
        lag(is_delivered) over (order by month) = is_delivered as is_known_before

    from months_judged

),

-- A month that is not over is compared with as many days of the one before, and what was delivered with nothing that
-- was not, nor the other way round: that has prepaid licenses alone.
months_reached as (

    select
        month,
        first_date,
        last_date,
        until_date,
        is_delivered,
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
