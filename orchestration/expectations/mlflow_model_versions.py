"""Versions of registered models."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.mlflow import MODEL_VERSIONS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(MODEL_VERSIONS),
            where_none(
                "current_stage is one of None, Staging, Production, Archived",
                "lower(current_stage) not in ('none', 'staging', 'production', 'archived')",
                "name",
                "version",
                "current_stage",
            ),
            ties_out(parameters, "0"),
        ]
    }
