"""A FOCUS delivery is fit to be charged to somebody."""

from orchestration.expectations.rules import has_values, is_currency, is_json, none_of, ties_out, where_none
from orchestration.feeds.focus import CHARGES

CATEGORIES = "('usage', 'purchase', 'tax', 'credit', 'adjustment')"


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(CHARGES),
            where_none(
                "No charge ends before it starts",
                '"ChargePeriodEnd" < "ChargePeriodStart"',
                '"ChargePeriodStart"',
                '"ChargePeriodEnd"',
            ),
            where_none(
                "Every billing period ends after it starts",
                '"BillingPeriodEnd" <= "BillingPeriodStart"',
                '"BillingPeriodStart"',
                '"BillingPeriodEnd"',
            ),
            where_none(
                "ChargeCategory is one of Usage, Purchase, Tax, Credit, Adjustment",
                f'lower("ChargeCategory") not in {CATEGORIES}',
                '"ChargeCategory"',
            ),
            is_currency('"BillingCurrency"'),
            is_json('"Tags"', "object"),
            none_of(
                "No charge is dated before 2000 or after 2100",
                'select min("ChargePeriodStart") as first_charge, max("ChargePeriodEnd") as last_charge from {batch}'
                " having min(\"ChargePeriodStart\") < '2000-01-01' or max(\"ChargePeriodEnd\") > '2100-01-01'",
            ),
            ties_out(parameters, '"BilledCost"'),
        ]
    }
