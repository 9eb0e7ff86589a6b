"""A manifest says which files are one whole: no other file stands in for one that is missing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from orchestration.feeds import Column, Feed, Manifest, Table
from orchestration.ingestion.arrivals import ExportFile
from orchestration.ingestion.manifests import named_by_manifests
from orchestration.ingestion.reading import typed
from orchestration.ingestion.sources import plain_source

TAGS = Column("tags", "tags", prefixes=("tag/user:", "tag/", "category/"))
TABLE = Table("bill", (TAGS,), account="''", period="null")
FEED = Feed(
    "bill", (TABLE,), manifest=Manifest(r"manifest\.json$", files="keys|files.*.name", execution="run|executionId")
)


class Exports:
    """A folder of exports with manifests in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def file(self, path: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text("a\n1\n")

    def manifest(self, path: str, content: dict) -> None:
        self.file(path)
        (self.root / path).write_text(json.dumps(content))

    def named(self) -> tuple[list[str], list[str]]:
        """The files that are taken, and why the others are not."""
        found = sorted(path for path in self.root.rglob("*") if path.is_file())
        files = [ExportFile.at(FEED, path, self.root) for path in found if path.suffix == ".csv"]
        taken, incomplete = named_by_manifests(FEED, self.root, files, [p for p in found if p.suffix == ".json"])
        return sorted(str(file.path.relative_to(self.root)) for file in taken), [reason for _, reason in incomplete]


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


def test_a_list_may_stand_in_one_of_several_places(exports: Exports) -> None:
    exports.file("bill/old/run-1/a.csv")
    exports.manifest("bill/old/run-1/manifest.json", {"run": "run-1", "keys": ["old/run-1/a.csv"]})
    exports.file("bill/new/data/run-2/b.csv")
    content = {"executionId": "run-2", "files": [{"name": "s3://bucket/new/data/run-2/b.csv"}]}
    exports.manifest("bill/new/metadata/run-2/manifest.json", content)
    assert exports.named() == (["bill/new/data/run-2/b.csv", "bill/old/run-1/a.csv"], [])


@pytest.mark.parametrize(
    "other",
    ["bill/payer-1/data/month=07/a.csv", "bill/payer-2/data/month=06/a.csv", "bill/payer-2/export/data/month=06/a.csv"],
)
def test_another_months_or_accounts_file_of_the_same_name_does_not_stand_in(exports: Exports, other: str) -> None:
    """Names of parts repeat every month: half a bill would look whole."""
    exports.manifest(
        "bill/payer-1/metadata/month=06/manifest.json", {"run": "r1", "keys": ["export/data/month=06/a.csv"]}
    )
    exports.file(other)
    taken, reasons = exports.named()
    assert taken == []
    assert "1 are not there: a.csv" in reasons[0]


@pytest.mark.parametrize("place", ["bill/june/a.csv", "bill/bucket/prefix/june/run-1/a.csv", "bill/run-1/a.csv"])
def test_a_bucket_may_be_copied_from_any_of_its_folders(exports: Exports, place: str) -> None:
    exports.file(place)
    folder = place.rpartition("/")[0]
    exports.manifest(f"{folder}/manifest.json", {"run": "run-1", "keys": ["prefix/june/run-1/a.csv"]})
    assert exports.named() == ([place], [])


def test_runs_without_a_date_in_their_name_are_as_new_as_their_manifest(exports: Exports) -> None:
    """A random id sorts anywhere: the older run would win every other time."""
    for age, run in ((20, "ffff"), (10, "aaaa")):
        exports.file(f"bill/june/{run}/a.csv")
        path = f"bill/june/{run}/manifest.json"
        exports.manifest(path, {"run": run, "keys": [f"june/{run}/a.csv"]})
        os.utime(exports.root / path, (1_000_000 - age, 1_000_000 - age))
    assert exports.named()[0] == ["bill/june/aaaa/a.csv"]


def test_the_id_of_a_run_is_a_whole_folder(exports: Exports) -> None:
    """A run called 1 is not in every month that has a 1 in its name."""
    for month in ("20260601", "20260701"):
        exports.file(f"bill/{month}/1/a.csv")
        exports.manifest(f"bill/{month}/manifest.json", {"run": "1", "keys": [f"{month}/1/a.csv"]})
    assert exports.named() == (["bill/20260601/1/a.csv", "bill/20260701/1/a.csv"], [])


def test_tags_whose_keys_differ_in_case_or_prefix_are_one(tmp_path: Path) -> None:
    """The vendor allows team and Team side by side; the first that says something counts."""
    import duckdb

    path = tmp_path / "a.csv"
    path.write_text("category/env,tag/user:Team,tag/user:team,tag/aws:by,tag/user:env\nprod,,red,x,\n,blue,red,,test\n")
    source = plain_source(duckdb.connect(), FEED, path, ".csv")
    rows = duckdb.execute(f"select {typed(TAGS, source)} from {source.relation}").fetchall()
    assert [json.loads(row[0]) for row in rows] == [
        {"env": "prod", "Team": "red", "aws:by": "x"},
        {"env": "test", "Team": "blue"},
    ]
