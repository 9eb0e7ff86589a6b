-- A cent lost in rounding a split would be owed by nobody. Checked in all four amounts.
{% set amounts = [
    'billed_cost', 'effective_cost', 'billed_cost_in_billing_currency', 'effective_cost_in_billing_currency',
] %}

select
    billing_period,
    charge_date,
    pool_id,
    cost_component,
    provider_name,
    billing_currency,
    {% for amount in amounts -%}
    sum({{ amount }}) as {{ amount }}{{ ',' if not loop.last }}
    {% endfor %}

from {{ ref('int_sharing__pool_postings') }}

where {{ in_periods() }}

group by billing_period, charge_date, pool_id, cost_component, provider_name, billing_currency

having
    {% for amount in amounts -%}
    sum({{ amount }}) <> 0{{ ' or' if not loop.last }}
    {% endfor %}
