"""Issues that can be counted."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.linear import ISSUES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(ISSUES),
            where_none(
                "No issue is completed before it is created",
                '"Completed" < "Created"',
                '"ID"',
                '"Created"',
                '"Completed"',
            ),
            where_none("No estimate is negative", '"Estimate" < 0', '"ID"', '"Estimate"'),
            ties_out(parameters, "0"),
        ]
    }
