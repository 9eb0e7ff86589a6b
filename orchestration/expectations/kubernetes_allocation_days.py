"""Estimates that belong to a day and a pod."""

from orchestration.expectations.rules import has_values, is_json, ties_out
from orchestration.feeds.kubernetes import ALLOCATION_DAYS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {"rows": [has_values(ALLOCATION_DAYS), is_json('"Labels"', "object", '"Pod"'), ties_out(parameters, "0")]}
