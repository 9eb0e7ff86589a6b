"""A Snowflake extract is fit to be charged to somebody."""

from orchestration.expectations.rules import has_values, is_currency, ties_out, where_none
from orchestration.feeds.snowflake import CHARGES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(CHARGES),
            is_currency("currency"),
            where_none(
                "is_adjustment is true or false",
                "lower(is_adjustment) not in ('true', 'false')",
                "is_adjustment",
            ),
            ties_out(parameters, CHARGES.billed),
        ]
    }
