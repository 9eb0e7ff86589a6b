"""Whose files load is the vendor's manifest's to say: three copies of a month are one month."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.feeds import Feed, Manifest
from orchestration.feeds.focus import CHARGES
from orchestration.ingestion.arrivals import Found, look_at_feed

FEED = Feed(
    name="bills",
    tables=(CHARGES,),
    manifest=Manifest(pattern=r"-Manifest\.json$", files="files", execution="run"),
)


class Bucket:
    """The folder of a feed, as the vendor's bucket has it."""

    def __init__(self, exports: Path) -> None:
        self.exports = exports

    def put(self, path: str, content: str = "x") -> None:
        file = self.exports / "bills" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def manifest(self, path: str, run: str, *files: str) -> None:
        self.put(path, json.dumps({"run": run, "files": [f"some/prefix/{name}" for name in files]}))

    def look(self, feed: Feed = FEED) -> Found:
        found = Found()
        look_at_feed(self.exports, feed, found)
        return found


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    return Bucket(tmp_path)


def labels(found: Found) -> list[str]:
    return sorted(file.label.removeprefix("bills/") for file in found.files)


def test_of_three_runs_of_a_month_the_newest_loads(bucket: Bucket) -> None:
    for day in ("01", "15", "20"):
        run = f"202606{day}T000000Z-run{day}"
        bucket.put(f"data/2026-06/{run}/part.csv")
        bucket.manifest(f"metadata/2026-06/{run}/e-Manifest.json", f"run{day}", f"data/2026-06/{run}/part.csv")
    assert labels(bucket.look()) == ["data/2026-06/20260620T000000Z-run20/part.csv"]


def test_a_pointer_above_the_runs_says_which_counts(bucket: Bucket) -> None:
    for run in ("aaa", "bbb"):
        bucket.put(f"cur/june/{run}/cur-1.csv")
        bucket.manifest(f"cur/june/{run}/cur-Manifest.json", run, f"cur/june/{run}/cur-1.csv")
    bucket.manifest("cur/june/cur-Manifest.json", "aaa", "cur/june/aaa/cur-1.csv")
    assert labels(bucket.look()) == ["cur/june/aaa/cur-1.csv"]


@pytest.mark.parametrize("newer", ["run-1", "over"])
def test_an_export_that_was_changed_to_a_folder_for_each_run_goes_on(bucket: Bucket, newer: str) -> None:
    """The manifest that every run wrote over stays where it was, and the month would stand still."""
    bucket.put("data/2026-06/part.csv")
    bucket.manifest("metadata/2026-06/e-Manifest.json", "over", "data/2026-06/part.csv")
    day = datetime(2026, 6, 10 if newer == "run-1" else 30, tzinfo=UTC).timestamp()
    os.utime(bucket.exports / "bills/metadata/2026-06/e-Manifest.json", (day, day))
    run = "20260620T000000Z-run-1"
    bucket.put(f"data/2026-06/{run}/part.csv")
    bucket.manifest(f"metadata/2026-06/{run}/e-Manifest.json", "run-1", f"data/2026-06/{run}/part.csv")
    [label] = labels(bucket.look())
    assert (run in label) == (newer == "run-1")


def test_months_are_told_apart(bucket: Bucket) -> None:
    for month in ("june", "july"):
        bucket.put(f"cur/{month}/run-1/cur-1.csv")
        bucket.manifest(f"cur/{month}/cur-Manifest.json", "run-1", f"cur/{month}/run-1/cur-1.csv")
    assert labels(bucket.look()) == ["cur/july/run-1/cur-1.csv", "cur/june/run-1/cur-1.csv"]


def test_without_its_manifest_nothing_loads(bucket: Bucket) -> None:
    bucket.put("cur/june/run-1/cur-1.csv")
    found = bucket.look()
    assert found.files == []
    assert found.incomplete[0].folder == "bills/cur/june/run-1"
    assert "no manifest names cur-1.csv" in found.incomplete[0].reason


def test_a_manifest_whose_files_are_not_all_there_holds_the_whole_run(bucket: Bucket) -> None:
    bucket.put("cur/june/run-1/cur-1.csv")
    bucket.manifest("cur/june/cur-Manifest.json", "run-1", "cur/june/run-1/cur-1.csv", "cur/june/run-1/cur-2.csv")
    found = bucket.look()
    assert found.files == []
    assert "names 2 files, 1 are not there: cur-2.csv" in found.incomplete[0].reason


def test_a_run_that_overwrites_its_folder_is_a_delivery_of_its_own(bucket: Bucket) -> None:
    """With fewer parts than before, the old ones must not be counted as parts of the new whole."""
    bucket.put("june/part-1.csv")
    bucket.put("june/part-2.csv")
    bucket.manifest("june/e-Manifest.json", "first", "june/part-1.csv", "june/part-2.csv")
    assert labels(bucket.look()) == ["june@first/part-1.csv", "june@first/part-2.csv"]
    bucket.manifest("june/e-Manifest.json", "second", "june/part-1.csv")
    assert labels(bucket.look()) == ["june@second/part-1.csv"]


def test_a_broken_manifest_is_named(bucket: Bucket) -> None:
    bucket.put("june/part-1.csv")
    bucket.put("june/e-Manifest.json", "{")
    found = bucket.look()
    assert found.files == []
    assert "e-Manifest.json cannot be read" in found.incomplete[0].reason


def test_where_manifests_are_optional_a_folder_without_one_is_a_delivery(bucket: Bucket) -> None:
    optional = replace(FEED, manifest=replace(FEED.manifest, is_optional=True))
    bucket.put("classic/june.csv")
    bucket.put("improved/run-1/part.csv")
    bucket.put("improved/run-1/left_over.csv")
    bucket.manifest("improved/run-1/e-Manifest.json", "run-1", "improved/run-1/part.csv")
    found = bucket.look(optional)
    assert labels(found) == ["classic/june.csv", "improved/run-1/part.csv"]
    assert [missing.folder for missing in found.incomplete] == ["bills/improved/run-1"]
