"""The names of a site's fields."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.jira import FIELDS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(FIELDS),
            ties_out(parameters, "0"),
        ]
    }
