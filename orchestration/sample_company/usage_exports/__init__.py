"""What the company's own tools say of its use: gateway, clusters, trackers. No money, and the truth about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.months import Month
from orchestration.sample_company.policy import ENDPOINT_WINDOW
from orchestration.sample_company.usage_exports import (
    github_issues,
    gpu_metrics,
    issues,
    jira,
    kubernetes,
    langfuse,
    linear,
    litellm,
    mlflow,
    model_prices,
    slurm,
)
from orchestration.sample_company.usage_exports.truth import add_hours, open_usage, write_endpoint_costs, write_used
from orchestration.sample_company.usage_exports.workloads import load_workloads

if TYPE_CHECKING:
    import duckdb

__all__ = ["add_hours", "open_usage", "write_usage"]


def write_usage(connection: duckdb.DuckDBPyConnection, to: Path, months: list[Month]) -> None:
    """Write every tool's exports of these months below `to`, and what was really used."""
    load_workloads(connection, months)
    model_prices.write_model_prices(connection, to / "model_prices")
    litellm.write_litellm(connection, to / "litellm", months)
    kubernetes.write_kubernetes(connection, to / "kubernetes", months)
    slurm.write_slurm(connection, to / "slurm", months)
    mlflow.write_mlflow(connection, to / "mlflow", months)
    gpu_metrics.write_gpu_metrics(connection, to / "gpu_metrics", months)
    langfuse.write_langfuse(connection, to / "langfuse", months)
    issues.make_issues(connection, months)
    jira.write_jira(connection, to / "jira", months)
    linear.write_linear(connection, to / "linear", months)
    github_issues.write_github_issues(connection, to / "github_issues", months)
    write_used(connection, to / "truth")
    write_endpoint_costs(connection, to / "truth", ENDPOINT_WINDOW)
