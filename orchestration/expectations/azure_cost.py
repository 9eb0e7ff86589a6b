"""An Azure export is fit to be charged to somebody."""

from orchestration.expectations.rules import has_values, is_currency, ties_out, where_none
from orchestration.feeds.azure_cost import CHARGE_TYPES, CHARGES


def expectations(parameters: dict) -> dict:
    """The suite of one export: `parameters` are landing's own counts."""
    known = ", ".join(f"'{name}'" for name in CHARGE_TYPES)
    return {
        "rows": [
            has_values(CHARGES),
            where_none(
                "Every charge names who is billed: BillingAccountId, BillingProfileId or SubscriptionId",
                f"{CHARGES.account} is null",
                '"Date"',
                '"CostInBillingCurrency"',
            ),
            where_none(
                "ChargeType is one that this warehouse knows how to count",
                f'lower("ChargeType") not in ({known})',
                '"ChargeType"',
            ),
            is_currency('"BillingCurrency"'),
            where_none(
                "No billing period ends before it starts",
                '"BillingPeriodEndDate" < "BillingPeriodStartDate"',
                '"BillingPeriodStartDate"',
                '"BillingPeriodEndDate"',
            ),
            ties_out(parameters, CHARGES.billed),
        ]
    }
