"""Epics with a key."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.jira import EPICS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(EPICS),
            ties_out(parameters, "0"),
        ]
    }
