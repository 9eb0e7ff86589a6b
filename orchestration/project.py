"""Where things are: the one place that reads machine paths and environment variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Beside the Python that runs us, whether or not its environment is activated; the second does not parse anew.
DBT = Path(sys.executable).with_name("dbt")
APPORTION_DBT = Path(sys.executable).with_name("apportion-dbt")

# Set before any of these tools is imported: none of them calls home.
QUIET_ENVIRONMENT = {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    # What dbt would write to its own log takes a tenth of a small run; what it says is in the run's log.
    "DBT_LOG_LEVEL_FILE": "none",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}


@dataclass(frozen=True)
class Project:
    """The paths of one run. `landing` and `seeds` follow the warehouse file."""

    exports: Path
    warehouse: Path
    published: Path
    policy: Path

    @property
    def landing(self) -> Path:
        """Delivered bytes and their Parquet form, by content hash."""
        return self.warehouse.with_suffix(".landing")

    @property
    def seeds(self) -> Path:
        """The seed folder dbt reads: the policy with its missing files as empty ones."""
        return self.warehouse.with_suffix(".seeds")

    @property
    def target(self) -> Path:
        """dbt's compiled state for this warehouse: the seeds' paths are part of it."""
        return self.warehouse.with_suffix(".target")

    @property
    def unusable(self) -> str | None:
        """Why dbt cannot build in the warehouse; None where it can.

        It writes the path into SQL as it is. The database goes by the file's name, to dbt up to the last dot and to
        DuckDB up to the first.
        """
        quote = "'" in str(self.warehouse) or '"' in self.warehouse.name
        if not quote and "." not in self.warehouse.stem:
            return None
        fault = (
            "its path may have no quote in it" if quote else "its name may have no other dot than that of its suffix"
        )
        return f"{self.warehouse}: {fault}; name another warehouse with --warehouse"

    @property
    def person_key(self) -> Path:
        """The secret that persons are hashed with, unless APPORTION_PERSON_KEY gives it."""
        return self.warehouse.with_suffix(".person_key")

    def environment(self) -> dict[str, str]:
        """The environment that a dbt process of this project needs."""
        return {
            **QUIET_ENVIRONMENT,
            "APPORTION_EXPORTS": str(self.exports),
            "APPORTION_WAREHOUSE": str(self.warehouse),
            "APPORTION_PUBLISHED": str(self.published),
            "APPORTION_POLICY": str(self.policy),
            "APPORTION_SEEDS": os.path.relpath(self.seeds, ROOT),
        }

    @contextmanager
    def in_environment(self) -> Iterator[None]:
        """dbt processes started inside see this project; afterwards the environment is as before."""
        before = dict(os.environ)
        os.environ.update(self.environment())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def reporting_currency() -> str:
    """The currency of every mart, as `dbt_project.yml` says."""
    import yaml

    return yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]["reporting_currency"]


def project(
    exports: Path | None = None,
    warehouse: Path | None = None,
    published: Path | None = None,
    policy: Path | None = None,
) -> Project:
    """The paths in force: the arguments, else the environment, else the folders' defaults."""

    def place(given: Path | None, variable: str, default: Path) -> Path:
        return Path(given or os.environ.get(variable) or default).absolute()

    return Project(
        exports=place(exports, "APPORTION_EXPORTS", ROOT / "exports"),
        warehouse=place(warehouse, "APPORTION_WAREHOUSE", ROOT / ".apportion" / "apportion.duckdb"),
        published=place(published, "APPORTION_PUBLISHED", ROOT / "published"),
        policy=place(policy, "APPORTION_POLICY", ROOT / "seeds" / "policy"),
    )
