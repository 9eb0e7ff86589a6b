"""Projects with a key and a name."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.jira import PROJECTS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(PROJECTS),
            ties_out(parameters, "0"),
        ]
    }
