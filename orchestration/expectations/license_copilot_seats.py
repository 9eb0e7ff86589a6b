"""A whole snapshot of Copilot's seats."""

from orchestration.expectations.rules import has_values, none_of, ties_out, where_none
from orchestration.feeds.licenses import COPILOT_SEATS


def expectations(parameters: dict) -> dict:
    """The suite of one snapshot: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(COPILOT_SEATS),
            where_none(
                "No seat ends before it starts",
                "pending_cancellation_date < cast(created_at as date)",
                "created_at",
                "pending_cancellation_date",
            ),
            none_of(
                "The pages of a snapshot lie in one folder, and have as many users as total_seats",
                "select count(distinct assignee_id) as users, max(total_seats) as total_seats from {batch}"
                " having count(distinct assignee_id) < max(total_seats)",
            ),
            ties_out(parameters, "0"),
        ]
    }
