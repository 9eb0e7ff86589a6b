"""The project as dbt reads it, in folders of its own: nothing here touches a real warehouse."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from orchestration.ingestion.registry import prepare
from orchestration.project import DBT, QUIET_ENVIRONMENT, ROOT
from orchestration.warehouse import connect


class Dbt:
    """dbt in a process of its own, on a scratch warehouse and target."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = folder / "warehouse.duckdb"
        self.target = folder / "target"

    def __call__(self, *arguments: str) -> str:
        """What dbt printed. Fails the test with dbt's own words."""
        environment = {
            **os.environ,
            **QUIET_ENVIRONMENT,
            "APPORTION_WAREHOUSE": str(self.warehouse),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.target),
        }
        environment.pop("APPORTION_SEEDS", None)
        done = subprocess.run(
            [DBT, "--no-use-colors", *arguments, "--project-dir", ROOT, "--profiles-dir", ROOT],
            capture_output=True,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def dbt(tmp_path_factory) -> Dbt:
    return Dbt(tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="session")
def manifest(dbt) -> dict:
    """All that dbt knows of the project after one parse."""
    dbt("parse")
    return json.loads((dbt.target / "manifest.json").read_text())


@pytest.fixture(scope="session")
def models(manifest) -> dict[str, dict]:
    """The models by name."""
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


@pytest.fixture(scope="session")
def built(dbt) -> Dbt:
    """dbt beside a warehouse in which nothing was ever delivered, and every model is built."""
    with connect(dbt.warehouse) as connection:
        prepare(connection)
    dbt("build", "--exclude-resource-type", "unit_test")
    return dbt
