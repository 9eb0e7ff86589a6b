"""A publication: the marts in a file of their own and as Parquet, switched to in one step.

Everything is written into a new folder that nobody reads, judged there, and then `current`
is pointed at it. Readers of the old one keep their open files; a run that dies on the way
leaves `current` as it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import partitions
from orchestration.project import ROOT, Project
from orchestration.quality.validator import Batch, Check, Validator
from orchestration.warehouse import connect, literal, quoted

FILE = "apportion.duckdb"
STATE = "built_from"
# BI tools' drivers lag behind the engine: they can read this version.
STORAGE_VERSION = "v1.2.0"
# Readers may still hold the one before the current.
KEPT = 2

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
            f"{', '.join(unbuilt)}: deliveries, policy or models changed since the last build that passed;"
            " run apportion build, then publish"
        )
    folder = project.published / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    folder.mkdir(parents=True)
    try:
        progress("writing the publication")
        with connect(project.warehouse) as connection:
            connection.execute(CHECKS)
            tables = write(connection, folder, focus)
            (folder / STATE).write_text(state(connection))
        progress("validating the marts at the exit")
        checks = judge(project, validator, folder, tables, focus)
        with duckdb.connect(str(folder / FILE)) as connection:
            connection.execute(f"copy reconciliation.checks to {literal(parquet(folder, 'reconciliation', 'checks'))}")
        broken = [check for check in checks if not check.success]
        if broken:
            raise GateFailed(f"{broken[0].relation}: {broken[0].check}: {broken[0].observed} {broken[0].examples[:1]}")
        switch(project.published, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    prune(project.published, folder)
    return Publication(folder, len(tables), sum(rows for _, _, rows in tables))


def state(connection: duckdb.DuckDBPyConnection) -> str:
    """A fingerprint of what a publication is made from: the builds, and the register of deliveries."""
    return connection.execute(
        """
        select md5(concat(
            (
                select string_agg(concat(billing_period, inputs, built_at), ',' order by billing_period)
                from ingestion.builds
            ),
            (select string_agg(delivery_id || status, ',' order by delivery_id, status) from ingestion.deliveries)
        ))
        """
    ).fetchone()[0]


def is_up_to_date(project: Project, focus: bool) -> bool:
    """Whether readers already see all of what is built (and the bill in FOCUS, when asked for)."""
    current = project.published / "current"
    if not (current / STATE).exists() or (focus and not (current / "focus").exists()):
        return False
    with connect(project.warehouse, read_only=True) as connection:
        return (current / STATE).read_text() == state(connection)


def write(connection: duckdb.DuckDBPyConnection, folder: Path, focus: bool) -> list[tuple[str, str, int]]:
    """Copy every public table into the new file and beside it as Parquet. Returns schema, table, rows."""
    found = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = current_database() and table_schema in (select unnest(?)) order by all",
        [published_schemas()],
    ).fetchall()
    names = [
        (schema, table)
        for schema, table in found
        if (schema != "ingestion" or table in PUBLIC_REGISTER) and schema != "focus"
    ]
    connection.execute(f"attach {literal(folder / FILE)} as publication (storage_version {literal(STORAGE_VERSION)})")
    tables = []
    for schema, table in names:
        name = f"{quoted(schema)}.{quoted(table)}"
        connection.execute(f"create schema if not exists publication.{quoted(schema)}")
        connection.execute(f"create table publication.{name} as from {name}")
        (folder / schema).mkdir(exist_ok=True)
        connection.execute(f"copy publication.{name} to {literal(parquet(folder, schema, table))} (format parquet)")
        rows = connection.execute(f"select count(*) from publication.{name}").fetchone()[0]
        tables.append((schema, table, rows))
    if focus:
        write_focus(connection, folder)
    connection.execute("detach publication")
    return tables


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
            f" to {literal(target / name)} (format parquet)"
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
    with duckdb.connect(str(folder / FILE)) as connection:
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
    folders = sorted(path for path in published.glob("20*T*Z") if path.is_dir())
    for folder in folders[:-KEPT]:
        if folder != newest:
            shutil.rmtree(folder, ignore_errors=True)
