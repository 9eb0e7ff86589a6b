"""What dbt reads of the project, and what it left of it when it last parsed it."""

from __future__ import annotations

from pathlib import Path

from orchestration.project import ROOT

SOURCES = ("models", "seeds", "macros", "tests", "analyses")

PARSED = ROOT / "target" / "partial_parse.msgpack"


def is_stale(*products: Path) -> bool:
    """Whether a file of the project is newer than what dbt made of all, or gone: then its folder is newer."""
    if not all(product.exists() for product in products):
        return True
    sources = [ROOT / "dbt_project.yml"]
    for folder in SOURCES:
        sources += (path for path in (ROOT / folder).rglob("*") if is_read(path))
    return max(path.stat().st_mtime for path in sources) > min(product.stat().st_mtime for product in products)


def is_read(path: Path) -> bool:
    """Whether dbt parses it, or may find something in it. What Python compiles beside the tests is neither."""
    return path.suffix in (".sql", ".yml") or (path.is_dir() and path.name != "__pycache__")
