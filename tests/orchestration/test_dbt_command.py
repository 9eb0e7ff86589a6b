"""dbt in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

CHILD = "import time; from orchestration.dbt_command import end_with_the_parent; end_with_the_parent(); time.sleep(60)"
PARENT = f"""
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "{CHILD}"]).pid, flush=True)
time.sleep(60)
"""


def test_dbt_does_not_outlive_a_run_that_is_killed() -> None:
    """It would hold the warehouse, and the next run could not begin."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    # Until it watches.
    time.sleep(1)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    for _ in range(100):
        time.sleep(0.1)
        if not is_running(child):
            return
    os.kill(child, signal.SIGKILL)
    raise AssertionError("it outlived its parent")


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # Where nobody asks for what became of it, it is a zombie.
    with open(f"/proc/{process}/stat") as stream:
        return stream.read().rsplit(")", 1)[1].split()[0] != "Z"
