{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

reports as (

    select * from {{ ref('int_charges__resales') }}
    where {{ in_periods() }}

),

reports_vs_bill as (

    select
        billing_period as month,
        feed,
        billing_account_id as account,
        billing_currency as currency,
        cast(report_cost as decimal(38, 12)) as report_cost,
        bill_currency,
        cast(bill_cost as decimal(38, 12)) as bill_cost,
        counted,
        decided_by

    from reports

)

select * from reports_vs_bill
