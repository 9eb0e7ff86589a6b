{{ config(materialized='view') }}

{# What a cloud runs itself, with vendors' models: no report of a vendor has it. #}
{% set own_services = ['%bedrock%', '%vertex%', '%azure openai%', '%foundry%'] -%}
{% set vendors = returned_by('vendor__') | map('first') -%}
with

bills as (

    select * from {{ ref('int_charges__bills') }}
    where {{ in_periods() }}

),

reports as (

    select * from {{ ref('int_charges__raw_totals') }}
    where {{ in_periods() }}

),

-- Without a report of a vendor no bill is read.
vendors as (

    select distinct
        billing_period,
        feed

    from reports

    where feed in ('{{ vendors | join("', '") }}')

),

sales as (

    select
        vendors.billing_period,
        vendors.feed,
        bills.billing_currency,
        sum(bills.billed_cost) as billed_cost,
        bool_or(not {{ like_any("lower(coalesce(bills.service_name, ''))", own_services) }}) as is_by_vendor

    from bills

    inner join vendors
        on bills.billing_period = vendors.billing_period
            and {{ sells('vendors.feed', 'bills.publisher_name', 'bills.service_name') }}
            and bills.feed <> vendors.feed

    group by vendors.billing_period, vendors.feed, bills.billing_currency

)

select * from sales
