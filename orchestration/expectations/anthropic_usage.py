"""Anthropic's usage of messages."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.anthropic import USAGE

COUNTS = [column.name for column in USAGE.columns if column.kind == "number"]


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(USAGE),
            where_none("No bucket ends before it starts", "ending_at <= starting_at", "starting_at", "ending_at"),
            where_none("Nothing is used less than not at all", f"least({', '.join(COUNTS)}) < 0", "starting_at"),
            ties_out(parameters, "0"),
        ]
    }
