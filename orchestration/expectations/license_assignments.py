"""Seat assignments that can be charged."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.licenses import ASSIGNMENTS


def expectations(parameters: dict) -> dict:
    """The suite of one register: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(ASSIGNMENTS),
            where_none(
                "No assignment ends before it starts",
                "assigned_to < assigned_from",
                "license_id",
                "assigned_from",
                "assigned_to",
            ),
            where_none("No assignment takes back seats", "seats < 0", "license_id", "seats"),
            where_none(
                "An assignment names a team or a project",
                "team_id is null and project_id is null",
                "license_id",
            ),
            ties_out(parameters, "0"),
        ]
    }
