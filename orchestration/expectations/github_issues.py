"""Issues that can be counted."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.github_issues import ISSUES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(ISSUES),
            where_none("state is open or closed", "lower(state) not in ('open', 'closed')", "number", "state"),
            where_none(
                "No issue is closed before it is created", "closed_at < created_at", "number", "created_at", "closed_at"
            ),
            ties_out(parameters, "0"),
        ]
    }
