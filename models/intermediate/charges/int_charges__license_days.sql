{{ config(materialized='view') }}

with

contracts as (

    select * from {{ ref('stg_licenses__contracts') }}

),

contracts_by_day as (

    select
        contracts.*,
        days.charge_date,
        {{ dbt.datediff('contracts.term_start_date', 'contracts.term_end_date', 'day') }} + 1 as term_days  -- noqa: LT05

    from contracts

    cross join lateral {{ days_between('contracts.term_start_date', 'contracts.term_end_date') }} as days  -- noqa: ST05

),

-- Straight-line: the last day of the term takes what cutting at the 12th decimal left.
days_amortized as (

    select
        delivery_id,
        license_id,
        provider_name,
        service_name,
        billing_currency,
        seats,
        {{ month_of('charge_date') }} as billing_period,
        charge_date,
        cast(case
            when charge_date = term_end_date then amount - {{ divided('amount', 'term_days') }} * (term_days - 1)
            else {{ divided('amount', 'term_days') }}
        end as decimal(38, 12)) as effective_cost

    from contracts_by_day

)

select * from days_amortized
