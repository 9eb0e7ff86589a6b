{{ config(materialized='view') }}

with

hours as (

    select * from {{ ref('int_charges__hours') }}

),

rate_card as (

    select * from {{ ref('rate_card') }}

),

-- Entry by entry, so that their costs add up to the sum below them, a third of an hour included.
hours_priced as (

    select
        hours.*,
        rate_card.currency as billing_currency,
        {{ hours_times_rate('hours.hours_worked', 'rate_card.hourly_rate') }} as effective_cost

    from hours

    left join rate_card
        on lower(hours.role) = lower(rate_card.role)
            and hours.charge_date >= coalesce(rate_card.valid_from, date '0001-01-01')
            and hours.charge_date < coalesce(rate_card.valid_to, date '9999-12-31')

)

select * from hours_priced
