"""The sample company, run once through the real command, for every test that reads its showback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.sample_company import write_exports
from tests.conftest import apportion


@dataclass(frozen=True)
class Run:
    """A finished run and where it lies."""

    exports: Path
    warehouse: Path
    published: Path

    @property
    def current(self) -> Path:
        return self.published / "current" / "apportion.duckdb"

    @property
    def options(self) -> list:
        return [
            *("--exports", self.exports, "--policy", self.exports / "policy"),
            *("--warehouse", self.warehouse, "--published", self.published),
        ]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Four months of the sample company, published."""
    base = tmp_path_factory.mktemp("sample")
    write_exports(base / "exports", seed=1, months=4, rows=30_000)
    run = Run(base / "exports", base / "apportion.duckdb", base / "published")
    apportion("run", *run.options)
    return run
