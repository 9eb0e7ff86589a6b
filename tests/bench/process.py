"""Whole processes as their caller pays for them: wall seconds, and the memory of the process with its children."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SAMPLED_EVERY = 0.05
PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")
PROGRESS = re.compile(r"^\[\s*(\d+\.\d) s\] (.*)$")


class CommandFailed(Exception):
    """A command that was to be measured ended with another status than 0."""


@dataclass(frozen=True)
class Measurement:
    """What a process took. `steps` are its own progress lines with the seconds until the next one."""

    seconds: float
    peak_bytes: int
    steps: list[tuple[str, float]] = field(default_factory=list)


def measure(command: list[str | Path], cwd: Path, environment: dict[str, str] | None = None) -> Measurement:
    """Run a command to its end. Raises `CommandFailed` with what it said last."""
    with tempfile.TemporaryFile("w+") as said:
        started = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        peak = 0
        try:
            while process.poll() is None:
                peak = max(peak, resident_bytes(process.pid))
                time.sleep(SAMPLED_EVERY)
        finally:
            # Interrupted or failed: no child goes on in a folder that is about to be removed.
            if process.poll() != 0:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        seconds = time.monotonic() - started
        said.seek(0)
        lines = said.read().splitlines()
    if process.returncode:
        raise CommandFailed("\n".join([f"status {process.returncode}: {' '.join(map(str, command))}", *lines[-5:]]))
    return Measurement(seconds, peak, steps(lines, seconds))


def resident_bytes(root: int) -> int:
    """The resident memory of a process, its descendants and its session. Shared pages count in each.

    0 where the system has no /proc.
    """
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    members = {root}
    for entry in PROC.glob("[0-9]*/stat") if PROC.is_dir() else ():
        try:
            # The name, in parentheses, may hold anything: read after its end.
            values = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(entry.parent.name)
        parents[number], resident[number] = int(values[1]), int(values[21]) * PAGE
        if int(values[3]) == root:
            members.add(number)
    while True:
        found = {number for number, parent in parents.items() if parent in members} - members
        if not found:
            return sum(resident.get(number, 0) for number in members)
        members |= found


def steps(lines: list[str], seconds: float) -> list[tuple[str, float]]:
    """Seconds by step, from lines such as `[ 12.9 s] building all periods`.

    The command's clock starts after its interpreter: the difference is a step of its own.
    """
    said = [(match[2], float(match[1])) for match in map(PROGRESS.match, lines) if match]
    if not said:
        return []
    ends = [at for _, at in said[1:]] + [said[-1][1]]
    lasted = [(name, end - at) for (name, at), end in zip(said, ends, strict=True) if name != "done"]
    return [*lasted, ("interpreter start and exit", seconds - said[-1][1])]


def python(module: str, *arguments: str | Path) -> list[str | Path]:
    """The command that runs one of our own modules."""
    return [sys.executable, "-m", module, *arguments]
