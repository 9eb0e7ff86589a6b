"""MetricFlow's answers are the marts': one definition of each amount, whoever asks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from orchestration.project import ROOT
from tests.conftest import query

pytestmark = pytest.mark.slow

OWNERS = ["team_id", "project_id", "lifecycle_stage", "ai_activity", "cost_component", "provider_name", "currency"]
COSTS = ["total_cost", "direct_cost", "shared_cost", "billed_cost"]


def asked(warehouse: Path, file: Path, metrics: list[str], dimensions: list[str]) -> list[tuple]:
    """What `mf query` writes, ordered by its dimensions."""
    command = [ROOT / ".venv" / "bin" / "mf", "query", "--metrics", ",".join(metrics), "--csv", file]
    command += ["--group-by", ",".join(dimensions)]
    environment = {**os.environ, "APPORTION_WAREHOUSE": str(warehouse)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    columns = ", ".join([*dimensions, *metrics])
    return duckdb.sql(f"select {columns} from read_csv('{file}', all_varchar = true) order by {columns}").fetchall()


@pytest.mark.parametrize(
    ("metrics", "dimensions", "mart"),
    [
        (
            COSTS,
            ["cost__posting_period", *(f"cost__{name}" for name in OWNERS)],
            f"select month, {', '.join(OWNERS)}, {', '.join(COSTS)} from showback.monthly_costs order by all",
        ),
        (
            ["unallocated_cost", "coverage_percent"],
            ["coverage__posting_period", "coverage__provider_name"],
            """
            select month, provider_name, unallocated_cost, 100 - unallocated_percent
            from coverage.allocation_coverage order by all
            """,
        ),
    ],
)
def test_a_metric_is_what_the_mart_says(sample, tmp_path, metrics, dimensions, mart):
    """To the fifteen digits that MetricFlow keeps of a decimal."""
    given = asked(sample.warehouse, tmp_path / "answer.csv", metrics, dimensions)
    expected = query(sample.warehouse, mart)
    names = len(dimensions)
    assert [row[:names] for row in given] == [row[:names] for row in expected]
    for answer, row in zip(given, expected, strict=True):
        amounts = [None if amount is None else float(amount) for amount in row[names:]]
        found = [None if amount is None else float(amount) for amount in answer[names:]]
        assert found == [amount if amount is None else pytest.approx(amount, rel=1e-12, abs=1e-6) for amount in amounts]
