"""`apportion-dbt`: dbt as Dagster calls it.

Before every build dagster-dbt asks for the version, which costs dbt as many seconds of imports
as the build itself. Here that one question is answered from the installed package.
"""

from __future__ import annotations

import gc
import sys
from importlib.metadata import version


def main() -> None:
    """The console script: dbt's own command, and its version without importing it."""
    if sys.argv[1:] == ["--version"]:
        print(f"dbt-core {version('dbt-core')}")
        return
    # What dbt parses it keeps to the end: to look for garbage in it takes a tenth of the time.
    gc.disable()
    from dbt.cli.main import cli

    cli()
