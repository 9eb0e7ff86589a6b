"""`make bench`: what `apportion run` costs beside the floor, with a limit for each figure.

Status 0: all limits met; 1: one is not, or a run failed; 2: usage.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from tests.bench import cur, generate, process, report
from tests.bench.process import CommandFailed, Measurement, measure
from tests.bench.report import Figure

ROOT = Path(__file__).resolve().parents[2]
APPORTION = Path(sys.executable).with_name("apportion")

MONTH = "2026-09"
SMALL = 1_000
GROWTH = 4
GB = 1e9

FIXED_LIMIT = 30.0
NOTHING_NEW_LIMIT = 12.0
FLOORS_ALLOWED, SECONDS_ALLOWED = 2.5, 30.0
GROWTH_ALLOWED = 3.0
MEMORY_ALLOWED = 4.0
MONTHS_ALLOWED = 2.0
TURNS = 3
COPIES_ALLOWED = 1.5
CUR_FLOORS_ALLOWED = {"csv": 2.0, "parquet": 1.5}


class TotalsDiffer(Exception):
    """A run that was fast and wrong."""


@dataclass(frozen=True)
class House:
    """A company of its own: exports, warehouse, publications."""

    base: Path

    @property
    def exports(self) -> Path:
        return self.base / "exports"

    @property
    def published(self) -> Path:
        return self.base / "published"

    @property
    def warehouse(self) -> Path:
        return self.base / "apportion.duckdb"

    @property
    def places(self) -> list[str | Path]:
        return ["--warehouse", self.warehouse, "--published", self.published]

    def delivery(self, month: str, run: int = 1) -> Path:
        """Where one delivery of a month lies: a leaf folder of its own."""
        return self.exports / "focus" / month / f"run-{run}" / "charges.parquet"


class Bench:
    """The figures as they come in, and the folder that all of it happens in."""

    def __init__(self, scratch: Path, arguments: argparse.Namespace) -> None:
        self.scratch = scratch
        self.rows: int = arguments.rows
        self.policy: Path | None = arguments.policy
        self.reference: Path | None = arguments.reference
        self.keeps: bool = arguments.keep
        self.figures: list[Figure] = []
        self.runs: dict[str, Measurement] = {}
        # What the commands would read instead of our arguments.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("APPORTION_")}

    def note(self, figure: Figure) -> None:
        """Keep a figure and say it."""
        self.figures.append(figure)
        print("  " + "  ".join(cell for cell in figure.cells() if cell), flush=True)

    def say(self, message: str) -> None:
        print(message, flush=True)

    # The commands

    def month(self, house: House, rows: int) -> Path:
        """The exports of one month: from the reference's generator where there is one."""
        self.say(f"writing {rows:,} charges")
        file = house.delivery(MONTH)
        file.parent.mkdir(parents=True)
        if self.reference:
            measure([sys.executable, self.reference / "generate_focus.py", str(rows), file, MONTH], ROOT)
        else:
            measure(process.python("tests.bench.generate", str(rows), file, MONTH), ROOT)
        return file

    def floor(self, house: House, file: Path) -> Measurement:
        """The least work on the same file."""
        database = house.base / "floor.duckdb"
        if self.reference:
            found = measure([sys.executable, self.reference / "floor.py", file, database], ROOT)
        else:
            found = measure(process.python("tests.bench.floor", file, database), ROOT)
        database.unlink()
        return found

    def run(self, house: House, delivered: Iterable[Path]) -> Measurement:
        """`apportion run`, and whether it published what was delivered."""
        policy = ["--policy", self.policy] if self.policy else []
        command = [APPORTION, "run", "--exports", house.exports, *house.places, *policy]
        found = measure(command, ROOT, self.environment)
        compare(house, delivered)
        return found

    def publish(self, house: House, to: Path, *options: str) -> Measurement:
        """`apportion publish` of what is already built, into an empty folder."""
        policy = ["--policy", self.policy] if self.policy else []
        places = ["--warehouse", house.warehouse, "--published", to]
        return measure([APPORTION, "publish", *places, *policy, *options], ROOT, self.environment)

    def house(self, name: str) -> House:
        base = self.scratch / name
        base.mkdir()
        return House(base)

    def leave(self, house: House) -> None:
        """Give the disk back before the next figure."""
        if not self.keeps:
            shutil.rmtree(house.base)

    # The figures

    def fixed(self) -> None:
        """What a run costs before the first charge."""
        house = self.house("fixed")
        file = self.month(house, SMALL)
        first = self.run(house, [file])
        self.note(Figure(f"run, {SMALL:,} rows, empty warehouse (fixed cost)", first.seconds, "s", FIXED_LIMIT))
        second = self.run(house, [file])
        self.note(Figure("run again, nothing new", second.seconds, "s", NOTHING_NEW_LIMIT))
        self.runs[f"{SMALL:,} rows, empty warehouse"] = first
        self.runs["again, nothing new"] = second
        self.leave(house)

    def bill(self, rows: int) -> tuple[House, Path, Measurement, Measurement]:
        """One month in an empty warehouse: the house, the file, the floor, our run."""
        house = self.house(f"bill-{rows}")
        file = self.month(house, rows)
        floor = self.floor(house, file)
        self.note(Figure(f"floor, {rows:,} rows", floor.seconds, "s"))
        self.note(Figure(f"floor, {rows:,} rows: peak memory", floor.peak_bytes / GB, "GB"))
        ours = self.run(house, [file])
        limit = FLOORS_ALLOWED * floor.seconds + SECONDS_ALLOWED
        # At four times the rows the growth is what is limited.
        is_limited = rows == self.rows
        reason = f"{FLOORS_ALLOWED} x floor + {SECONDS_ALLOWED:.0f} s"
        self.note(
            Figure(f"run, {rows:,} rows, empty warehouse", ours.seconds, "s", limit, reason)
            if is_limited
            else Figure(f"run, {rows:,} rows, empty warehouse", ours.seconds, "s")
        )
        self.note(Figure(f"run, {rows:,} rows: throughput", rows / ours.seconds, "rows/s"))
        self.note(Figure(f"run, {rows:,} rows: peak memory", ours.peak_bytes / GB, "GB", MEMORY_ALLOWED))
        self.runs[f"{rows:,} rows, empty warehouse"] = ours
        return house, file, floor, ours

    def focus(self, house: House, file: Path) -> None:
        """What the bill in FOCUS adds to a publication, against a bare COPY of the columns it has."""
        without, whole, copied = [], [], []
        for turn in range(TURNS):
            # Each into a folder of its own, where everything is still to be written.
            without.append(self.publish(house, house.base / f"without-{turn}"))
            whole.append(self.publish(house, house.base / f"whole-{turn}", "--focus"))
            written = sorted(house.base.glob(f"whole-{turn}/current/focus/cost_and_usage/*.parquet"))
            given = set(columns([file]))
            shared = [name for name in columns(written) if name in given]
            to = house.base / "copy.parquet"
            query = f"copy (select {', '.join(shared)} from '{file}') to '{to}' (format parquet)"
            copied.append(measure([sys.executable, "-c", f"import duckdb; duckdb.execute({query!r})"], ROOT))
        least, less, more = (median(found).seconds for found in (copied, without, whole))
        self.note(Figure(f"bare COPY of the {len(shared)} delivered columns that focus has", least, "s"))
        self.note(Figure("publish, without --focus", less, "s"))
        self.note(Figure("publish --focus, as a whole", more, "s"))
        reason = f"{COPIES_ALLOWED} x COPY; medians of {TURNS}"
        self.note(Figure("what --focus adds to publish", more - less, "s", COPIES_ALLOWED * least, reason))

    def growth(self, floor: Measurement, ours: Measurement) -> None:
        """Four times the rows: seconds added, beside the seconds that the floor adds."""
        house, _, larger_floor, larger = self.bill(GROWTH * self.rows)
        added, floor_added = larger.seconds - ours.seconds, larger_floor.seconds - floor.seconds
        name = f"from {self.rows:,} to {GROWTH * self.rows:,} rows"
        self.note(Figure(f"{name}: seconds the floor adds", floor_added, "s"))
        limit = GROWTH_ALLOWED * max(floor_added, 0.0)
        self.note(
            Figure(f"{name}: seconds the run adds", added, "s", limit, f"{GROWTH_ALLOWED:.0f} x what the floor adds")
        )
        self.leave(house)

    def cur(self, rows: int) -> None:
        """Ingestion and a scan of staging of Amazon's report, beside a bare load of the columns that are needed.

        Seconds are those that the rows add to a report of a thousand.
        """
        for form, allowed in CUR_FLOORS_ALLOWED.items():
            few, many = self.cur_of(SMALL, form), self.cur_of(rows, form)
            floor, ours = (measured.seconds - fixed.seconds for measured, fixed in zip(many, few, strict=True))
            name = f"AWS report as {form}, {rows:,} rows"
            self.note(Figure(f"{name}: bare load of the needed columns", floor, "s"))
            limit, reason = allowed * max(floor, 0.0), f"{allowed} x the bare load"
            self.note(Figure(f"{name}: ingestion and a scan of staging", ours, "s", limit, reason))
            self.note(Figure(f"{name}: peak memory", many[1].peak_bytes / GB, "GB", MEMORY_ALLOWED))

    def cur_of(self, rows: int, form: str) -> tuple[Measurement, Measurement]:
        """The floor and ours, as two measurements."""
        house = self.house(f"cur-{form}-{rows}")
        self.say(f"writing {rows:,} line items of {form}")
        file = cur.write(rows, house.exports, form)
        warehouse = house.base / "apportion.duckdb"
        floor = measure(process.python("tests.bench.cur", "loaded", file), ROOT)
        ingested = measure([APPORTION, "ingest", "--exports", house.exports, *house.places], ROOT, self.environment)
        dbt = [APPORTION.with_name("dbt"), "run", "--select", "stg_aws_cur__charges", "--profiles-dir", ROOT]
        measure(dbt, ROOT, {**self.environment, "APPORTION_WAREHOUSE": str(warehouse)})
        scanned = measure(process.python("tests.bench.cur", "staged", warehouse), ROOT)
        self.leave(house)
        peak = max(ingested.peak_bytes, scanned.peak_bytes)
        return floor, Measurement(ingested.seconds + scanned.seconds, peak)

    def months(self, count: int, rows: int) -> None:
        """A history, and then one of its months delivered anew.

        The limit is made of differences between runs of half a minute: each is the median of several, taken in turns,
        so that a machine that is slow for a while is slow for all of them.
        """
        last_year, last_month = map(int, MONTH.split("-"))
        numbers = range(last_year * 12 + last_month - count, last_year * 12 + last_month)
        names = [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]
        again = [names[(count // 2 + turn) % count] for turn in range(TURNS)]
        history = self.house("months")
        self.say(f"writing {count} months of {rows:,} charges")
        files = {name: history.delivery(name) for name in names}
        for name, file in files.items():
            generate.generate(rows, file, name)
        whole = self.run(history, files.values())
        self.note(Figure(f"run, {count} months of {rows:,} rows, empty warehouse", whole.seconds, "s"))

        fixed, one, anew = [], [], []
        for turn, name in enumerate(again):
            fixed.append(self.alone(name, SMALL))
            one.append(self.alone(name, rows))
            files[name] = history.delivery(name, run=2 + turn)
            generate.generate(rows, files[name], name, seed=1 + turn)
            anew.append(self.run(history, files.values()))
        self.leave(history)

        least, alone, middle = median(fixed), median(one), median(anew)
        limit = least.seconds + MONTHS_ALLOWED * max(alone.seconds - least.seconds, 0.0)
        reason = f"fixed + {MONTHS_ALLOWED:.0f} x one month's work"
        self.note(Figure(f"run, {SMALL:,} rows, empty warehouse: median of {TURNS}", least.seconds, "s"))
        self.note(Figure(f"run, one month of {rows:,} rows, empty warehouse: median of {TURNS}", alone.seconds, "s"))
        name = f"run, one of the {count} months delivered anew: median of {TURNS}"
        self.note(Figure(name, middle.seconds, "s", limit, reason))
        peak = max(found.peak_bytes for found in anew) / GB
        self.note(Figure("the same: peak memory", peak, "GB", MEMORY_ALLOWED))
        self.runs[f"one of {count} months of {rows:,} rows delivered anew"] = middle

    def alone(self, month: str, rows: int) -> Measurement:
        """One month in an empty warehouse."""
        house = self.house("one-month")
        file = house.delivery(month)
        generate.generate(rows, file, month)
        found = self.run(house, [file])
        self.leave(house)
        return found


def median(found: list[Measurement]) -> Measurement:
    """The run in the middle by seconds."""
    return sorted(found, key=lambda measured: measured.seconds)[len(found) // 2]


def columns(files: list[Path]) -> list[str]:
    """The column names of some Parquet files."""
    return duckdb.read_parquet([str(file) for file in files]).columns


def compare(house: House, delivered: Iterable[Path]) -> None:
    """Raises `TotalsDiffer` unless the published money is the delivered money, exactly."""
    given = totals(
        "select sum(EffectiveCost), sum(BilledCost) from read_parquet(?)", [[str(file) for file in delivered]]
    )
    with duckdb.connect(str(house.published / "current" / "apportion.duckdb"), read_only=True) as connection:
        kept = totals("select sum(total_cost), sum(billed_cost) from showback.monthly_costs", [], connection)
    if given != kept:
        raise TotalsDiffer(f"delivered effective and billed cost {given}, published {kept}")


def totals(
    query: str, values: list[object], connection: duckdb.DuckDBPyConnection | None = None
) -> tuple[Decimal, ...]:
    return (connection or duckdb).execute(query, values).fetchone()


def parsed() -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000, help="charges in the bill (default 10 million)")
    parser.add_argument("--growth", action="store_true", help=f"measure {GROWTH} times the rows too")
    parser.add_argument("--focus", action="store_true", help="measure publish --focus against a bare COPY too")
    parser.add_argument(
        "--cur", type=int, nargs="?", const=640_500, default=0, help="measure an AWS report of this many rows too"
    )
    parser.add_argument("--months", type=int, default=0, help="measure a month delivered anew, among this many")
    parser.add_argument("--month-rows", type=int, default=1_000_000, help="charges in each of them")
    parser.add_argument("--policy", type=Path, help="the policy of every run (default: the project's)")
    parser.add_argument(
        "--reference",
        type=Path,
        default=os.environ.get("BENCH_REFERENCE") or ROOT.parent / "shared" / "bench",
        help="a folder with generate_focus.py and floor.py to use instead of our own, if it has them",
    )
    parser.add_argument("--own", action="store_true", help="use our own generator and floor in any case")
    parser.add_argument("--scratch", type=Path, help="where the scratch folder is made (default: the system's)")
    parser.add_argument("--keep", action="store_true", help="keep the scratch folder and say where it is")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write")
    parser.add_argument("--date", default=date.today().isoformat(), help="the date on it (default: today)")
    arguments = parser.parse_args()
    if arguments.rows < 1 or arguments.month_rows < 1 or arguments.months < 0:
        parser.error("rows and months are counted from 1")
    reference = Path(arguments.reference).absolute()
    has_both = all((reference / name).exists() for name in ("generate_focus.py", "floor.py"))
    arguments.reference = reference if has_both and not arguments.own else None
    arguments.policy = arguments.policy and arguments.policy.absolute()
    return arguments


def main() -> int:
    """Measure, print, and write the page."""
    arguments = parsed()
    load = os.getloadavg()[0]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    scratch = Path(tempfile.mkdtemp(prefix="apportion-bench-", dir=arguments.scratch)).absolute()
    bench = Bench(scratch, arguments)
    try:
        bench.fixed()
        house, file, floor, ours = bench.bill(arguments.rows)
        if arguments.focus:
            bench.focus(house, file)
        bench.leave(house)
        if arguments.growth:
            bench.growth(floor, ours)
        if arguments.cur:
            bench.cur(arguments.cur)
        if arguments.months:
            bench.months(arguments.months, arguments.month_rows)
    except (CommandFailed, TotalsDiffer) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        if arguments.keep:
            print(f"kept: {scratch}", flush=True)
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    skipped = [
        reason
        for is_measured, reason in (
            (arguments.growth, f"growth to {GROWTH} times the rows (`--growth`)"),
            (arguments.months, "a month delivered anew among others (`--months 12`)"),
            (arguments.focus, "the bill in FOCUS (`--focus`)"),
            (arguments.cur, "a report of AWS as CSV and Parquet (`--cur`)"),
        )
        if not is_measured
    ]
    whose = "the reference's" if bench.reference else "the project's own"
    policy = "a policy of its own" if arguments.policy else "the project's default policy"
    about = [
        *report.machine(),
        f"load average at the start: {load:.1f}",
        f"bill and floor: {whose}; every run with {policy}",
    ]
    print()
    print(report.table(bench.figures))
    arguments.to.parent.mkdir(parents=True, exist_ok=True)
    arguments.to.write_text(report.page(bench.figures, bench.runs, skipped, about, arguments.date), encoding="utf-8")
    return 0 if all(figure.is_met for figure in bench.figures) else 1


if __name__ == "__main__":
    sys.exit(main())
