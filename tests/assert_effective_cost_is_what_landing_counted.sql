-- raw_vs_ledger ties out what is billed; this is the same for what is consumed, of feeds that state it.
{{ config(meta={'dagster': {'ref': {'name': 'int_charges__daily'}}}) }}

with

slices_counted as (

    select
        billing_period,
        feed,
        billing_account_id,
        billing_currency,
        sum(effective_cost) as counted_cost

    from {{ ref('stg_ingestion__slices') }}

    where {{ in_periods() }} and billing_currency is not null

    group by billing_period, feed, billing_account_id, billing_currency

),

-- What a cloud's bill charges is counted there.
reports_resold as (

    select billing_period, feed, billing_account_id, billing_currency
    from {{ ref('int_charges__resales') }}
    where counted = 'bill'

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

where charges_summed.charged_cost is distinct from slices_counted.counted_cost
    and not exists (
        select 1
        from reports_resold
        where slices_counted.billing_period = reports_resold.billing_period
            and slices_counted.feed = reports_resold.feed
            and slices_counted.billing_account_id = reports_resold.billing_account_id
            and slices_counted.billing_currency = reports_resold.billing_currency
    )
