"""Labels that can be told of which node they are."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.kubernetes import NODES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {"rows": [has_values(NODES), ties_out(parameters, "0")]}
