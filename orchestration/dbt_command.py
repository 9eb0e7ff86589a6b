"""`apportion-dbt`: dbt as Dagster and the other commands call it.

What takes dbt as many seconds as the build of a small month is spared here: what version it is, which dagster-dbt asks
before every build, is read from the installed package; the project is not parsed anew while the manifest that
`orchestration.dbt_project.prepared` left is no older than its files; and what nobody sees is not put into words.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.dbt_files import PARSED, is_stale

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg


def main() -> None:
    """The console script: dbt's own command, its exit codes, and its version without importing it."""
    if sys.argv[1:] == ["--version"]:
        print(f"dbt-core {version('dbt-core')}")
        return
    end_with_the_parent()
    # What dbt parses it keeps to the end: to look for garbage in it takes a tenth of the time.
    gc.disable()
    from dbt.cli.main import dbtRunner

    done = dbtRunner(manifest=parsed(), callbacks=[word_only_what_is_shown]).invoke(sys.argv[1:])
    # Else the interpreter looks for it after all, when it ends.
    gc.freeze()
    if done.exception:
        print(done.exception, file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if done.success else 1)


def word_only_what_is_shown(_: EventMsg) -> None:
    """Called after each event: dbt words all of them, and then looks which level its log shows."""
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager_client import get_event_manager

    for logger in get_event_manager().loggers:
        if logger.level != EventLevel.DEBUG and not isinstance(logger.filter, Shown):
            logger.filter = Shown(logger.filter)


class Shown:
    """The filter of a log that shows no debugging."""

    def __init__(self, others: Callable[[EventMsg], bool]) -> None:
        self.others = others

    def __call__(self, event: EventMsg) -> bool:
        return event.info.level != "debug" and self.others(event)


def end_with_the_parent() -> None:
    """A run that is killed must not leave a dbt behind that holds the warehouse against the next run."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def parsed() -> Manifest | None:
    """The parsed project, with the database and the seeds of this run; None where dbt has to parse it."""
    from dbt.contracts.graph.manifest import Manifest

    if is_stale(PARSED):
        return None
    try:
        manifest = Manifest.from_msgpack(PARSED.read_bytes())
    except ValueError:
        # Another dbt is writing it.
        return None
    if manifest.metadata.dbt_version != version("dbt-core"):
        return None
    database = Path(os.environ["APPORTION_WAREHOUSE"]).stem
    seeds = os.environ.get("APPORTION_SEEDS")
    for node in (*manifest.nodes.values(), *manifest.sources.values()):
        if node.relation_name:
            node.relation_name = node.relation_name.replace(f'"{node.database}"', f'"{database}"', 1)
        node.database = database
        if seeds and node.resource_type == "seed":
            node.original_file_path = os.path.join(seeds, Path(node.path).name)
    manifest.build_flat_graph()
    return manifest
