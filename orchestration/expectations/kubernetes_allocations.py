"""Allocations that belong to a day."""

from orchestration.expectations.rules import has_values, is_json, ties_out, where_none
from orchestration.feeds.kubernetes import ALLOCATIONS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(ALLOCATIONS),
            where_none(
                "No window goes over midnight (pull with step=1d or shorter)",
                "window_end > date_trunc('day', window_start) + interval 1 day or window_end <= window_start",
                "name",
                "window_start",
                "window_end",
            ),
            is_json("labels", "object", "name"),
            is_json("namespace_labels", "object", "name"),
            where_none("No allocation ran for less than nothing", "minutes < 0", "name", "minutes"),
            ties_out(parameters, "0"),
        ]
    }
