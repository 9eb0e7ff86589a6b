"""Harvest's hours that can be priced."""

from orchestration.expectations.rules import at_most_a_day, has_values, ties_out, where_none
from orchestration.feeds.timesheets import HARVEST


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(HARVEST),
            where_none("An entry names its person", 'coalesce("First Name", "Last Name") is null', '"Date"'),
            at_most_a_day('"Date"', '"Employee Id", "First Name", "Last Name"', '"Hours"'),
            ties_out(parameters, "0"),
        ]
    }
