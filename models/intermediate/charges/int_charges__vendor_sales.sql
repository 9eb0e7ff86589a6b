{{ config(materialized='view') }}

{# What a cloud runs itself, with vendors' models: no report of a vendor has it. #}
{% set own_services = ['%bedrock%', '%vertex%', '%azure openai%', '%foundry%'] -%}
{% set vendors = returned_by('vendor__') | map('first') | list -%}
with

bills as (

    select * from {{ ref('int_charges__bills') }}
    where {{ in_periods() }}

),

-- The register of contracts is no report of a vendor.
reports as (

    select * from {{ ref('int_charges__raw_totals') }}
    where {{ in_periods() }} and not (feed = 'licenses' and billing_account_id = 'licenses')

),

-- Without a report of a vendor no bill is read.
vendors as (

    select distinct
        billing_period,
        feed

    from reports

    where feed in ('{{ vendors | join("', '") }}')

),

own_forms as (

    select * from {{ ref('int_charges__own_forms') }}

),

-- What the policy says is on another bill is sold there.
left_out as (

    select * from {{ ref('resales') }}
    where counted = 'bill'

),

sales as (

    select
        vendors.billing_period,
        vendors.feed,
        cast(null as varchar) as billing_account_id,
        cast(null as varchar) as bill_account_id,
        bills.billing_currency,
        sum(bills.billed_cost) as billed_cost,
        bool_or(not {{ like_any("lower(coalesce(bills.service_name, ''))", own_services) }}) as is_by_vendor

    from bills

    inner join vendors
        on bills.billing_period = vendors.billing_period
            and {{ sells('vendors.feed', 'bills.publisher_name', 'bills.service_name') }}
            and bills.feed <> vendors.feed

    left join own_forms
        on bills.feed = own_forms.feed
            and bills.billing_period = own_forms.billing_period
            and bills.billing_account_id = own_forms.billing_account_id
            and bills.billing_currency = own_forms.billing_currency

    left join left_out
        on bills.feed = left_out.feed
            and bills.billing_account_id = left_out.account_id
            and cast(bills.billing_period || '-01' as date) >= coalesce(left_out.valid_from, date '0001-01-01')
            and cast(bills.billing_period || '-01' as date) < coalesce(left_out.valid_to, date '9999-12-31')

    -- What both forms of a bill have is sold once.
    where own_forms.feed is null and left_out.feed is null

    group by vendors.billing_period, vendors.feed, bills.billing_currency

),

all_sales as (

    select * from sales
    union all by name
    select *, true as is_by_vendor from own_forms

)

select * from all_sales
