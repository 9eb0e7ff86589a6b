"""`apportion watch`: a run whenever the exports changed and lie still again, one at a time, until it is told to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from orchestration.ingestion.arrivals import glance
from orchestration.project import Project
from orchestration.warehouse import WarehouseError, connect

SECONDS_BETWEEN_LOOKS = 5

# So many files are named; the run itself says what became of all of them.
NAMED = 5


def say(message: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC  {message}", flush=True)


@dataclass
class Watch:
    """One folder of exports. Each run is `apportion run` in a process of its own: what one leaves, the next has not."""

    project: Project
    every: float = SECONDS_BETWEEN_LOOKS
    say: Callable[[str], None] = say
    seen: dict[str, str] | None = field(default=None, init=False)
    taken: dict[str, str] | None = field(default=None, init=False)
    told: str = field(default="", init=False)
    run: subprocess.Popen | None = field(default=None, init=False)

    def until_ended(self) -> None:
        """Watch until an interrupt or SIGTERM, which ends a run too: what that began is no publication."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self.say(f"watching {self.project.exports}, every {self.every:g} s")
        try:
            while True:
                self.step()
                time.sleep(self.every)
        except KeyboardInterrupt:
            for ending in (signal.SIGTERM, signal.SIGINT):
                signal.signal(ending, signal.SIG_IGN)
            self.end_run()
            self.say("ended")

    def step(self) -> None:
        """One look; a run, where something changed and has stopped growing: two looks saw it alike."""
        now = self.look()
        if now is not None and now == self.seen and now != self.taken and self.is_free():
            self.take(now)
        self.seen = now

    def look(self) -> dict[str, str] | None:
        """What lies in the exports; None, and why, where they cannot be looked at just now."""
        try:
            return glance(self.project.exports)
        except OSError as error:
            self.tell_once(f"{error}; looking again")
            return None

    def is_free(self) -> bool:
        """Whether nobody writes to the warehouse: its writer may be a run that somebody else started."""
        if not self.project.warehouse.exists():
            return True
        try:
            with connect(self.project.warehouse, read_only=True):
                return True
        except WarehouseError as error:
            self.tell_once(f"{error}; waiting")
            return False

    def tell_once(self, message: str) -> None:
        """What goes on being so is said when it begins."""
        if message != self.told:
            self.told = message
            self.say(message)

    def take(self, now: dict[str, str]) -> None:
        """One run, and what came of it. One that fails is tried again when something else arrives."""
        self.say(arrived(self.taken, now))
        self.taken, self.told = now, ""
        started, before = time.monotonic(), current(self.project.published)
        # In a group of its own: an interrupt at the terminal is ours to pass on.
        self.run = subprocess.Popen(command(self.project), start_new_session=True)
        status = self.run.wait()
        self.run = None
        after = current(self.project.published)
        what = "published" if after != before else "not published anew, readers have"
        how = "" if status == 0 else "; what was refused, and what to do, is said above"
        self.say(f"done in {time.monotonic() - started:.0f} s: {what} {after}{how}")

    def end_run(self) -> None:
        """End the run and whatever it started; readers keep the publication that they have."""
        if self.run is not None:
            self.say("ending the run that is going on; the last publication stays")
            with suppress(ProcessLookupError):
                os.killpg(self.run.pid, signal.SIGTERM)
            self.run.wait()


def command(project: Project) -> list[str]:
    """`apportion run` on the same places, by the same Python."""
    program = Path(sys.executable).with_name("apportion")
    places = {"exports": project.exports, "warehouse": project.warehouse, "published": project.published}
    places["policy"] = project.policy
    return [str(program), "run", *(part for name, place in places.items() for part in (f"--{name}", str(place)))]


def arrived(before: dict[str, str] | None, now: dict[str, str]) -> str:
    """What is otherwise than it was at the last run, in words."""
    if before is None:
        return f"files that lie there: {len(now):,}; looking what of them is new"
    changed = sorted(label for label in now if now[label] != before.get(label))
    gone = sorted(before.keys() - now.keys())
    parts = [f"{len(changed):,} came or changed: {named(changed)}"] if changed else []
    parts += [f"{len(gone):,} gone: {named(gone)}"] if gone else []
    return "; ".join(parts)


def named(labels: list[str]) -> str:
    """The first of some files."""
    more = len(labels) - NAMED
    return ", ".join(labels[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def current(published: Path) -> str:
    """Which publication readers have."""
    pointer = published / "current"
    return pointer.resolve().name if pointer.exists() else "nothing"
