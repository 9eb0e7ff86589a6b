{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

sales as (

    select * from {{ ref('int_charges__vendor_sales') }}

),

-- The register of contracts is no report of a vendor.
reports as (

    select * from {{ ref('int_charges__raw_totals') }}
    where {{ in_periods() }} and not (feed = 'licenses' and billing_account_id = 'licenses')

),

terms as (

    select * from {{ ref('resales') }}

),

reports_met as (

    select
        reports.billing_period,
        reports.feed,
        reports.billing_account_id,
        reports.billing_currency,
        reports.billed_cost as report_cost,
        sales.billing_currency as bill_currency,
        sales.billed_cost as bill_cost,
        sales.is_by_vendor,
        terms.counted,
        -- One organization of several may buy through a cloud, or all of them; FOCUS may part an account.
        sales.billing_currency = reports.billing_currency and sales.billed_cost <> 0 and (
            abs(sales.billed_cost - reports.billed_cost) < 0.01
            or abs(sales.billed_cost - sum(reports.billed_cost) over (
                partition by
                    reports.billing_period, reports.feed, reports.billing_currency, sales.billing_currency,
                    sales.bill_account_id
            )) < 0.01
        ) as is_equal

    from reports

    left join sales
        on reports.billing_period = sales.billing_period
            and reports.feed = sales.feed
            and reports.billing_account_id = coalesce(sales.billing_account_id, reports.billing_account_id)

    left join terms
        on reports.feed = terms.feed
            and reports.billing_account_id = terms.account_id
            and cast(reports.billing_period || '-01' as date) >= coalesce(terms.valid_from, date '0001-01-01')
            and cast(reports.billing_period || '-01' as date) < coalesce(terms.valid_to, date '9999-12-31')

    where sales.feed is not null or terms.feed is not null

),

resales as (

    select
        billing_period,
        feed,
        billing_account_id,
        billing_currency,
        report_cost,
        bill_currency,
        bill_cost,
        coalesce(counted, case when is_equal then 'bill' else 'both' end) as counted,
        case
            when counted is not null then 'policy'
            when is_equal then 'equal amounts'
            when is_by_vendor then 'undecided'
            else 'a service of the cloud'
        end as decided_by

    from reports_met

)

select * from resales
