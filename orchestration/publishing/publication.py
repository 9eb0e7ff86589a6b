"""A publication: the marts in a file of their own and as Parquet, switched to in one step.

Everything is written into a new folder that nobody reads, judged there, and then `current`
is pointed at it. Readers of the old one keep their open files; a run that dies on the way
leaves `current` as it was.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import partitions
from orchestration.files import copy_bytes
from orchestration.project import ROOT, Project
from orchestration.publishing.refusal import tell, withdraw
from orchestration.quality.validator import Batch, Check, Validator
from orchestration.warehouse import connect, literal, quoted

FILE = "apportion.duckdb"
STATE = "built_from"
# BI tools' drivers lag behind the engine: they can read this version.
STORAGE_VERSION = "v1.2.0"
# Most columns of a bill have a few values or as many as rows: a dictionary of thousands costs time and saves nothing.
FOCUS_PARQUET = "format parquet, row_group_size 61440, dictionary_size_limit 10000"
# Readers may still hold the one before the current.
KEPT = 2
# What has a row per day or attribution key grows with the bills: of one file, each month would cost all months.
LONG = {"charge_date", "charge_group_id"}
# How the model of a mart says by which column it is built.
DECLARED_PERIOD = re.compile(r"'period_column': '(\w+)'")
# And that it is multiplied out whenever it is asked for: readers get the view.
ON_DEMAND = "'on_demand': true"

CHECKS = """
create schema if not exists reconciliation;
create table if not exists reconciliation.checks (
    checked_at timestamp, door varchar, suite varchar, batch varchar, relation varchar, promise varchar,
    expectation varchar, is_kept boolean, unexpected_count bigint, observed varchar, examples varchar
)
"""


class GateFailed(Exception):
    """The marts broke a promise: nothing was published. Says which, and with what value."""


class NotBuilt(Exception):
    """The marts are not those of the deliveries and the policy in force. Says which periods."""


@dataclass(frozen=True)
class Publication:
    """What readers now see."""

    folder: Path
    tables: int
    rows: int

    @property
    def file(self) -> Path:
        """The DuckDB file, by the path that stays the same."""
        return self.folder.parent / "current" / FILE


def published_schemas() -> list[str]:
    """The schemas that are public: the marts' folders, and the register of deliveries."""
    return [*sorted(path.name for path in (ROOT / "models" / "marts").iterdir() if path.is_dir()), "ingestion"]


# Of the register, readers get what arrived; the rest is the registry's own bookkeeping.
PUBLIC_REGISTER = ("deliveries", "files")


def publish(
    project: Project,
    validator: Validator,
    focus: bool = False,
    progress: Callable[[str], None] = lambda message: None,
) -> Publication:
    """Write, judge and switch. Raises `NotBuilt` or `GateFailed`, and leaves the last publication in place."""
    with connect(project.warehouse) as connection:
        unbuilt = partitions.unbuilt_periods(connection, partitions.surroundings(project))
    if unbuilt:
        raise NotBuilt(
            f"{', '.join(unbuilt)}: deliveries, policy or models changed since the last build that passed,"
            " or dbt alone built them since; run apportion build, then publish"
        )
    folder = project.published / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    folder.mkdir(parents=True)
    try:
        progress("writing the publication")
        with connect(project.warehouse) as connection:
            connection.execute(CHECKS)
            now = state(connection)
            tables = write(connection, folder, changed_periods(published_state(project.published), now), focus)
        progress("validating the marts at the exit")
        checks = judge(project, validator, folder, tables, focus)
        with connect(folder / FILE) as connection:
            connection.execute(f"copy reconciliation.checks to {literal(parquet(folder, 'reconciliation', 'checks'))}")
        broken = [check for check in checks if not check.success]
        if broken:
            why = f"{broken[0].relation}: {broken[0].check}: {broken[0].observed} {broken[0].examples[:1]}"
            tell(project.published, why)
            raise GateFailed(why)
        (folder / STATE).write_text(json.dumps(now, indent=2))
        switch(project.published, folder)
        withdraw(project.published)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    prune(project.published, folder)
    return Publication(folder, len(tables), sum(rows for _, _, rows in tables))


def state(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """What a publication is made from: the build of each period, and the register of deliveries."""
    builds = connection.execute("select billing_period, concat(inputs, built_at) from ingestion.builds").fetchall()
    (deliveries,) = connection.execute(
        "select md5(string_agg(delivery_id || status, ',' order by delivery_id, status)) from ingestion.deliveries"
    ).fetchone()
    return {"periods": dict(sorted(builds)), "deliveries": deliveries}


def published_state(published: Path) -> dict[str, object] | None:
    """What the current publication was made from; None without one, or when it does not say."""
    try:
        return json.loads((published / "current" / STATE).read_text())
    except (FileNotFoundError, ValueError):
        return None


def is_up_to_date(project: Project, focus: bool) -> bool:
    """Whether readers already see all of what is built (and the bill in FOCUS, when asked for)."""
    if focus and not (project.published / "current" / "focus").exists():
        return False
    with connect(project.warehouse, read_only=True) as connection:
        return published_state(project.published) == state(connection)


def changed_periods(before: dict[str, object] | None, now: dict[str, object]) -> list[str] | None:
    """The periods that the current publication has otherwise, or not; None when there is none to start from."""
    if before is None:
        return None
    old, new = before["periods"], now["periods"]
    return sorted(period for period in old.keys() | new.keys() if old.get(period) != new.get(period))


def write(
    connection: duckdb.DuckDBPyConnection, folder: Path, changed: list[str] | None, focus: bool
) -> list[tuple[str, str, int]]:
    """Every public table in the new file and beside it as Parquet. Returns schema, table, rows.

    What is long is written for the `changed` periods only (None: all): the file starts as a
    copy of the current one, and the Parquet files of other periods are linked.
    """
    current = folder.parent / "current"
    if changed is not None:
        copy_bytes(current / FILE, folder / FILE)
    # The order of rows means nothing in a table, and keeping it costs half of the time.
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"attach {literal(folder / FILE)} as publication (storage_version {literal(STORAGE_VERSION)})")
    # The bill in FOCUS is a view of files in the current folder: this one has it only when asked for.
    connection.execute("drop schema if exists publication.focus cascade")
    tables = []
    for schema, table in public_tables(connection):
        rows = write_table(connection, schema, table, changed)
        write_parquet(connection, folder, current, schema, table, changed)
        tables.append((schema, table, rows))
    if focus:
        write_focus(connection, folder)
    views = on_demand_views(connection, focus)
    connection.execute("detach publication")
    connection.execute("reset preserve_insertion_order")
    with connect(folder / FILE) as publication:
        for name, query in views.items():
            publication.execute(f"create or replace view {name} as {query}")
    return tables


def public_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Schema and name of each table that is published whenever anything is."""
    found = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = current_database() and table_schema in (select unnest(?)) order by all",
        [published_schemas()],
    ).fetchall()
    return [
        (schema, table)
        for schema, table in found
        if (schema != "ingestion" or table in PUBLIC_REGISTER) and schema != "focus" and not is_on_demand(schema, table)
    ]


def on_demand_views(connection: duckdb.DuckDBPyConnection, focus: bool) -> dict[str, str]:
    """The queries of the marts that are views for readers too, over the tables of whichever file they are in.

    One over the bill in FOCUS needs the bill beside it.
    """
    (warehouse,) = connection.execute("select current_database()").fetchone()
    queries = connection.execute(
        "select schema_name, view_name, sql from duckdb_views() where database_name = ? and not internal", [warehouse]
    ).fetchall()
    return {
        f"{quoted(schema)}.{quoted(view)}": query.partition(" AS ")[2].replace(f"{quoted(warehouse)}.", "")
        for schema, view, query in queries
        if is_on_demand(schema, view) and (focus or schema != "focus")
    }


def columns_of(connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, table: str) -> list[tuple[str, str]]:
    """Names and types of a table's columns; none when there is no such table."""
    return connection.execute(
        "select column_name, data_type from duckdb_columns()"
        " where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        [catalog, schema, table],
    ).fetchall()


def declaration(schema: str, table: str) -> str:
    """The model of a mart; empty where a table is none, or goes by another name."""
    model = ROOT / "models" / "marts" / schema / f"{table}.sql"
    return model.read_text() if model.exists() else ""


def period_column(schema: str, table: str) -> str | None:
    """The column by which a mart is built period by period. One that compares months is built as a whole."""
    declared = DECLARED_PERIOD.search(declaration(schema, table))
    return declared[1] if declared else None


def is_on_demand(schema: str, table: str) -> bool:
    """Whether a mart is multiplied out only when it is asked for."""
    return ON_DEMAND in declaration(schema, table)


def write_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str, changed: list[str] | None) -> int:
    """One table in the new file: what changed of a table by period, else all of it. Returns its rows."""
    name = f"{quoted(schema)}.{quoted(table)}"
    (warehouse,) = connection.execute("select current_database()").fetchone()
    wanted = columns_of(connection, warehouse, schema, table)
    period = period_column(schema, table)
    (expected,) = connection.execute(f"select count(*) from {name}").fetchone()
    connection.execute(f"create schema if not exists publication.{quoted(schema)}")
    if changed is not None and period and wanted == columns_of(connection, "publication", schema, table):
        for statement in (
            f"delete from publication.{name} where {period} in (select unnest($periods))",
            f"insert into publication.{name} from {name} where {period} in (select unnest($periods))",
        ):
            connection.execute(statement, {"periods": changed})
        (rows,) = connection.execute(f"select count(*) from publication.{name}").fetchone()
        if rows == expected:
            return rows
    connection.execute(f"create or replace table publication.{name} as from {name}")
    return expected


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    current: Path,
    schema: str,
    table: str,
    changed: list[str] | None,
) -> None:
    """One table as Parquet: a file; of a mart that is long, a folder with a file per period."""
    name = f"publication.{quoted(schema)}.{quoted(table)}"
    target = parquet(folder, schema, table)
    target.parent.mkdir(exist_ok=True)
    column = period_column(schema, table)
    is_long = LONG.intersection(header for header, _ in columns_of(connection, "publication", schema, table))
    if not (column and is_long):
        connection.execute(f"copy {name} to {literal(target)} (format parquet)")
        return
    target.mkdir()
    periods = connection.execute(f"select distinct {column} from {name} order by 1").fetchall()
    if not periods:
        # A folder without a file cannot be read, and tells nobody the columns.
        connection.execute(f"copy {name} to {literal(target / 'empty.parquet')} (format parquet)")
    for (period,) in periods:
        earlier = parquet(current, schema, table) / f"{period}.parquet"
        if changed is not None and period not in changed and earlier.exists():
            os.link(earlier.resolve(), target / earlier.name)
        else:
            connection.execute(
                f"copy (from {name} where {column} = {literal(period)})"
                f" to {literal(target / f'{period}.parquet')} (format parquet)"
            )


def parquet(folder: Path, schema: str, table: str) -> Path:
    """Where a table lies as Parquet."""
    return folder / schema / f"{table}.parquet"


def write_focus(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The bill in FOCUS, one Parquet file per billing period; a period that has not changed is linked."""
    target = folder / "focus" / "cost_and_usage"
    target.mkdir(parents=True)
    earlier = folder.parent / "current" / "focus" / "cost_and_usage"
    for period, inputs in connection.execute(
        "select billing_period, inputs from ingestion.builds order by billing_period"
    ).fetchall():
        name = f"{period}-{inputs[:12]}.parquet"
        if (earlier / name).exists():
            os.link((earlier / name).resolve(), target / name)
            continue
        connection.execute(
            f'copy (from focus.cost_and_usage where "x_BillingPeriod" = {literal(period)})'
            f" to {literal(target / name)} ({FOCUS_PARQUET})"
        )
    connection.execute("create schema if not exists publication.focus")
    connection.execute(
        "create view publication.focus.cost_and_usage as"
        f" from read_parquet({literal(target / '*.parquet')}, union_by_name = true)"
    )


def judge(
    project: Project, validator: Validator, folder: Path, tables: list[tuple[str, str, int]], focus: bool
) -> list[Check]:
    """Great Expectations on the file that readers will open; the results are kept, whatever they are."""
    relations = [f"{schema}.{table}" for schema, table, _ in tables]
    if focus:
        relations.append("focus.cost_and_usage")
    checks = validator.validate(
        [
            Batch(
                suite="marts",
                name="marts",
                relations={relation: f"select * from {relation}" for relation in relations},
                database=str(folder / FILE),
                parameters={"rows": {f"{schema}.{table}": rows for schema, table, rows in tables}},
            )
        ]
    )
    with connect(project.warehouse) as connection:
        record_checks(connection, "exit", checks)
        rows = connection.execute("from reconciliation.checks").fetchall()
    with connect(folder / FILE) as connection:
        connection.execute("delete from reconciliation.checks")
        connection.executemany(f"insert into reconciliation.checks values ({', '.join('?' * 11)})", rows)
    validator.write_docs()
    return checks


def record_checks(connection: duckdb.DuckDBPyConnection, door: str, checks: list[Check]) -> None:
    """Append results to `reconciliation.checks` in the warehouse."""
    connection.execute(CHECKS)
    checked_at = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        [
            checked_at,
            door,
            check.suite,
            check.batch,
            check.relation,
            check.check,
            check.expectation,
            check.success,
            check.unexpected_count,
            check.observed,
            str(check.examples) if check.examples else None,
        ]
        for check in checks
    ]
    if rows:
        connection.executemany(f"insert into reconciliation.checks values ({', '.join('?' * 11)})", rows)


def switch(published: Path, folder: Path) -> None:
    """Point `current` at the folder in one rename: readers see the old one or the new one."""
    pointer = published / ".current-next"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(folder.name, target_is_directory=True)
    os.replace(pointer, published / "current")


def prune(published: Path, newest: Path) -> None:
    """Remove publications that no reader should hold any more, and what killed runs left."""
    folders = sorted(path for path in published.glob("20*T*Z") if path.is_dir() and path <= newest)
    # Written last: what was never switched to has none.
    whole = [folder for folder in folders if (folder / STATE).exists()]
    for folder in folders:
        if folder not in whole[-KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)
