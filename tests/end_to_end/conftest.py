"""The sample company and the real bills, each run once through the real command, for every test that reads them."""

from __future__ import annotations

import shutil
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
    apportion("run", "--focus", *run_in(base).options)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Four months of the sample company, published."""
    return run_in(made_once(tmp_path_factory, "sample", publish))


# By feed, in ../shared/data. The cluster's machine is on the bill of Amazon.
REAL = {
    "focus": ["focus/focus_1_0_sample.csv"],
    "aws_cur": ["aws_cur/nise/finops"],
    "azure_cost": ["azure/ea_actual_cost.csv", "azure/ea_amortized_cost.csv", "azure/nise"],
    "gcp_billing": ["gcp_billing/gcp_res.csv", "gcp_billing/gcp_std.csv"],
    "oci_cost": ["oci/report_cost-5137_2026-06.csv"],
    "kubernetes": ["kubernetes"],
}


@pytest.fixture(scope="session")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Every real bill there is and a cluster's report, published with the project's own policy."""

    def publish_bills(base: Path) -> None:
        run = run_in(base)
        for feed, exports in REAL.items():
            for export in exports:
                source, target = shared / export, run.exports / feed / Path(export).name
                target.parent.mkdir(parents=True, exist_ok=True)
                if source.is_dir():
                    shutil.copytree(source, target, copy_function=shutil.copyfile)
                else:
                    shutil.copyfile(source, target)
        places = ["--warehouse", run.warehouse, "--published", run.published]
        apportion("run", "--exports", run.exports, *places, "--focus")

    return run_in(made_once(tmp_path_factory, "real_bills", publish_bills))
