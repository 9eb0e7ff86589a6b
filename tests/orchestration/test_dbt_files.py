"""When the parsed project is no longer the one in the files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration import dbt_files


@pytest.fixture
def parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two models that dbt has just parsed; `target/parsed` is what it made."""
    for name in ("models/marts/a.sql", "models/marts/b.sql", "dbt_project.yml", "target/parsed"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for path in tmp_path.rglob("*"):
        os.utime(path, (0, 0))
    os.utime(tmp_path / "target/parsed", (1, 1))
    monkeypatch.setattr(dbt_files, "ROOT", tmp_path)
    return tmp_path / "target/parsed"


def test_what_nobody_touched_is_not_parsed_anew(parsed: Path) -> None:
    assert not dbt_files.is_stale(parsed)
    assert dbt_files.is_stale(parsed, parsed.with_name("missing"))


@pytest.mark.parametrize("change", ["edited", "added", "gone"])
def test_a_model_that_changes_comes_or_goes_is_seen(parsed: Path, change: str) -> None:
    """A model that is gone would be built on, as long as it is in what was parsed."""
    marts = dbt_files.ROOT / "models/marts"
    if change == "gone":
        (marts / "a.sql").unlink()
    else:
        (marts / ("a.sql" if change == "edited" else "c.sql")).write_text("select 1")
    assert dbt_files.is_stale(parsed)
