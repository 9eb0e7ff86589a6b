{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

resales as (

    select * from {{ ref('int_charges__resales') }}
    where {{ in_periods() }}

),

-- What a cloud's bill charges is counted there.
raw_totals as (

    select *
    from {{ ref('int_charges__raw_totals') }} as totals
    where {{ in_periods() }}
        and {{ not_resold('totals', 'resales') }}

),

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }}

),

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }}

),

charges_summed as (

    select billing_period, feed, billing_account_id, billing_currency, sum(billed_cost) as billed_cost
    from charges
    group by billing_period, feed, billing_account_id, billing_currency

),

ledger_summed as (

    select
        direct_postings.billing_period,
        groups.feed,
        groups.billing_account_id,
        groups.billing_currency,
        sum(direct_postings.billed_cost_in_billing_currency) as billed_cost

    from direct_postings

    inner join groups
        on direct_postings.billing_period = groups.billing_period
            and direct_postings.charge_group_id = groups.charge_group_id

    group by direct_postings.billing_period, groups.feed, groups.billing_account_id, groups.billing_currency

),

tie_out as (

    select
        billing_period,
        feed,
        billing_account_id,
        billing_currency,
        coalesce(raw_totals.billed_cost, 0) as raw_cost,
        coalesce(charges_summed.billed_cost, 0) as charges_cost,
        coalesce(ledger_summed.billed_cost, 0) as ledger_cost

    from raw_totals

    full outer join charges_summed
        using (billing_period, feed, billing_account_id, billing_currency)

    full outer join ledger_summed
        using (billing_period, feed, billing_account_id, billing_currency)

)

select * from tie_out
