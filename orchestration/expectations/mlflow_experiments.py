"""Experiments with a name."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.mlflow import EXPERIMENTS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(EXPERIMENTS),
            ties_out(parameters, "0"),
        ]
    }
