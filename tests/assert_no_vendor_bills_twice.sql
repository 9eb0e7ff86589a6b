-- A vendor's report beside a cloud's bill for the same vendor, or a FOCUS export beside the account's own form, may be
-- one purchase; where the amounts differ only the buyer knows.
{{ config(severity='warn') }}

select
    feed,
    billing_account_id as account,
    min(billing_period) as first_month,
    max(billing_period) as last_month,
    sum(report_cost) as report_cost,
    sum(bill_cost) as bill_cost,
    concat(
        'if the bill has what the report says, add ', feed, ',', billing_account_id, ',bill,, to resales.csv; '
        'if each is money of its own, ', feed, ',', billing_account_id, ',both,,'
    ) as to_do

from {{ ref('int_charges__resales') }}

where {{ in_periods() }} and decided_by = 'undecided'

group by feed, billing_account_id
