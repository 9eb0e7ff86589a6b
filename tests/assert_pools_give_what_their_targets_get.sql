-- A cent lost in rounding a split would be owed by nobody. Checked in all four amounts.
select
    billing_period,
    charge_date,
    pool_id,
    cost_component,
    provider_name,
    billing_currency,
    sum(billed_cost) as billed_cost,
    sum(effective_cost) as effective_cost,
    sum(billed_cost_in_billing_currency) as billed_cost_in_billing_currency,
    sum(effective_cost_in_billing_currency) as effective_cost_in_billing_currency

from {{ ref('int_sharing__pool_postings') }}

where {{ in_periods() }}

group by billing_period, charge_date, pool_id, cost_component, provider_name, billing_currency

having
    sum(billed_cost) <> 0
    or sum(effective_cost) <> 0
    or sum(billed_cost_in_billing_currency) <> 0
    or sum(effective_cost_in_billing_currency) <> 0
