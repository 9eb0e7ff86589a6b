"""Samples of GPUs: what a scrape holds, when it was, and what is no sample."""

from __future__ import annotations

import gzip
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.feeds.gpu_metrics import scraped_at
from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import project
from orchestration.quality.validator import Validator
from tests.conftest import query, write_csv

LABELS = 'gpu="0",UUID="GPU-1",pci_bus_id="00000000:00:1E.0",device="nvidia0",modelName="NVIDIA L4",Hostname="n1"'
SCRAPE = f"""# HELP DCGM_FI_DEV_GPU_UTIL GPU utilization (in %).
# TYPE DCGM_FI_DEV_GPU_UTIL gauge
DCGM_FI_DEV_GPU_UTIL{{{LABELS},container="app",namespace="ai",pod="train-0"}} 97
DCGM_FI_DEV_GPU_UTIL{{{LABELS.replace("GPU-1", "GPU-2")},container="",namespace="",pod=""}} 0
DCGM_FI_DEV_POWER_USAGE{{{LABELS}}} 72.5
DCGM_FI_PROF_GR_ENGINE_ACTIVE{{{LABELS},container="app",namespace="ai",pod="train-0"}} 9.5e-01
"""
SAMPLE = {
    "timestamp": "2026-09-01T10:00:00Z",
    "UUID": "GPU-1",
    "Hostname": "n1",
    "metric": "DCGM_FI_DEV_GPU_UTIL",
    "value": "97",
}


class Exporter:
    """An exports folder into which scrapes are written, and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator) -> None:
        self.folder = base / "exports" / "gpu_metrics"
        self.folder.mkdir(parents=True)
        self.validator = validator
        self.project = project(base / "exports", base / "warehouse.duckdb", base / "published")

    def answers(self, path: str, text: str = SCRAPE) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(text.encode()) if path.endswith(".gz") else text.encode())

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def rows(self, columns: str) -> list[tuple]:
        return query(self.project.warehouse, f"select {columns} from raw.gpu_samples order by all")


@pytest.fixture
def exporter(tmp_path: Path, validator: Validator) -> Exporter:
    return Exporter(tmp_path, validator)


MOMENTS = {
    "gpu_metrics/20260901T103000Z.prom": "2026-09-01 10:30:00",
    "gpu_metrics/node-1/2026-09-01T10-30-15.prom": "2026-09-01 10:30:15",
    "gpu_metrics/2026-09-01/10-30.prom": "2026-09-01 10:30:00",
    "gpu_metrics/20260831T000000Z/2026-09-01_10:30.prom": "2026-09-01 10:30:00",
    "gpu_metrics/scrape-1788258600.prom": "2026-09-01 10:30:00",
    "gpu_metrics/1788258600123.prom": "2026-09-01 10:30:00",
    "gpu_metrics/2026-09-01/node-1.prom": None,
    "gpu_metrics/metrics.prom": None,
}


@pytest.mark.parametrize("path", MOMENTS)
def test_a_scrape_is_of_the_moment_that_its_path_names(path: str) -> None:
    """A day alone is no moment: all its scrapes would be one."""
    assert scraped_at(path) == MOMENTS[path]


@pytest.mark.parametrize("suffix", [".prom", ".prom.gz", ".txt"])
def test_a_scrape_is_read_label_by_label(exporter: Exporter, suffix: str) -> None:
    exporter.answers(f"cluster=atlas/20260901T103000Z{suffix}")
    assert not exporter.look().quarantined
    assert exporter.rows('cluster, "UUID", "Hostname", "modelName", pod, metric, value, sampled_at::varchar') == [
        ("atlas", "GPU-1", "n1", "NVIDIA L4", "train-0", "DCGM_FI_DEV_GPU_UTIL", 97, "2026-09-01 10:30:00"),
        ("atlas", "GPU-1", "n1", "NVIDIA L4", "train-0", "DCGM_FI_PROF_GR_ENGINE_ACTIVE", Decimal("0.95"),
         "2026-09-01 10:30:00"),
        ("atlas", "GPU-2", "n1", "NVIDIA L4", None, "DCGM_FI_DEV_GPU_UTIL", 0, "2026-09-01 10:30:00"),
    ]  # fmt: skip


def test_older_labels_mig_and_the_names_of_prometheus_are_read(exporter: Exporter) -> None:
    labels = (
        'UUID="GPU-1", GPU_I_PROFILE="1g.10gb",GPU_I_ID="7", hostname="n1",exported_pod="train-0",'
        'exported_namespace="ai",pod="nvidia-dcgm-exporter-x",namespace="gpu-operator"'
    )
    exporter.answers("a.prom", f"DCGM_FI_PROF_GR_ENGINE_ACTIVE{{{labels}}} 0.5 1788258600000\n")
    assert not exporter.look().quarantined
    found = exporter.rows('"Hostname", "GPU_I_ID", "GPU_I_PROFILE", pod, exported_pod, sampled_at::varchar')
    assert found == [("n1", "7", "1g.10gb", "nvidia-dcgm-exporter-x", "train-0", "2026-09-01 10:30:00")]


def test_scrapes_of_an_idle_gpu_look_alike_and_are_all_counted(exporter: Exporter) -> None:
    """The same bytes a minute later are no duplicate: the GPU was still idle."""
    exporter.answers("20260901T103000Z.prom")
    exporter.answers("20260901T103100Z.prom")
    exporter.answers("again/20260901T103100Z.prom")
    scan = exporter.look()
    assert (scan.landed, scan.duplicates) == (2, 1)
    assert len(exporter.rows("*")) == 6


def test_a_csv_has_a_metric_a_row_or_a_metric_a_column(exporter: Exporter) -> None:
    wide = {"DCGM_FI_DEV_GPU_UTIL": "50", "DCGM_FI_PROF_GR_ENGINE_ACTIVE": "", "DCGM_FI_DEV_POWER_USAGE": "70"}
    given = {name: value for name, value in SAMPLE.items() if name not in ("metric", "value")}
    write_csv(exporter.folder / "long.csv", [SAMPLE, {**SAMPLE, "timestamp": "1788258600", "value": "NaN"}])
    write_csv(exporter.folder / "wide.csv", [{**given, "UUID": "GPU-2", **wide}])
    assert not exporter.look().quarantined
    assert exporter.rows('"UUID", metric, value, sampled_at::varchar') == [
        ("GPU-1", "DCGM_FI_DEV_GPU_UTIL", 97, "2026-09-01 10:00:00"),
        ("GPU-1", "DCGM_FI_DEV_GPU_UTIL", None, "2026-09-01 10:30:00"),
        ("GPU-2", "DCGM_FI_DEV_GPU_UTIL", 50, "2026-09-01 10:00:00"),
    ]


BAD = {
    "no time anywhere": ("metrics.prom", SCRAPE, "required column sampled_at is missing"),
    "cut in a sample": ("20260901T103000Z.prom", SCRAPE[:-40], "line 6: not a sample"),
    "metrics of something else": ("20260901T103000Z.prom", "up 1\n", "There are samples of DCGM_FI_DEV_GPU_UTIL"),
    "a share above one": ("20260901T103000Z.prom", SCRAPE.replace("9.5e-01", "95"), "from 0 to 100"),
    "a value in words": ("20260901T103000Z.prom", SCRAPE.replace("9.5e-01", "busy"), "'busy' is not a finite number"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_counted_is_refused(exporter: Exporter, name: str) -> None:
    path, text, message = BAD[name]
    exporter.answers(path, text)
    assert message in exporter.look().quarantined[0]


NOT_SAMPLES = {
    "default-counters.csv": "it lists the metrics of an exporter and has no samples",
    "dcp-metrics-included.csv": "it lists the metrics of an exporter and has no samples",
    "1.x-compatibility-metrics.csv": "it lists the metrics of an exporter and has no samples",
    "helios_earth_gpus_by_virtual_cluster.csv": "required column sampled_at, UUID, metric, value is missing",
}


@pytest.mark.parametrize("name", NOT_SAMPLES)
def test_lists_of_metrics_and_of_gpus_are_refused_with_what_they_lack(
    exporter: Exporter, shared: Path, name: str
) -> None:
    shutil.copy(shared / "gpu" / name, exporter.folder)
    assert NOT_SAMPLES[name] in exporter.look().quarantined[0]
