"""Metering reports and OpenCost allocations: whose cluster, which version counts, and what is refused."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.feeds.kubernetes import cluster_of
from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import project
from orchestration.quality.validator import Validator
from tests.conftest import query, write_csv

DAY = {"start": "2026-09-01T00:00:00Z", "end": "2026-09-02T00:00:00Z"}
GPU = {
    "interval_start": "2026-09-01 00:00:00 +0000 UTC",
    "node": "n1",
    "namespace": "search",
    "pod": "p1",
    "gpu_uuid": "GPU-1",
    "gpu_pod_uptime": "3600",
}
CONTAINER_DAY = {
    "Date": "2026-09-01",
    "Namespace": "search",
    "Pod": "p1",
    "Container": "app",
    "TotalCost": "1.5",
    "Label_team": "search",
    "Label_app": "",
}


class Cluster:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator) -> None:
        self.folder = base / "exports" / "kubernetes"
        self.folder.mkdir(parents=True)
        self.validator = validator
        self.project = project(base / "exports", base / "warehouse.duckdb", base / "published")

    def answers(self, path: str, *windows: dict[str, dict] | None) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"code": 200, "data": windows}))

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def rows(self, select: str) -> list[tuple]:
        return query(self.project.warehouse, f"{select} order by all")


def allocation(name: str = "search/p1", **changes: Any) -> dict[str, dict]:
    """One member of an OpenCost window."""
    properties = {"cluster": "atlas", "namespace": "search", "pod": "p1", "labels": {"team": "search"}}
    given = {"properties": properties, "window": DAY, "minutes": 60, "cpuCoreHours": 2, "totalCost": 1.5, **changes}
    return {name: {"name": name, **given}}


@pytest.fixture
def cluster(tmp_path: Path, validator: Validator) -> Cluster:
    return Cluster(tmp_path, validator)


PATHS = {
    "kubernetes/June-2026-demo-cluster-ocp_pod_usage.csv": "demo-cluster",
    "kubernetes/cluster=atlas/2026-09-01/pod_usage.csv": "atlas",
    "kubernetes/2026-09-01/pod_usage.csv": None,
}


@pytest.mark.parametrize("path", PATHS)
def test_the_cluster_is_told_by_the_path(path: str) -> None:
    """A folder named by the day of the pull is no cluster: each day's pull would be another one's."""
    assert cluster_of(path) == PATHS[path]


ROWS = {
    "kubernetes_pods": 144,
    "kubernetes_gpus": 216,
    "kubernetes_volumes": 72,
    "kubernetes_namespaces": 144,
    "kubernetes_nodes": 72,
}


def test_the_real_reports_load_each_into_its_table(cluster: Cluster, shared: Path) -> None:
    for file in (shared / "kubernetes").iterdir():
        shutil.copy(file, cluster.folder)
    scan = cluster.look()
    assert (scan.landed, scan.quarantined) == (5, [])
    assert [note.rpartition("/")[2] for note in scan.notes] == [
        "June-2026-demo-cluster-ocp_vm_usage.csv: not read, kubernetes has no use for it"
    ]
    for table, rows in ROWS.items():
        assert cluster.rows(f"select cluster, count(*) from raw.{table} group by all") == [("demo-cluster", rows)]


def test_a_report_that_comes_again_counts_once_and_its_newest_version(cluster: Cluster) -> None:
    """The operator sends the hours of a day several times; each hour was one hour."""
    later = {**GPU, "interval_start": "2026-09-01 01:00:00 +0000 UTC"}
    write_csv(cluster.folder / "cluster=a/20260901T010000Z/gpu.csv", [{**GPU, "gpu_pod_uptime": "1800"}])
    write_csv(cluster.folder / "cluster=a/20260901T020000Z/gpu.csv", [GPU, later])
    write_csv(cluster.folder / "cluster=b/20260901T000000Z/gpu.csv", [GPU])
    assert not cluster.look().quarantined
    held = cluster.rows("select cluster, cast(sum(gpu_pod_uptime) as integer) from raw.kubernetes_gpus group by all")
    assert held == [("a", 7200), ("b", 3600)]


def test_the_same_bytes_of_two_clusters_are_two_reports(cluster: Cluster) -> None:
    """Idle clusters look alike: one of them must not vanish as a duplicate of the other."""
    for name in ("a", "b"):
        write_csv(cluster.folder / f"cluster={name}/gpu.csv", [GPU])
    assert cluster.look().duplicates == 0
    assert cluster.rows("select cluster from raw.kubernetes_gpus") == [("a",), ("b",)]


def test_a_window_that_is_pulled_again_is_reconciled(cluster: Cluster) -> None:
    """OpenCost adjusts the last days: the newest pull wins, and what only an older one has is kept."""
    next_day = {"start": "2026-09-02T00:00:00Z", "end": "2026-09-03T00:00:00Z"}
    cluster.answers("20260902T000000Z/a.json", allocation())
    cluster.answers("20260903T000000Z/a.json", allocation(totalCost=2), allocation(window=next_day))
    cluster.look()
    costs = cluster.rows('select cast(window_start as date)::varchar, "totalCost" from raw.kubernetes_allocations')
    assert costs == [("2026-09-01", Decimal(2)), ("2026-09-02", Decimal("1.5"))]


def test_nothing_in_a_window_is_no_error_and_not_a_number_is_unknown(cluster: Cluster) -> None:
    cluster.answers("empty.json", {}, None)
    cluster.answers("none.json")
    cluster.answers("nan.json", allocation(cpuCoreHours=None, gpuHours=None), {})
    assert not cluster.look().quarantined
    assert cluster.rows('select "cpuCoreHours", "gpuHours" from raw.kubernetes_allocations') == [(None, None)]


def test_labels_stay_objects(cluster: Cluster) -> None:
    cluster.answers("a.json", allocation())
    write_csv(cluster.folder / "cluster=a/opencost.csv", [CONTAINER_DAY])
    assert not cluster.look().quarantined
    assert cluster.rows("select labels from raw.kubernetes_allocations") == [('{"team":"search"}',)]
    assert cluster.rows('select "Labels" from raw.kubernetes_allocation_days') == [('{"team":"search"}',)]


def test_the_growing_csv_counts_each_day_once(cluster: Cluster) -> None:
    """Days are added to one file, and its header grows with the labels. What could not be told is no number."""
    first, second = CONTAINER_DAY, {**CONTAINER_DAY, "Date": "2026-09-02"}
    write_csv(cluster.folder / "cluster=a/opencost.csv", [first])
    cluster.look()
    rows = [{**row, "Label_owner": "ranking"} for row in (first, second, {**second, "Pod": "p2", "TotalCost": "NaN"})]
    write_csv(cluster.folder / "cluster=a/opencost.csv", rows)
    write_csv(cluster.folder / "cluster=a/copy/opencost.csv", rows[:1])
    assert not cluster.look().quarantined
    assert cluster.rows('select sum("TotalCost") from raw.kubernetes_allocation_days') == [(Decimal(3),)]


BAD = {
    "a week in one window": (
        allocation(window={"start": DAY["start"], "end": "2026-09-08T00:00:00Z"}),
        "No window goes over midnight (pull with step=1d or shorter): record 1",
    ),
    "a negative time": (allocation(minutes=-1), "No allocation ran for less than nothing"),
    "hours in words": (allocation(cpuCoreHours="many"), "record 1, column cpuCoreHours: 'many' is not a finite number"),
    "labels in words": (
        allocation(properties={"cluster": "a", "labels": "team=search"}),
        "labels is a JSON object: record 1, name",
    ),
    "no minutes": ({"x": {"name": "x", "window": DAY}}, "required column minutes, cpuCoreHours is missing"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_answer_that_cannot_be_counted_is_refused(cluster: Cluster, name: str) -> None:
    window, message = BAD[name]
    cluster.answers("bad.json", window)
    assert message in cluster.look().quarantined[0]


def test_a_document_of_something_else_is_refused(cluster: Cluster) -> None:
    (cluster.folder / "bad.json").write_text('{"code": 500, "message": "boom"}')
    assert "required column name" in cluster.look().quarantined[0]


@pytest.mark.parametrize("uptime", ["3601", "-1"])
def test_a_gpu_has_one_hour_in_an_hour(cluster: Cluster, uptime: str) -> None:
    write_csv(cluster.folder / "gpu.csv", [{**GPU, "gpu_pod_uptime": uptime}])
    assert "No pod holds a GPU for more than its hour" in cluster.look().quarantined[0]
