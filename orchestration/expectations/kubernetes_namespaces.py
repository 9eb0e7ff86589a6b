"""Labels that can be told of whose namespace they are."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.kubernetes import NAMESPACES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {"rows": [has_values(NAMESPACES), ties_out(parameters, "0")]}
