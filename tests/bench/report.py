"""Figures beside their limits, in a terminal and as `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.bench.process import Measurement

HEADER = ("figure", "measured", "limit", "met")

INTRODUCTION = """# Benchmarks

The last results of `make bench`, which rewrites this page. Each figure is a whole process from start to
exit, started cold: seconds on the clock, and the largest sum of resident memory over the process and its children
(sampled; pages that processes share count in each). The published totals of every run were compared
with the sums of the delivered files and were equal to the last digit.

The *floor* is the least work that gives a showback (`tests/bench/floor.py`): it reads each charge once, rolls up
to the day, resolves tags, spreads what is shared, and sums. It does not hash, land, validate, explain or publish.
"""


@dataclass(frozen=True)
class Figure:
    """One number. Without a limit it is there to be known, not to be met."""

    name: str
    measured: float
    unit: str
    limit: float | None = None
    limit_reason: str = ""

    @property
    def is_met(self) -> bool:
        return self.limit is None or self.measured <= self.limit

    def cells(self) -> tuple[str, str, str, str]:
        """As the table has it."""
        limit = "" if self.limit is None else amount(self.limit, self.unit)
        reason = f" ({self.limit_reason})" if self.limit_reason else ""
        met = "" if self.limit is None else ("yes" if self.is_met else "NO")
        return self.name, amount(self.measured, self.unit), limit + reason, met


def amount(value: float, unit: str) -> str:
    """A number as people read it."""
    if unit == "rows/s":
        return f"{value:,.0f} {unit}"
    return f"{value:.2f} {unit}" if unit in ("GB", "x") else f"{value:.1f} {unit}"


def table(figures: list[Figure]) -> str:
    """For a terminal."""
    rows = [HEADER, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def page(figures: list[Figure], runs: dict[str, Measurement], skipped: list[str], about: list[str], date: str) -> str:
    """For `docs/benchmarks.md`."""
    lines = [INTRODUCTION, f"Measured on {date}:", "", *(f"- {line}" for line in about), "", "## Figures", ""]
    lines += markdown(HEADER, [figure.cells() for figure in figures])
    if skipped:
        lines += ["", "Not measured this time:", "", *(f"- {reason}" for reason in skipped)]
    for name, run in runs.items():
        lines += ["", f"## Seconds by step: {name}", ""]
        lines += markdown(("step", "seconds"), [(step, f"{seconds:.1f}") for step, seconds in merged(run.steps)])
    return "\n".join(lines) + "\n"


def merged(steps: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The landing of many files is one step here."""
    kept: dict[str, float] = {}
    for name, seconds in steps:
        known = "landing" if name.startswith("landing ") else name
        kept[known] = kept.get(known, 0.0) + seconds
    return list(kept.items())


def markdown(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A table, the first column in words, the others to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return ["| " + " | ".join(row) + " |" for row in [header, tuple(rule), *rows]]


def machine() -> list[str]:
    """What the numbers depend on, without a name or a path of the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"{cores} cores, {memory:.0f} GiB of memory, {processor()}",
        f"{system()}, {platform.machine()}",
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}",
    ]


def processor() -> str:
    """The model, where the system tells it."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "processor unknown"


def system() -> str:
    """The distribution where there is one."""
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, {platform.system()} {platform.release().partition('-')[0]}"
