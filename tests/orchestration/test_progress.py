"""What somebody before a terminal sees while something takes long."""

from __future__ import annotations

import os
import pty
import re
import time
from collections.abc import Callable
from contextlib import redirect_stderr, suppress

import pytest

from orchestration.cli import Progress


def seen(work: Callable[[], None], is_terminal: bool = True) -> str:
    """What is on the screen, or in the pipe, when it is done."""
    screen, inside = pty.openpty() if is_terminal else os.pipe()
    # What failed is told elsewhere.
    with os.fdopen(inside, "w") as stream, redirect_stderr(stream), suppress(ValueError):
        work()
    text = b""
    with suppress(OSError), os.fdopen(screen, "rb", buffering=0) as stream:
        while part := stream.read(4096):
            text += part
    return text.decode()


def explained(seconds: float, patience: float, failure: Exception | None = None) -> Callable[[], None]:
    def work() -> None:
        with Progress(patience) as progress:
            progress("looking")
            time.sleep(seconds)
            if failure:
                raise failure

    return work


def test_what_takes_long_says_so_on_a_terminal_and_its_seconds_run() -> None:
    lines = re.findall(r"\[ *([0-9.]+) s\] (\w+)", seen(explained(1.8, 0.2)))
    assert [word for _, word in lines][-1] == "done"
    running = [float(second) for second, word in lines if word == "looking"]
    assert len(running) >= 2 and running[0] >= 0.2


@pytest.mark.parametrize("is_terminal", [True, False])
def test_what_is_quick_says_nothing(is_terminal: bool) -> None:
    assert seen(explained(0.1, 5), is_terminal) == ""


def test_a_script_is_told_nothing_that_it_did_not_ask_for() -> None:
    assert seen(explained(1.2, 0.2), is_terminal=False) == ""


def test_what_fails_is_not_done() -> None:
    text = seen(explained(1.2, 0.2, ValueError()))
    assert "looking" in text and "done" not in text
