"""Issues that can be counted."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.jira import ISSUES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(ISSUES),
            where_none(
                "No issue is resolved before it is created",
                '"Resolved" < "Created"',
                '"Issue key"',
                '"Created"',
                '"Resolved"',
            ),
            where_none(
                "No estimate or time spent is negative",
                'least("Story Points", "Story point estimate", "Time Spent") < 0',
                '"Issue key"',
                '"Story Points"',
                '"Story point estimate"',
                '"Time Spent"',
            ),
            ties_out(parameters, "0"),
        ]
    }
