-- raw_vs_ledger ties out what is billed; this is the same for what is consumed, of feeds that state it.
{{ config(meta={'dagster': {'ref': {'name': 'int_charges__daily'}}}) }}

with

slices as (

    select billing_period, feed, billing_account_id, billing_currency, effective_cost
    from {{ ref('stg_ingestion__slices') }}
    where {{ in_periods() }} and billing_currency is not null

    union all

    -- What a contract of the register pays is counted there.
    select billing_period, 'licenses', billing_account_id, billing_currency, -effective_cost
    from {{ ref('int_charges__seats_in_contracts') }}
    where {{ in_periods() }}

),

slices_counted as (

    select
        billing_period,
        feed,
        billing_account_id,
        billing_currency,
        sum(effective_cost) as counted_cost

    from slices

    group by billing_period, feed, billing_account_id, billing_currency

),

-- What a cloud's bill charges is counted there.
resales as (

    select * from {{ ref('int_charges__resales') }}

),

charges_summed as (

    select
        billing_period,
        feed,
        billing_account_id,
        billing_currency,
        sum(effective_cost) as charged_cost

    from {{ ref('int_charges__daily') }}

    where {{ in_periods() }}

    group by billing_period, feed, billing_account_id, billing_currency

)

select
    slices_counted.*,
    charges_summed.charged_cost

from slices_counted

left join charges_summed
    using (billing_period, feed, billing_account_id, billing_currency)

where coalesce(charges_summed.charged_cost, 0) is distinct from slices_counted.counted_cost
    and {{ not_resold('slices_counted', 'resales') }}
