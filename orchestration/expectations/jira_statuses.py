"""States with a name and a category."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.jira import STATUSES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(STATUSES),
            ties_out(parameters, "0"),
        ]
    }
