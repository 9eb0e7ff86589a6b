"""What dbt reads of the project, and what it left of it when it last parsed it."""

from __future__ import annotations

from pathlib import Path

from orchestration.project import ROOT

SOURCES = ("models", "seeds", "macros", "tests", "analyses")

PARSED = ROOT / "target" / "partial_parse.msgpack"


def is_stale(product: Path) -> bool:
    """Whether a file of the project is newer than what dbt made of all."""
    if not product.exists():
        return True
    files = [ROOT / "dbt_project.yml"]
    for folder in SOURCES:
        files += (p for p in (ROOT / folder).rglob("*") if p.suffix in (".sql", ".yml"))
    return max(path.stat().st_mtime for path in files) > product.stat().st_mtime
