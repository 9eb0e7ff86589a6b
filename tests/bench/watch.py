"""How long a delivery takes from the exports to a page of the dashboard, while `apportion watch` runs.

`python -m tests.bench.watch [--rows N] [--months N] [--scratch DIR]`. Status 1: it takes longer than the limit.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import duckdb

from orchestration.dashboard import words
from tests.bench.bench import APPORTION, ROOT, House
from tests.bench.generate import generate

LIMIT = 60.0
LONGEST = 600.0
PORT = 8059


def shown(month: str) -> str:
    """The Overview of a month; empty where there is none yet."""
    try:
        with urlopen(f"http://127.0.0.1:{PORT}/?month={month}", timeout=30) as answer:
            return answer.read().decode()
    except URLError:
        return ""


def wait_for(month: str, file: Path) -> float:
    """The seconds until the Overview shows what a file delivers of a month."""
    (total,) = duckdb.execute("select sum(EffectiveCost) from read_parquet(?)", [str(file)]).fetchone()
    started = time.monotonic()
    while words.money(total) not in shown(month):
        if time.monotonic() - started > LONGEST:
            raise TimeoutError(f"{month}: {words.money(total)} is not shown after {LONGEST:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - started


def measured(house: House, rows: int, months: list[str]) -> float:
    """Deliver all months, then the last one anew: the seconds from the new file to the page that shows it."""
    for number, month in enumerate(months):
        generate(rows, house.delivery(month), month, seed=number)
    places = list(map(str, house.places))
    programs = [
        [APPORTION, "watch", "--exports", house.exports, *places],
        [APPORTION, "dashboard", "--published", house.published, "--port", str(PORT)],
    ]
    running = [subprocess.Popen(list(map(str, program)), cwd=ROOT) for program in programs]
    try:
        print(f"{len(months)} months shown after {wait_for(months[-1], house.delivery(months[-1])):.1f} s", flush=True)
        newer = house.base / "newer.parquet"
        generate(rows, newer, months[-1], seed=len(months))
        # What the watch itself still does after it has published is no part of a delivery.
        time.sleep(15)
        target = house.delivery(months[-1], run=2)
        target.parent.mkdir(parents=True)
        os.replace(newer, target)
        return wait_for(months[-1], target)
    finally:
        for program in running:
            program.terminate()
        for program in running:
            program.wait()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="charges of each month")
    parser.add_argument("--months", type=int, default=3, help="months that are there, 1 to 9; the last comes anew")
    parser.add_argument("--scratch", type=Path, help="where the scratch folder is made (default: the system's)")
    arguments = parser.parse_args()
    months = [f"2026-{month:02}" for month in range(10 - arguments.months, 10)]
    with tempfile.TemporaryDirectory(prefix="apportion-watch-", dir=arguments.scratch) as scratch:
        seconds = measured(House(Path(scratch).absolute()), arguments.rows, months)
    load = os.getloadavg()[0]
    print(f"from the file to the page: {seconds:.1f} s (limit {LIMIT:.0f} s), load average at the end {load:.1f}")
    return 0 if seconds < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
