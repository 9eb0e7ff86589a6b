-- What a chain of pools loses on its way would be hidden as rounding: more than the last digits of a double is not.
select
    billing_period,
    charge_date,
    pool_id,
    cost_component,
    billing_currency,
    sum(case when posting_kind = 'rounding' then abs(effective_cost) + abs(billed_cost) else 0 end) as rounded,
    sum(abs(effective_cost) + abs(billed_cost)) as moved

from {{ ref('int_sharing__pool_postings') }}

where {{ in_periods() }}

group by billing_period, charge_date, pool_id, cost_component, billing_currency

having
    sum(case when posting_kind = 'rounding' then abs(effective_cost) + abs(billed_cost) else 0 end)
    > 0.000000001 + 0.000000001 * sum(abs(effective_cost) + abs(billed_cost))
