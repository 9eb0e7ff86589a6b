"""Which run of an export is the newest, and that one without its manifest changes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from orchestration.feeds import Column, Feed, Manifest, Table, View
from orchestration.ingestion.arrivals import ExportFile, Found, look_at_feed
from orchestration.ingestion.landing import view_of
from orchestration.ingestion.refusal import Refused
from orchestration.ingestion.sources import Source
from orchestration.warehouse import connect

VIEWS = (View("amortized", "AmortizedCost", shown_by="kind = 'unused'"), View("actual", shown_by="kind = 'bought'"))
BILL = Table("bill", (Column("kind"),), account="'a'", period=None, views=VIEWS)
FEED = Feed(
    "bill",
    (BILL,),
    manifest=Manifest("^manifest.json$", "blobs.*.blobName", "run.id", "blobs.*.rows", "run.at", "type", True),
    run_in_name=r"_([0-9a-f]{4})\.csv$",
)


def run(exports: Path, folder: str, made_at: str | None) -> Path:
    """A run of one file; without a time, its manifest has not come yet."""
    path = exports / "bill/june" / folder / "part.csv"
    path.parent.mkdir(parents=True)
    path.write_text("kind\nused\n")
    content = {
        "type": "AmortizedCost",
        "run": {"id": folder, "at": made_at},
        "blobs": [{"blobName": f"{folder}/part.csv"}],
    }
    if made_at:
        (path.parent / "manifest.json").write_text(json.dumps(content))
    return path


def look(exports: Path) -> Found:
    found = Found()
    look_at_feed(exports, FEED, found)
    return found


def test_the_newest_run_is_told_by_its_own_time_not_by_its_identifier(tmp_path: Path) -> None:
    run(tmp_path, "ffff", "2026-06-01T08:00:00Z")
    run(tmp_path, "0000", "2026-06-02T08:00:00Z")
    assert [(file.folder, file.view, file.rows) for file in look(tmp_path).files] == [
        ("bill/june/0000", "AmortizedCost", None)
    ]


def test_a_run_that_is_cut_off_before_its_manifest_is_incomplete_also_where_manifests_are_optional(
    tmp_path: Path,
) -> None:
    run(tmp_path, "aaaa", "2026-06-01T08:00:00Z")
    run(tmp_path, "bbbb", None)
    found = look(tmp_path)
    assert [file.folder for file in found.files] == ["bill/june/aaaa"]
    assert [missing.folder for missing in found.incomplete] == ["bill/june/bbbb"]


def test_an_export_without_any_manifest_is_taken_as_it_is(tmp_path: Path) -> None:
    run(tmp_path, "aaaa", None)
    assert [file.folder for file in look(tmp_path).files] == ["bill/june/aaaa"]


def test_runs_that_their_names_tell_are_deliveries_of_their_own(tmp_path: Path) -> None:
    for name in ("costs_00ff.csv", "costs_ff00.csv", "costs.csv"):
        (tmp_path / "bill").mkdir(exist_ok=True)
        (tmp_path / "bill" / name).write_text("kind\nused\n")
    assert sorted(file.folder for file in look(tmp_path).files) == ["bill", "bill@00ff", "bill@ff00"]


def test_the_digits_of_an_identifier_are_no_date(tmp_path: Path) -> None:
    """Else one run in some hundreds would be ordered by the digits of its name."""
    path = tmp_path / "bill/20260601-20260630/887cf0b3-2091-1231-86d0-d61deca1719c/part.csv"
    path.parent.mkdir(parents=True)
    path.write_text("kind\n")
    os.utime(path, ns=(5, 5))
    assert ExportFile.at(FEED, path, tmp_path).delivered[:2] == ("20260630000000", 5)


@pytest.mark.parametrize(
    ("stated", "kinds", "view"),
    [
        ("amortizedcost", "bought", "amortized"),
        (None, "unused", "amortized"),
        (None, "bought", "actual"),
        (None, "used", None),
    ],
)
def test_a_view_is_told_by_the_manifest_else_by_a_row_that_only_it_has(
    tmp_path: Path, stated: str | None, kinds: str, view: str | None
) -> None:
    file = ExportFile(FEED, tmp_path, "bill", "part.csv", 0, 0, view=stated)
    with connect(tmp_path / "w.duckdb") as connection:
        assert view_of(connection, BILL, Source("", {}, "line"), file, f"select '{kinds}' as kind") == view


def test_a_file_that_holds_both_views_is_refused(tmp_path: Path) -> None:
    """Two exports in one file are the same money twice."""
    file = ExportFile(FEED, tmp_path, "bill", "part.csv", 0, 0)
    both = "select unnest(['bought', 'unused']) as kind"
    with connect(tmp_path / "w.duckdb") as connection, pytest.raises(Refused, match="only amortized exports have"):
        view_of(connection, BILL, Source("", {}, "line"), file, both)


def test_a_tag_that_names_a_person_is_left_out() -> None:
    tags = Column("tags", "tags", prefixes=("tags/",), leaves_out="^createdby$")
    source = Source("", dict.fromkeys(("tags/createdby", "tags/team"), "VARCHAR"), "line")
    assert source.collected(tags) == {"team": ["tags/team"]}
