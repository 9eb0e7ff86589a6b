"""The project as dbt reads it, in folders of its own: nothing here touches a real warehouse."""

from __future__ import annotations

import json

import pytest

from orchestration.dbt_project import prepared
from orchestration.ingestion.registry import prepare
from orchestration.warehouse import connect
from tests.conftest import Dbt


@pytest.fixture(scope="session")
def dbt(tmp_path_factory) -> Dbt:
    folder = tmp_path_factory.mktemp("dbt")
    return Dbt(folder / "warehouse.duckdb", folder / "target")


@pytest.fixture(scope="session")
def manifest() -> dict:
    """All that dbt knows of the project."""
    return json.loads(prepared().manifest_path.read_text())


@pytest.fixture(scope="session")
def models(manifest) -> dict[str, dict]:
    """The models by name."""
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


@pytest.fixture(scope="session")
def built(dbt) -> Dbt:
    """dbt beside a warehouse in which nothing was ever delivered; every model is built and every test passes."""
    with connect(dbt.warehouse) as connection:
        prepare(connection)
    dbt("build")
    return dbt
