"""`apportion watch`: what arrives is published, what is broken is told, and it can be ended at any time."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.project import ROOT, project
from orchestration.publishing.refusal import refusal
from orchestration.warehouse import connect
from orchestration.watch import Watch, arrived, command
from tests.conftest import charges, query, write_csv

OTHER = {"BillingAccountId": "9", "InvoiceIssuerName": "Other Inc.", "ServiceProviderName": "Other"}


class Counting(Watch):
    """A watch that counts its runs instead of making them."""

    def take(self, now: dict[str, str]) -> None:
        self.say(arrived(self.taken, now))
        self.taken, self.told = now, ""


def counting(base: Path) -> tuple[Counting, list[str]]:
    said: list[str] = []
    (base / "exports").mkdir(exist_ok=True)
    return Counting(project(base / "exports", base / "w.duckdb", base / "published"), say=said.append), said


def test_a_file_is_taken_once_and_when_it_has_stopped_growing(tmp_path: Path) -> None:
    watch, said = counting(tmp_path)
    watch.step()
    watch.step()
    assert said == ["files that lie there: 0; looking what of them is new"]
    file = write_csv(tmp_path / "exports/focus/a.csv", charges())
    for _ in range(3):
        watch.step()
        with file.open("a") as stream:
            stream.write("more")
    assert len(said) == 1
    for _ in range(4):
        watch.step()
    assert said[1:] == ["1 came or changed: focus/a.csv"]
    file.unlink()
    watch.step()
    watch.step()
    assert said[2:] == ["1 gone: focus/a.csv"]


def test_many_files_are_counted_and_some_of_them_named() -> None:
    now = {f"focus/{number}.csv": "1" for number in range(7)}
    assert arrived({"focus/0.csv": "1"}, now).endswith("focus/5.csv and 1 more")


def test_no_run_begins_while_another_process_writes(tmp_path: Path) -> None:
    """Somebody's own `apportion run` holds the warehouse: ours comes after it, and it is said once that it waits."""
    watch, said = counting(tmp_path)
    write_csv(tmp_path / "exports/focus/a.csv", charges())
    hold = (
        f"import duckdb, sys; c = duckdb.connect({str(watch.project.warehouse)!r}); print('held', flush=True); input()"
    )
    python = str(ROOT / ".venv/bin/python")
    with subprocess.Popen([python, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "held\n"
        for _ in range(4):
            watch.step()
        assert len(said) == 1 and "another process is writing to it" in said[0]
        writer.communicate("\n")
    watch.step()
    assert said[1:] == ["files that lie there: 1; looking what of them is new"]


def test_a_folder_that_is_away_for_a_while_is_waited_for(tmp_path: Path) -> None:
    watch, said = counting(tmp_path)
    (tmp_path / "exports").rmdir()
    watch.step()
    watch.step()
    assert len(said) == 1 and "no such exports folder" in said[0]
    write_csv(tmp_path / "exports/focus/a.csv", charges())
    watch.step()
    watch.step()
    assert said[1:] == ["files that lie there: 1; looking what of them is new"]


def test_it_is_the_command_run_on_the_same_places(tmp_path: Path) -> None:
    places = project(tmp_path / "e", tmp_path / "w.duckdb", tmp_path / "p", tmp_path / "policy")
    assert command(places)[1:] == [
        "run",
        *("--exports", str(tmp_path / "e"), "--warehouse", str(tmp_path / "w.duckdb")),
        *("--published", str(tmp_path / "p"), "--policy", str(tmp_path / "policy")),
    ]


class Watching:
    """A real watch in a process of its own, and what it says."""

    def __init__(self, base: Path) -> None:
        self.base = base
        places = ["--warehouse", base / "w.duckdb", "--published", base / "published", "--every", 1]
        watch = [ROOT / ".venv/bin/apportion", "watch", "--exports", base / "exports", *places]
        self.process = subprocess.Popen(
            list(map(str, watch)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self.lines: list[str] = []
        self.heard = 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line)

    def hear(self, words: str, seconds: float = 240) -> str:
        """The next line with these words."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while self.heard < len(self.lines):
                self.heard += 1
                if words in self.lines[self.heard - 1]:
                    return self.lines[self.heard - 1]
            assert self.process.poll() is None, "".join(self.lines)
            time.sleep(0.05)
        raise AssertionError(f"never said {words}: {''.join(self.lines)}")

    def total(self) -> int:
        return query(
            self.base / "published/current/apportion.duckdb", "select sum(billed_cost) from showback.monthly_costs"
        )[0][0]

    @property
    def current(self) -> Path:
        return (self.base / "published/current").resolve()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    write_csv(tmp_path / "exports/focus/first/a.csv", charges(3))
    watch = Watching(tmp_path)
    yield watch
    if watch.process.poll() is None:
        watch.process.terminate()
    watch.process.wait()


@pytest.mark.slow
def test_a_delivery_is_published_a_bad_one_is_told_and_the_end_is_clean(watching: Watching) -> None:
    """A refused file, and a gate that fails, stop neither the watch nor what comes after them."""
    base = watching.base
    assert ": published 20" in watching.hear("done in")
    assert watching.total() == 30

    bad = write_csv(base / "exports/focus/bad/a.csv", charges(BillingAccountId="8", BilledCost="many"))
    write_csv(base / "exports/focus/other/a.csv", charges(2, **OTHER))
    assert "focus/bad/a.csv, focus/other/a.csv" in watching.hear("came or changed")
    assert "column BilledCost: 'many'" in watching.hear("quarantined: focus/bad/a.csv")
    assert ": published 20" in watching.hear("done in")
    assert watching.total() == 50
    bad.unlink()
    watching.hear("1 gone: focus/bad/a.csv")
    watching.hear("done in")

    before = watching.current
    write_csv(base / "exports/focus/other/a.csv", charges(2, **OTHER, BillingCurrency="EUR"))
    assert "assert_every_currency_has_a_rate" in watching.hear("assert_every_currency")
    assert f"not published anew, readers have {before.name}" in watching.hear("done in")
    assert watching.total() == 50

    write_csv(base / "exports/focus/other/a.csv", charges(3, **OTHER))
    watching.hear("building")
    os.kill(watching.process.pid, signal.SIGTERM)
    assert watching.process.wait(timeout=30) == 0
    assert watching.current == before and watching.total() == 50, "readers have the last publication"
    assert watching.lines[-1].endswith("ended\n")
    assert "interrupted before it was done" in refusal(base / "published")["why"]
    # Nothing that the run had started holds the warehouse.
    with connect(base / "w.duckdb"):
        pass
