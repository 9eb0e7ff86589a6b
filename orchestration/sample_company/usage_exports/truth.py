"""Who really used how much, in the measures that the warehouse keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_parquet

if TYPE_CHECKING:
    import duckdb


def open_usage(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table `used`.

    `attribution` is how the owner can be found: `tagged` (the export says it), `pod` (the cluster knows the pod),
    `rule` (a rule knows the account), `untagged` (not at all) or `idle` (there is none).
    """
    connection.execute(
        """
        create table used (
            usage_date date, feed varchar, driver varchar, unit varchar, team_id varchar, project_id varchar,
            lifecycle_stage varchar, attribution varchar, quantity decimal(38, 12)
        )
        """
    )


def add_used(
    connection: duckdb.DuckDBPyConnection, feed: str, rows: str, measures: Mapping[str, tuple[str, str]]
) -> None:
    """Add the measures of `rows` (a table or query): of each driver its unit and its quantity in SQL."""
    values = ", ".join(
        f"('{driver}', '{unit}', cast({quantity} as decimal(38, 12)))" for driver, (unit, quantity) in measures.items()
    )
    connection.execute(
        f"""
        insert into used
        select
            usage_date, '{feed}', driver, unit, team_id, project_id, lifecycle_stage, attribution, sum(measured)
        from {rows} as metered, lateral (values {values}) as measures(driver, unit, measured)
        where measured <> 0
        group by all
        """
    )


def add_hours(connection: duckdb.DuckDBPyConnection) -> None:
    """Add one month's `hours`; nobody writes down a stage."""
    rows = "(select *, worked_on as usage_date, 'unknown' as lifecycle_stage, 'tagged' as attribution from hours)"
    add_used(connection, "timesheets", rows, {"hours": ("hour", "hours")})


def write_used(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write all that was used."""
    copy_parquet(connection, "select * from used order by all", folder / "usage.parquet", "zstd")
