"""The sample company, run once through the real command, for every test that reads its showback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.sample_company import write_exports
from tests.conftest import apportion, made_once


@dataclass(frozen=True)
class Run:
    """A run and where it lies."""

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


def run_in(base: Path) -> Run:
    return Run(base / "exports", base / "apportion.duckdb", base / "published")


def publish(base: Path) -> None:
    write_exports(base / "exports", seed=1, months=4, rows=30_000)
    apportion("run", *run_in(base).options)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Four months of the sample company, published."""
    return run_in(made_once(tmp_path_factory, "sample", publish))
