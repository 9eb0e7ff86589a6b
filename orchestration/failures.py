"""What stopped a run, in words; of a dbt build, which node, and the first rows that broke a test."""

from __future__ import annotations

import json

import duckdb

from orchestration.project import Project
from orchestration.warehouse import connect


class StepFailed(Exception):
    """A step that stopped the run: what and where, in one line."""


def first_failure(project: Project) -> str | None:
    """The first failed node of the last build with its message or its test's first row, then the others' names.

    None if none failed.
    """
    results = project.target / "run_results.json"
    if not results.exists():
        return None
    failed = [r for r in json.loads(results.read_text())["results"] if r["status"] in ("error", "fail")]
    if not failed:
        return None
    worst = failed[0]
    name, *others = (result["unique_id"].split(".")[2] for result in failed)
    more = f"; failed too: {', '.join(others)} ({project.warehouse.with_suffix('.log')})" if others else ""
    return f"{name}: {first_row(project, worst) or worst['message']}{more}"


def warnings(project: Project) -> list[str]:
    """What the last build's tests warn of: the test and the first row that it found."""
    results = json.loads((project.target / "run_results.json").read_text())["results"]
    warned = [result for result in results if result["status"] == "warn"]
    return [f"{r['unique_id'].split('.')[2]}: {first_row(project, r) or r['message']}" for r in warned]


def first_row(project: Project, result: dict) -> str | None:
    """The first row that a failed test found, as `column value`, and how many there are."""
    if not result["unique_id"].startswith("test.") or not result.get("compiled_code"):
        return None
    try:
        with connect(project.warehouse, read_only=True) as connection:
            found = connection.execute(f"select * from ({result['compiled_code']}) limit 1")
            row = found.fetchone()
            names = [column[0] for column in found.description]
    except duckdb.Error:
        return None
    return row and ", ".join(f"{n} {v}" for n, v in zip(names, row, strict=True)) + f" ({result['failures']} rows)"
