"""A cost and usage report whose every line item has a rule that says what it costs."""

from orchestration.expectations.rules import has_values, is_currency, is_json, ties_out, where_none
from orchestration.feeds.aws_cur import CHARGES

LINE_ITEM_TYPES = (
    "Usage",
    "SavingsPlanCoveredUsage",
    "SavingsPlanNegation",
    "SavingsPlanRecurringFee",
    "SavingsPlanUpfrontFee",
    "DiscountedUsage",
    "RIFee",
    "Fee",
    "FlatRateSubscription",
    "Tax",
    "Credit",
    "Refund",
)


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(CHARGES),
            where_none(
                "No line item ends before it starts",
                "line_item_usage_end_date < line_item_usage_start_date",
                "line_item_usage_start_date",
                "line_item_usage_end_date",
            ),
            where_none(
                "Every billing period ends after it starts",
                "bill_billing_period_end_date <= bill_billing_period_start_date",
                "bill_billing_period_start_date",
                "bill_billing_period_end_date",
            ),
            where_none(
                "line_item_line_item_type is one that has a rule, or a discount",
                f"line_item_line_item_type not in {LINE_ITEM_TYPES} and line_item_line_item_type not like '%Discount'",
                "line_item_line_item_type",
            ),
            is_currency("line_item_currency_code"),
            where_none(
                "Every line item but those of split cost allocation has an unblended cost",
                "line_item_unblended_cost is null and split_line_item_parent_resource_id is null",
                "line_item_line_item_type",
                "line_item_unblended_cost",
            ),
            where_none(
                "Every line item has what its effective cost is told from (under a savings plan or reservation,"
                " that commitment's columns)",
                f"({CHARGES.effective}) is null",
                "line_item_line_item_type",
            ),
            where_none(
                "Every RIFee says what of it was unused",
                "line_item_line_item_type = 'RIFee' and coalesce(reservation_unused_recurring_fee,"
                " reservation_unused_amortized_upfront_fee_for_billing_period, reservation_net_unused_recurring_fee,"
                " reservation_net_unused_amortized_upfront_fee_for_billing_period) is null",
                "line_item_line_item_type",
            ),
            *(is_json(tags, "object") for tags in ("resource_tags", "tags", "cost_category", "product")),
            ties_out(parameters, CHARGES.billed),
        ]
    }
