"""How busy GPUs were: samples of NVIDIA's DCGM exporter, as Prometheus text or CSV.

Of its many metrics two say it: the part of the time that the graphics engine was active (0 to
1), and the coarser GPU utilisation (percent). A scrape without times is of the moment that its
path names: `2026-09-01T10-30-00Z.prom`, `2026-09-01/10-30.prom`, `1788258600.prom`.
"""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from orchestration.feeds import Column, Feed, Table
from orchestration.feeds.kubernetes import cluster_of
from orchestration.ingestion.refusal import Refused
from orchestration.ingestion.sources import opened
from orchestration.warehouse import literal, quoted

METRICS = ("DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE")
LABELS = (
    "UUID",
    "Hostname",
    "modelName",
    "GPU_I_ID",
    "GPU_I_PROFILE",
    "namespace",
    "pod",
    "exported_namespace",
    "exported_pod",
)
MOMENT = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)[T_/-](\d\d)[-_:]?(\d\d)(?:[-_:]?(\d\d))?(?!\d)")
UNIX = re.compile(r"(?<!\d)(1\d{9})(?:\d{3})?(?!\d)")
# name{label="value",...} value [milliseconds]
SAMPLE = r"\w+\{.*\}\s+(\S+)(?:\s+(-?\d+))?\s*"


def scraped_at(label: str) -> str | None:
    """The moment that a path names, in UTC; the last one, if several."""
    if moments := MOMENT.findall(label):
        year, month, day, hour, minute, second = moments[-1]
        return f"{year}-{month}-{day} {hour}:{minute}:{second or '00'}"
    if seconds := UNIX.findall(label):
        return datetime.fromtimestamp(int(seconds[-1]), UTC).strftime("%Y-%m-%d %H:%M:%S")
    return None


SAMPLES = Table(
    name="gpu_samples",
    columns=(
        Column("cluster", from_path=cluster_of),
        Column("sampled_at", "moment", required=True, aliases=("timestamp", "time"), from_path=scraped_at),
        Column("UUID", required=True, aliases=("gpu_uuid",)),
        Column("Hostname"),
        Column("modelName"),
        # A MIG instance: a part of a GPU that is a GPU of its own.
        Column("GPU_I_ID"),
        Column("GPU_I_PROFILE"),
        Column("namespace"),
        Column("pod"),
        # Prometheus keeps `pod` for the exporter's own, and renames the workload's.
        Column("exported_namespace"),
        Column("exported_pod"),
        Column("metric", required=True),
        Column("value", "number", required=True, allows_null=True),
    ),
    account="coalesce(cluster, 'gpu_metrics')",
    period="sampled_at",
    replaces="row",
    key=("cluster", "UUID", "GPU_I_ID", "metric", "sampled_at"),
)


def samples(path: Path) -> tuple[str, list[str]]:
    """SQL for a file's samples, one a row, and its columns. Raises `Refused` when it holds something else."""
    if path.name.endswith((".csv", ".csv.gz")):
        return table_samples(path)
    return scraped_samples(path)


def table_samples(path: Path) -> tuple[str, list[str]]:
    """A CSV with a column `metric`, or with one column per metric."""
    with TextIOWrapper(opened(path), encoding="utf-8-sig", newline="") as stream:
        headers = next(csv.reader(stream), [])
    if headers and headers[0].startswith("#"):
        raise Refused("line 1: it lists the metrics of an exporter and has no samples; deliver what it answers")
    columns = ", ".join(f"{literal(header)}: 'varchar'" for header in headers)
    rows = f"read_csv({literal(path)}, columns = {{{columns}}}, auto_detect = false, header = true, quote = '\"')"
    metrics = [header for header in headers if header in METRICS]
    if not metrics:
        return rows, headers
    listed = ", ".join(quoted(metric) for metric in metrics)
    others = [header for header in headers if header not in metrics]
    return f"(unpivot {rows} on {listed} into name metric value value)", [*others, "metric", "value"]


def scraped_samples(path: Path) -> tuple[str, list[str]]:
    """What an exporter or Prometheus answers: labels in braces, then the value and perhaps its time."""
    with TextIOWrapper(opened(path), encoding="utf-8", errors="replace") as stream:
        first = next((line for line in stream if line.startswith(METRICS)), "")
    found = re.fullmatch(SAMPLE, first)
    values = {name: f"""nullif(regexp_extract(line, '(?i)[{{,] *{name}="([^"]*)"', 1), '')""" for name in LABELS}
    values["metric"] = r"regexp_extract(line, '^\w+')"
    values["value"] = f"regexp_extract(line, '{SAMPLE}$', 1)"
    if found and found[2]:
        values["sampled_at"] = f"nullif(regexp_extract(line, '{SAMPLE}$', 2), '')"
    selected = ", ".join(f"{value} as {quoted(name)}" for name, value in values.items())
    is_ours = " or ".join(f"starts_with(line, {literal(metric + '{')})" for metric in METRICS)
    relation = f"""(
        select {selected}
        from (
            select row_number() over () as number, line
            from read_csv({literal(path)}, columns = {{line: 'varchar'}}, auto_detect = false, header = false,
                delim = '\x01', quote = '', escape = '', max_line_size = 1048576)
        )
        where ({is_ours}) and case when regexp_full_match(line, '{SAMPLE}') then true
            else error(concat('line ', number, ': not a sample')) end
    )"""
    return relation, list(values)


FEED = Feed(
    name="gpu_metrics",
    tables=(SAMPLES,),
    suffixes=(".prom", ".prom.gz", ".txt", ".txt.gz", ".csv", ".csv.gz", ".parquet"),
    # Prometheus writes it where there was no sample.
    nulls=("NaN",),
    relation=samples,
)
