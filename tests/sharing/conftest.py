"""The policy graphs, the same ones for all tests and in every run."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.project import ROOT
from tests.conftest import made_once
from tests.sharing.oracle import Graph


def draw(folder: Path) -> None:
    """In a process of its own: hypothesis draws constants too, of whatever modules are loaded."""
    command = [sys.executable, "-m", "tests.sharing.policy_graphs", folder / "graphs"]
    subprocess.run(command, check=True, cwd=ROOT)


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> list[Graph]:
    return pickle.loads((made_once(tmp_path_factory, "policy_graphs", draw) / "graphs").read_bytes())
