"""Changes of issues, each with its time."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.jira import FIELD_HISTORY


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(FIELD_HISTORY),
            ties_out(parameters, "0"),
        ]
    }
