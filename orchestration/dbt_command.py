"""`apportion-dbt`: dbt as Dagster and the other commands call it.

Two things take dbt as many seconds as the build of a small month, and are spared here: what version it is, which
dagster-dbt asks before every build, is read from the installed package; and the project is not parsed anew while
the manifest that `orchestration.dbt_project.prepared` left is no older than its files.
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
    from dbt.contracts.graph.manifest import Manifest


def main() -> None:
    """The console script: dbt's own command, its exit codes, and its version without importing it."""
    if sys.argv[1:] == ["--version"]:
        print(f"dbt-core {version('dbt-core')}")
        return
    end_with_the_parent()
    # What dbt parses it keeps to the end: to look for garbage in it takes a tenth of the time.
    gc.disable()
    from dbt.cli.main import dbtRunner

    done = dbtRunner(manifest=parsed()).invoke(sys.argv[1:])
    if done.exception:
        print(done.exception, file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if done.success else 1)


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
