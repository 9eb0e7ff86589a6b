"""Runs whose time can be counted."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.mlflow import RUNS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(RUNS),
            where_none(
                "status is one of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED",
                "upper(status) not in ('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED')",
                "run_id",
                "status",
            ),
            ties_out(parameters, "0"),
        ]
    }
