with

costs as (

    select * from {{ ref('daily_costs') }}

),

span as (

    select
        min(charge_date) as first_date,
        max(charge_date) as last_date

    from costs

),

days as (

    select days.charge_date as date_day

    from span

    cross join lateral {{ days_between('span.first_date', 'span.last_date') }} as days  -- noqa: ST05

    where span.first_date is not null

)

select * from days
