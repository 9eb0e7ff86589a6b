{{ config(materialized='view') }}

{% set vendors = returned_by('vendor__') | map('first') | list -%}
with

totals as (

    select * from {{ ref('int_charges__raw_totals') }}
    where {{ in_periods() }}

),

focus_accounts as (

    select distinct
        billing_period,
        billing_account_id

    from totals

    where feed = 'focus'

),

-- Vendors' reports are no bills: what they have in common with FOCUS is told by what it sells.
bills as (

    select *
    from totals
    where feed not in ('focus', '{{ vendors | join("', '") }}')

),

own_forms as (

    select
        bills.billing_period,
        'focus' as feed,
        focus_accounts.billing_account_id,
        min(bills.billing_account_id) as bill_account_id,
        bills.billing_currency,
        sum(bills.billed_cost) as billed_cost

    from focus_accounts

    inner join bills
        on focus_accounts.billing_period = bills.billing_period
            and {{ names_account('focus_accounts.billing_account_id', 'bills.billing_account_id') }}

    group by bills.billing_period, focus_accounts.billing_account_id, bills.billing_currency

)

select * from own_forms
