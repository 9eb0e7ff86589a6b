"""The seed folder that dbt reads, written from a policy folder that was judged as a whole."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from orchestration.policy.contradictions import CHECKS
from orchestration.policy.files import FILES, File
from orchestration.policy.reading import Row, read
from orchestration.project import ROOT

PROPERTIES = ROOT / "seeds" / "policy" / "_policy.yml"


class PolicyError(Exception):
    """A policy that cannot be used: one problem per line, with file and line."""


def prepare(policy: Path, seeds: Path) -> list[str]:
    """Write the seed folder that dbt reads from a policy folder, and say what is absent.

    A missing file becomes an empty seed. Raises `PolicyError` with every problem found,
    before anything is written.
    """
    if not policy.is_dir():
        raise PolicyError(f"{policy}: no such policy folder; create it or give another one")
    book, problems = read(policy)
    problems += [problem for check in CHECKS for problem in check(book)]
    if problems:
        order = [*FILES, *sorted({found.file for found in problems} - FILES.keys())]
        problems.sort(key=lambda found: (order.index(found.file), found.line))
        raise PolicyError("\n".join(f"{policy}{os.sep}{problem}" for problem in problems))

    seeds.mkdir(parents=True, exist_ok=True)
    for name, file in FILES.items():
        _write(seeds / f"{name}.csv", _as_csv(file, book.rows[name]))
    _write(seeds / PROPERTIES.name, PROPERTIES.read_bytes())
    return [
        f"no {name}.csv in {policy}: {file.absent}"
        for name, file in FILES.items()
        if file.absent and not (policy / f"{name}.csv").exists()
    ]


def _as_csv(file: File, rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(file.header)
    writer.writerows([row[name] for name in file.header] for row in rows)
    return out.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    """Replace a file as a whole, and only when it changes: dbt parses changed files anew."""
    if path.is_file() and path.read_bytes() == content:
        return
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
