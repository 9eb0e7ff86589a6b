"""`mf`: MetricFlow's command on the warehouse in force.

Its own asks a package index for a newer version whenever it starts, which nothing here does. And it takes the names of
the tables from what dbt parsed last, for whichever warehouse that was.
"""

from __future__ import annotations

import json
import os
import subprocess
from tempfile import TemporaryDirectory

from orchestration.dbt_files import is_stale
from orchestration.project import DBT, QUIET_ENVIRONMENT, ROOT, project

# Where MetricFlow looks, whatever dbt's target path is.
MANIFEST = ROOT / "target" / "semantic_manifest.json"


def main() -> None:
    """The console script, with the options and exit codes of `mf`."""
    warehouse = project().warehouse
    os.environ.update(
        QUIET_ENVIRONMENT,
        APPORTION_WAREHOUSE=str(warehouse),
        DBT_PROJECT_DIR=str(ROOT),
        DBT_PROFILES_DIR=str(ROOT),
    )
    # The seeds of a run have other paths than the project's, and no metric asks for them.
    os.environ.pop("APPORTION_SEEDS", None)
    if is_stale(MANIFEST) or database_of_manifest() != warehouse.stem:
        parse()

    from update_checker import UpdateChecker

    UpdateChecker.check = lambda *arguments, **options: None

    from dbt_metricflow.cli.main import cli

    cli()


def database_of_manifest() -> str:
    """The database of the tables that MetricFlow would ask."""
    return json.loads(MANIFEST.read_text())["semantic_models"][0]["node_relation"]["database"]


def parse() -> None:
    """Leave a manifest of the warehouse in force; beside it may lie what others are reading."""
    MANIFEST.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=MANIFEST.parent) as apart:
        subprocess.run([DBT, "--quiet", "parse"], check=True, cwd=ROOT, env={**os.environ, "DBT_TARGET_PATH": apart})
        os.replace(os.path.join(apart, MANIFEST.name), MANIFEST)
