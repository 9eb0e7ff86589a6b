"""One company that every feed delivers to, published once: a whole run takes half a minute."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from orchestration.project import ROOT
from tests.conftest import apportion, made_once


@dataclass(frozen=True)
class Company:
    """A finished run."""

    warehouse: Path
    published: Path


def publish(base: Path) -> None:
    policy = base / "policy"
    policy.mkdir()
    for file in (ROOT / "seeds" / "policy").glob("tag_*.csv"):
        (policy / file.name).write_bytes(file.read_bytes())
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        module = import_module(f"tests.feeds.{file.stem}")
        if hasattr(module, "deliver_to_company"):
            module.deliver_to_company(base)
    places = ["--warehouse", base / "w.duckdb", "--published", base / "published"]
    apportion("run", "--exports", base / "exports", "--policy", policy, *places)


@pytest.fixture(scope="session")
def every_feed(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """What each module of this folder adds with `deliver_to_company`, small enough to add up by hand."""
    base = made_once(tmp_path_factory, "every_feed", publish)
    return Company(base / "w.duckdb", base / "published" / "current" / "apportion.duckdb")
