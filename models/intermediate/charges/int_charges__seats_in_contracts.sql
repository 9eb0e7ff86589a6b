{{ config(materialized='view') }}

with

usage as (

    select * from {{ ref('stg_licenses__charges') }}

),

terms as (

    select * from {{ ref('resales') }}
    where feed = 'licenses' and counted = 'contract'

),

-- On a day without a contract nobody else pays the seats.
days_of_contracts as (

    select distinct charge_date
    from {{ ref('int_charges__license_days') }}
    where {{ is_copilot_contract('license_id', 'provider_name', 'service_name') }}

),

-- A month goes by its first day.
seats_in_contracts as (

    select
        usage.billing_period,
        usage.charge_id,
        usage.billing_account_id,
        usage.billing_currency,
        usage.billed_cost,
        usage.effective_cost

    from usage

    inner join terms
        on usage.billing_account_id = terms.account_id
            and usage.billing_period_start_at >= coalesce(terms.valid_from, date '0001-01-01')
            and usage.billing_period_start_at < coalesce(terms.valid_to, date '9999-12-31')

    inner join days_of_contracts
        on usage.charge_date = days_of_contracts.charge_date

    where usage.stated_component = 'licenses' and lower(usage.service_name) = 'github copilot'

)

select * from seats_in_contracts
