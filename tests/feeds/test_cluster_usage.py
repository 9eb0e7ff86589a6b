"""The three feeds of a cluster, and its bill, through the real command, against sums that a person can add up."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import SHARED, query
from tests.feeds.conftest import Company

JOBS = """JobIDRaw|Account|Submit|Start|End|Elapsed|State|AllocTRES
7|vision|2026-08-31T23:00:00|2026-08-31T23:20:00|2026-09-01T01:00:00|01:40:00|COMPLETED|cpu=8,gres/gpu=3,node=1
7.batch|vision|2026-08-31T23:00:00|2026-08-31T23:20:00|2026-09-01T01:00:00|01:40:00|COMPLETED|cpu=8,gres/gpu=3,node=1
"""
USED = {
    # Three GPUs, 40 minutes of one month and an hour of the next.
    ("slurm", "2026-08", "gpu_hours_requested"): 2,
    ("slurm", "2026-09", "gpu_hours_requested"): 3,
    ("slurm", "2026-09", "cpu_core_hours_requested"): 8,
    # 72 hours of a node of 96 cores and 1,024 GiB: 16 + 4 cores and 128 + 16 GiB requested.
    ("kubernetes", "2026-06", "cpu_core_hours_requested"): 20 * 72,
    ("kubernetes", "2026-06", "cpu_core_hours_idle"): 76 * 72,
    ("kubernetes", "2026-06", "cpu_core_hours_used"): 12 * 72,
    ("kubernetes", "2026-06", "memory_gib_hours_requested"): 144 * 72,
    ("kubernetes", "2026-06", "memory_gib_hours_idle"): 880 * 72,
    ("kubernetes", "2026-06", "gpu_hours_requested"): 3 * 72,
    ("kubernetes", "2026-06", "storage_gib_hours"): 500 * 72,
    # Four scrapes a quarter of an hour apart: busy, half busy, idle, idle.
    ("gpu_metrics", "2026-09", "gpu_hours_sampled"): 1,
    ("gpu_metrics", "2026-09", "gpu_hours_useful"): Decimal("0.375"),
    ("gpu_metrics", "2026-09", "gpu_hours_stood_idle"): 0,
}


def deliver_to_company(base: Path) -> None:
    exports = base / "exports"
    if SHARED.is_dir():
        shutil.copytree(SHARED / "kubernetes", exports / "kubernetes", copy_function=shutil.copyfile)
    for feed in ("slurm", "gpu_metrics"):
        (exports / feed).mkdir(parents=True)
    (exports / "slurm" / "jobs.txt").write_text(JOBS)
    for minute, busy in (("00", 100), ("15", 50), ("30", 0), ("45", 0)):
        sample = f'DCGM_FI_DEV_GPU_UTIL{{UUID="GPU-1"}} {busy}\n'
        (exports / "gpu_metrics" / f"2026-09-01T10-{minute}.prom").write_text(sample)


@pytest.mark.slow
def test_what_a_cluster_used_arrives_in_the_drivers(every_feed: Company, shared: Path) -> None:
    """A unit that is off by 3,600 or 1,024 passes every test that only looks at shares."""
    feeds = ("slurm", "kubernetes", "gpu_metrics")
    drivers = " union all ".join(f"from drivers.int_drivers__{feed}" for feed in feeds)
    usage = f"select feed, billing_period, driver, sum(quantity) from ({drivers}) group by all"
    rows = query(every_feed.warehouse, usage)
    found = {tuple(key): quantity for *key, quantity in rows}
    assert {key: found.get(key) for key in USED} == USED
