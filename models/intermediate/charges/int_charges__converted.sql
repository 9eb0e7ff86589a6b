{{ config(materialized='view') }}

with

charges as (

    select * from {{ ref('int_charges__daily') }}

),

rates as (

    select * from {{ ref('int_charges__rates') }}

),

-- Without a rate the amounts are null, and a test stops the run: a wrong rate is worse than none.
charges_converted as (

    select
        charges.billing_period,
        charges.charge_date,
        charges.charge_group_id,
        charges.feed,
        charges.billing_account_id,
        charges.provider_name,
        charges.cost_component,
        charges.charge_count,
        case
            when charges.cost_component = 'storage'
                then {{ gb_months_of('charges.consumed_quantity', 'charges.consumed_unit', 'charges.charge_date') }}
        end as storage_gb_months,
        case
            when charges.cost_component = 'network'
                then {{ gb_of('charges.consumed_quantity', 'charges.consumed_unit') }}
        end as network_gb,
        case when charges.charge_category = 'Usage' then charges.consumed_unit end as consumed_unit,
        case when charges.charge_category = 'Usage' then charges.consumed_quantity end as consumed_quantity,
        charges.billing_currency,
        charges.billed_cost as billed_cost_in_billing_currency,
        charges.effective_cost as effective_cost_in_billing_currency,
        '{{ var("reporting_currency") }}' as currency,
        cast(charges.billed_cost * rates.rate as decimal(38, 12)) as billed_cost,
        cast(charges.effective_cost * rates.rate as decimal(38, 12)) as effective_cost

    from charges

    left join rates
        on charges.billing_period = rates.billing_period
            and charges.billing_currency = rates.billing_currency

)

select * from charges_converted
