"""Volumes whose hours can be counted."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.kubernetes import VOLUMES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(VOLUMES),
            where_none(
                "No volume is smaller than nothing",
                "persistentvolumeclaim_capacity_byte_seconds < 0",
                "persistentvolumeclaim",
            ),
            ties_out(parameters, "0"),
        ]
    }
