"""The two sides of a comparison: copies of the warehouse, each built with its policy by dbt."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.explain.explanation import ExplainError
from orchestration.explain.reading import reading
from orchestration.failures import StepFailed, first_failure
from orchestration.files import copy_bytes
from orchestration.partitions import build_vars, stale_periods, surroundings
from orchestration.policy.diff.difference import LAST_MONTHS, Difference, compared
from orchestration.policy.files import FILES
from orchestration.policy.seeds import prepare
from orchestration.project import APPORTION_DBT, ROOT, Project

# All that the showback of a month is made of.
SHOWBACK = "+monthly_costs"


def diff(
    project: Project,
    other: Path,
    progress: Callable[[str], None],
    last_months: int | None = None,
    to: Path | None = None,
) -> Difference:
    """What another policy folder would change on what this warehouse has ingested, or on its last months alone.

    Writes what it finds to the folder `to`, when one is named.

    The warehouse is only read: both sides are built in copies beside it (in a temporary folder where nobody may write
    there), which are gone afterwards. Raises
    `PolicyError` when one of the folders is refused, `ExplainError` without a warehouse to read, `StepFailed` when a
    side cannot be built.
    """
    if not project.warehouse.is_file():
        raise ExplainError(f"{project.warehouse}: no such warehouse; run `apportion run` first")
    beside = project.warehouse.parent
    with TemporaryDirectory(dir=beside if os.access(beside, os.W_OK) else None, prefix=".policy-diff-") as scratch:
        # The files have the warehouse's name: it is in the definitions of its views.
        before, after = (
            replace(project, policy=policy, warehouse=Path(scratch) / side / project.warehouse.name)
            for side, policy in (("before", project.policy), ("after", other))
        )
        notes = []
        for side in (before, after):
            side.warehouse.parent.mkdir()
            notes += [note for note in prepare(side.policy, side.seeds) if note not in notes]
        changed = changed_files(before.seeds, after.seeds)
        if not changed and to is None:
            return Difference({}, notes)
        if not copy_of_what_is_built(project.warehouse, before):
            progress(f"building with {before.policy}, since the warehouse is not")
            build(before, [SHOWBACK], "--full-refresh")
        months = latest(before.warehouse, last_months) if last_months else []
        if changed:
            progress(f"building with {after.policy}")
            copy_bytes(before.warehouse, after.warehouse)
            # What no changed file leads to is the same on both sides already; months that nobody asks for are left out.
            only = ("--vars", json.dumps(build_vars(months))) if months else ("--full-refresh",)
            build(after, [f"{name}+,{SHOWBACK}" for name in changed], *only)
        else:
            after = before
        progress("comparing")
        return compared(before.warehouse, after.warehouse, Path(scratch), changed, notes, months, to)


def latest(warehouse: Path, count: int) -> list[str]:
    """The last months that were delivered and cost something, oldest first."""
    with reading(warehouse) as connection:
        return sorted(month for (month,) in connection.execute(LAST_MONTHS, [count]).fetchall())


def changed_files(before: Path, after: Path) -> dict[str, tuple[int, int]]:
    """How many lines of each policy file are gone and how many are new, where any are."""
    changed = {}
    for name in FILES:
        gone, new = (Counter(lines(seeds / f"{name}.csv")) for seeds in (before, after))
        if gone != new:
            changed[name] = ((gone - new).total(), (new - gone).total())
    return changed


def lines(seed: Path) -> list[tuple[str, ...]]:
    with seed.open(encoding="utf-8", newline="") as stream:
        return [tuple(record) for record in csv.reader(stream)]


def copy_of_what_is_built(warehouse: Path, side: Project) -> bool:
    """Copy the warehouse while nobody can write to it, and say whether it is built with the policy of the side."""
    with reading(warehouse) as connection:
        is_built = stale_periods(connection, surroundings(side)) == []
        if not connection.execute("select count(*) from period_inputs").fetchone()[0]:
            raise ExplainError(f"{warehouse}: nothing is ingested in it yet; run `apportion run` first")
        copy_bytes(warehouse, side.warehouse)
        # What a run that was killed wrote is in here.
        log = warehouse.with_name(f"{warehouse.name}.wal")
        if log.exists():
            copy_bytes(log, side.warehouse.with_name(log.name))
    return is_built


def build(side: Project, select: list[str], *options: str) -> None:
    """Build some models of one side and test them. Raises `StepFailed` in the words of what failed."""
    command = [
        *(APPORTION_DBT, "--quiet", "--no-use-colors", "--log-path", side.warehouse.parent, "build", *options),
        *("--select", *select, "--exclude-resource-type", "unit_test", "--target-path", side.target),
        *("--project-dir", ROOT, "--profiles-dir", ROOT),
    ]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **side.environment()}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StepFailed(f"with {side.policy}: {first_failure(side) or (done.stdout + done.stderr).strip()[-1000:]}")
