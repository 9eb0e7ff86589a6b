"""Who really used how much, in the measures that the warehouse keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company import catalog
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


def write_endpoint_costs(connection: duckdb.DuckDBPyConnection, folder: Path, window_days: int) -> None:
    """Write who pays how much of the shared endpoint on a day: by what he let the model read on it.

    On a day without a call by what he let it read in the last `window_days`; what no key names is nobody's.
    """
    copy_parquet(
        connection,
        f"""
        with

        costs as (
            select charge_date, sum(effective_cost) as effective_cost
            from truth
            where attribution = 'pool:model_endpoint'
            group by all
        ),

        tokens_read as (
            select
                usage_date,
                if(attribution = 'tagged', team_id, null) as team_id,
                if(attribution = 'tagged', project_id, null) as project_id,
                if(attribution = 'tagged', lifecycle_stage, null) as lifecycle_stage,
                cast(sum(prompt_tokens) as bigint) as tokens
            from gateway_requests
            where model = '{catalog.ENDPOINT_MODEL}' and not is_failure and not is_cache_hit
            group by all
        ),

        tokens_counted as (
            select costs.charge_date, costs.effective_cost, tokens_read.* exclude (usage_date)
            from costs
            inner join tokens_read
                on tokens_read.usage_date <= costs.charge_date
                    and tokens_read.usage_date > costs.charge_date - if(
                        costs.charge_date in (select usage_date from tokens_read), 1, {window_days}
                    )
        )

        select
            charge_date,
            team_id,
            project_id,
            lifecycle_stage,
            cast(
                any_value(effective_cost) * sum(tokens) / sum(sum(tokens)) over (partition by charge_date)
                as decimal(38, 12)
            ) as effective_cost
        from tokens_counted
        group by charge_date, team_id, project_id, lifecycle_stage
        order by all
        """,
        folder / "endpoint_costs.parquet",
        "zstd",
    )


def write_used(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write all that was used."""
    copy_parquet(connection, "select * from used order by all", folder / "usage.parquet", "zstd")
