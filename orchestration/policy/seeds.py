"""The seed folder that dbt reads, written from a policy folder that was judged as a whole."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from orchestration.policy.files import FILES, File
from orchestration.policy.judging import PolicyError, judge
from orchestration.policy.reading import Row
from orchestration.project import ROOT

PROPERTIES = ROOT / "seeds" / "policy" / "_policy.yml"


def prepare(policy: Path, seeds: Path) -> list[str]:
    """Write the seed folder that dbt reads from a policy folder, and say what is absent or suspicious.

    A missing file becomes an empty seed. Raises `PolicyError` with every problem found,
    before anything is written.
    """
    verdict = judge(policy)
    if verdict.problems:
        raise PolicyError("\n".join(verdict.problems))
    seeds.mkdir(parents=True, exist_ok=True)
    for name, file in FILES.items():
        _write(seeds / f"{name}.csv", _as_csv(file, verdict.book.rows[name]))
    _write(seeds / PROPERTIES.name, PROPERTIES.read_bytes())
    absent = [
        f"no {name}.csv in {policy}: {file.absent}"
        for name, file in FILES.items()
        if file.absent and not (policy / f"{name}.csv").exists()
    ]
    return absent + verdict.warnings


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
