"""Tempo's worklogs that can be priced."""

from orchestration.expectations.rules import at_most_a_day, has_values, ties_out
from orchestration.feeds.timesheets import TEMPO

# Pages of one pull overlap when somebody logs work meanwhile.
NEWEST = (
    '(select * from {batch} qualify row_number() over (partition by "tempoWorklogId" order by "updatedAt" desc) = 1)'
)


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(TEMPO),
            at_most_a_day('"startDate"', '"accountId"', '"timeSpentSeconds"', per_hour=3600, rows=NEWEST),
            ties_out(parameters, "0"),
        ]
    }
