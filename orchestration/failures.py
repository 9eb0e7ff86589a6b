"""What stopped a run or made a test warn, in words; of a dbt build, which node, and the first row that broke a test."""

from __future__ import annotations

import json

import duckdb

from orchestration.project import Project
from orchestration.warehouse import connect

# How many rows of a test that warned are told.
SHOWN = 20


class StepFailed(Exception):
    """A step that stopped the run: what and where, in one line."""


def first_failure(project: Project) -> str | None:
    """The first failed node of the last build with its message or its test's first row, then the others' names.

    None if none failed.
    """
    failed = results(project, "error", "fail")
    if not failed:
        return None
    worst = failed[0]
    name, *others = (result["unique_id"].split(".")[2] for result in failed)
    more = f"; failed too: {', '.join(others)} ({project.warehouse.with_suffix('.log')})" if others else ""
    return f"{name}: {first_row(rows(project, worst, 1), worst) or worst['message']}{more}"


def warnings(project: Project) -> list[str]:
    """The tests that warned in the last build: the first row of each with what to do, then the others without it."""
    said = []
    for result in results(project, "warn"):
        name = result["unique_id"].split(".")[2]
        found = rows(project, result, SHOWN)
        said.append(f"{name}: {first_row(found, result) or result['message']}")
        others = [{n: v for n, v in row.items() if n != "to_do"} for row in found[1:]]
        said += [f"{name}: {words(row)}" for row in others]
        if result["failures"] > SHOWN:
            said.append(f"{name}: and {result['failures'] - SHOWN} more")
    return said


def results(project: Project, *statuses: str) -> list[dict]:
    """What the last build says of the nodes that came out so."""
    file = project.target / "run_results.json"
    if not file.exists():
        return []
    return [result for result in json.loads(file.read_text())["results"] if result["status"] in statuses]


def first_row(found: list[dict], result: dict) -> str | None:
    """The first of the rows that a test found, as `column value`, and how many there are."""
    return f"{words(found[0])} ({result['failures']} rows)" if found else None


def rows(project: Project, result: dict, count: int) -> list[dict]:
    """So many of the rows that a test found, in the order of their columns."""
    if not result["unique_id"].startswith("test.") or not result.get("compiled_code"):
        return []
    try:
        with connect(project.warehouse, read_only=True) as connection:
            found = connection.execute(f"select * from ({result['compiled_code']}) order by all limit {count}")
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except duckdb.Error:
        return []


def words(row: dict) -> str:
    """A row as `column value`."""
    return ", ".join(f"{name} {value}" for name, value in row.items())
