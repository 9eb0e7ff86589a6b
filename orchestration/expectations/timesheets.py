"""Hours that can be priced."""

from orchestration.expectations.rules import at_most_a_day, has_values, ties_out
from orchestration.feeds.timesheets import HOURS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(HOURS),
            at_most_a_day("worked_on", "person", "hours"),
            ties_out(parameters, "0"),
        ]
    }
