"""An extract of the billing export is fit to be charged to somebody."""

from orchestration.expectations.rules import has_values, is_currency, none_of, ties_out, where_none
from orchestration.feeds.gcp_billing import AMOUNT, CHARGES, CREDITS
from orchestration.warehouse import quoted

LISTS = ("credits", "labels", "project.labels", "tags")


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(CHARGES),
            where_none(
                "No usage ends before it starts",
                "usage_end_time < usage_start_time",
                "usage_start_time",
                "usage_end_time",
            ),
            where_none(
                "cost_type is one of regular, tax, adjustment, rounding_error",
                "cost_type not in ('regular', 'tax', 'adjustment', 'rounding_error')",
                "cost_type",
            ),
            is_currency("currency"),
            *(
                where_none(
                    f"{column} is a list",
                    f"{quoted(column)} is not null"
                    f" and (not json_valid({quoted(column)}) or left(ltrim({quoted(column)}), 1) <> '[')",
                    quoted(column),
                )
                for column in LISTS
            ),
            where_none(
                "Every credit has an amount",
                f"len(list_filter({CREDITS}, lambda credit: {AMOUNT} is null)) > 0",
                "credits",
            ),
            none_of(
                "No charge is dated before 2000 or after 2100",
                "select min(usage_start_time) as first_charge, max(usage_end_time) as last_charge from {batch}"
                " having min(usage_start_time) < '2000-01-01' or max(usage_end_time) > '2100-01-01'",
            ),
            ties_out(parameters, CHARGES.billed),
        ]
    }
