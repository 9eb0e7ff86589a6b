"""Hours that can be priced."""

from orchestration.expectations.rules import has_values, none_of, ties_out
from orchestration.feeds.timesheets import HOURS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(HOURS),
            none_of(
                "Nobody works more than 24 hours on a day",
                "select worked_on, person, sum(hours) as hours from {batch} group by all having sum(hours) > 24",
            ),
            ties_out(parameters, "0"),
        ]
    }
