"""Clockify's hours that can be priced."""

from orchestration.expectations.rules import at_most_a_day, has_values, ties_out
from orchestration.feeds.timesheets import CLOCKIFY


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(CLOCKIFY),
            at_most_a_day('"Start Date"', '"Email"', '"Duration (h)"', per_hour=3600),
            ties_out(parameters, "0"),
        ]
    }
