{{ config(materialized='view') }}

with

hours as (

    select * from {{ ref('stg_timesheets__hours') }}
    where {{ in_periods() }}

),

rate_card as (

    select * from {{ ref('rate_card') }}

),

hours_worked as (

    select
        delivery_id,
        billing_period,
        charge_date,
        role,
        project_name,
        activity_name,
        count(*) as charge_count,
        sum(hours_worked) as hours_worked

    from hours

    group by all

),

hours_priced as (

    select
        hours_worked.*,
        rate_card.currency as billing_currency,
        {{ hours_times_rate('hours_worked.hours_worked', 'rate_card.hourly_rate') }} as effective_cost

    from hours_worked

    left join rate_card
        on lower(hours_worked.role) = lower(rate_card.role)
            and hours_worked.charge_date >= coalesce(rate_card.valid_from, date '0001-01-01')
            and hours_worked.charge_date < coalesce(rate_card.valid_to, date '9999-12-31')

)

select * from hours_priced
