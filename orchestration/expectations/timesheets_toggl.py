"""Toggl's hours that can be priced."""

from orchestration.expectations.rules import at_most_a_day, has_values, ties_out
from orchestration.feeds.timesheets import TOGGL


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(TOGGL),
            at_most_a_day('"Start date"', '"Email"', '"Duration"', per_hour=3600),
            ties_out(parameters, "0"),
        ]
    }
