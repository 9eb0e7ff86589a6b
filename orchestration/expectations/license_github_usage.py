"""A GitHub usage report that can be charged."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.licenses import GITHUB_USAGE


def expectations(parameters: dict) -> dict:
    """The suite of one report: `parameters` are landing's own counts."""
    return {"rows": [has_values(GITHUB_USAGE), ties_out(parameters, "net_amount")]}
