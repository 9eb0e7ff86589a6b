"""The publication copied into a PostgreSQL database, for tools that speak nothing else.

Each schema is one transaction: its tables are written beside those that readers see, compared with the publication, and
take their names at the end. Readers who have begun a query or a snapshot keep what they see.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import psycopg
from psycopg import sql

from orchestration.warehouse import literal, quoted

# Whoever is to read gets this role: `grant apportion_reader to alice`.
READER = "apportion_reader"
# On every table that we made: no other is ever dropped.
MARK = "Published by Apportion"
INCOMING = "__incoming"
CHUNK = 1 << 20
# How long a reader of the old tables may keep the new ones waiting.
LOCK_TIMEOUT = "60s"

TYPES = {
    "VARCHAR": "text",
    "DOUBLE": "double precision",
    "TIMESTAMP": "timestamp",
    "DATE": "date",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric",
}

COLUMNS = """
select table_schema, table_name, list({'name': column_name, 'type': data_type} order by ordinal_position)
from information_schema.columns
inner join information_schema.tables using (table_catalog, table_schema, table_name)
where table_type = 'BASE TABLE' and table_catalog = current_database()
group by all
order by all
"""


class CopyFailed(Exception):
    """The database was not reached, or did not take it; what its readers see is as before. Says which table and why."""


def copy(publication: Path, url: str, progress: Callable[[str], None]) -> tuple[int, int]:
    """Copy the tables of a published file to the database that a `postgresql://` URL names.

    Returns how many tables and rows. Raises `CopyFailed`; schemas that were copied before that are whole and new. Views
    that are multiplied out on demand stay behind.
    """
    tables = rows = 0
    try:
        with (
            duckdb.connect(str(publication), read_only=True) as source,
            psycopg.connect(url, autocommit=True) as target,
            TemporaryDirectory() as scratch,
        ):
            make_reader(target)
            schemas: dict[str, dict[str, list[dict[str, str]]]] = {}
            for schema, table, columns in source.execute(COLUMNS).fetchall():
                schemas.setdefault(schema, {})[table] = columns
            for schema, members in schemas.items():
                progress(f"copying {schema} to PostgreSQL")
                with target.transaction():
                    rows += copy_schema(source, target, schema, members, Path(scratch) / "table.csv")
                tables += len(members)
    except psycopg.Error as error:
        raise CopyFailed(f"PostgreSQL: {in_words(error)}") from error
    return tables, rows


def make_reader(target: psycopg.Connection) -> None:
    """The role that may read; whoever may not make roles needs it made."""
    if not target.execute("select 1 from pg_roles where rolname = %s", [READER]).fetchone():
        target.execute(sql.SQL("create role {} nologin").format(sql.Identifier(READER)))


def copy_schema(
    source: duckdb.DuckDBPyConnection,
    target: psycopg.Connection,
    schema: str,
    members: dict[str, list[dict[str, str]]],
    file: Path,
) -> int:
    """One schema, inside a transaction of its own. Returns its rows."""
    ours = tables_of_ours(target, schema)
    target.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
    rows = 0
    for table, columns in members.items():
        rows += copy_table(source, target, schema, table, columns, file)
    # From here on readers wait: everything is there.
    target.execute(sql.SQL("set local lock_timeout = {}").format(LOCK_TIMEOUT))
    for table in ours:
        target.execute(sql.SQL("drop table {}").format(sql.Identifier(schema, table)))
    for table in members:
        incoming = sql.Identifier(schema, table + INCOMING)
        target.execute(sql.SQL("alter table {} rename to {}").format(incoming, sql.Identifier(table)))
        target.execute(
            sql.SQL("grant select on {} to {}").format(sql.Identifier(schema, table), sql.Identifier(READER))
        )
    target.execute(sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), sql.Identifier(READER)))
    return rows


def tables_of_ours(target: psycopg.Connection, schema: str) -> list[str]:
    """What an earlier copy left in a schema."""
    marked = """
        select relname from pg_class
        where relnamespace = to_regnamespace(%s) and relkind = 'r' and obj_description(oid, 'pg_class') = %s
        order by relname
    """
    return [table for (table,) in target.execute(marked, [quoted(schema), MARK]).fetchall()]


def copy_table(
    source: duckdb.DuckDBPyConnection,
    target: psycopg.Connection,
    schema: str,
    table: str,
    columns: list[dict[str, str]],
    file: Path,
) -> int:
    """One table beside the one that readers see. Returns its rows, which are as many and as much as published."""
    incoming = sql.Identifier(schema, table + INCOMING)
    declared = [sql.SQL("{} {}").format(sql.Identifier(column["name"]), type_of(column)) for column in columns]
    target.execute(sql.SQL("create table {} ({})").format(incoming, sql.SQL(", ").join(declared)))
    target.execute(sql.SQL("comment on table {} is {}").format(incoming, MARK))
    given = f"{quoted(schema)}.{quoted(table)}"
    # A null has no quotes and a text has them, however empty it is.
    texts = ", ".join(quoted(column["name"]) for column in columns if column["type"] == "VARCHAR")
    options = f", force_quote ({texts})" if texts else ""
    source.execute(
        f"copy (select * from {given}) to {literal(file)} (format csv, header false, nullstr '\\N'{options})"
    )
    into = sql.SQL("copy {} from stdin (format csv, null '\\N')").format(incoming)
    with target.cursor() as cursor, cursor.copy(into) as stream, file.open("rb") as bytes_:
        while chunk := bytes_.read(CHUNK):
            stream.write(chunk)
    amounts = [column["name"] for column in columns if column["type"].startswith("DECIMAL")]
    sums = ", ".join(["count(*)", *(f"sum({quoted(name)})" for name in amounts)])
    published = source.execute(f"select {sums} from {given}").fetchone()
    copied = target.execute(sql.SQL(f"select {sums} from {{}}").format(incoming)).fetchone()
    if published != copied:
        raise CopyFailed(f"{schema}.{table}: published are {published} (rows, sums), copied {copied}")
    return copied[0]


def type_of(column: dict[str, str]) -> sql.SQL:
    """The type that holds every value of a column as it is."""
    if re.fullmatch(r"DECIMAL\(\d+,\d+\)", column["type"]):
        return sql.SQL(column["type"].replace("DECIMAL", "numeric"))
    return sql.SQL(TYPES[column["type"]])


def in_words(error: psycopg.Error) -> str:
    """What it says, with what to do where that is known."""
    said = " ".join(str(error).split())
    if isinstance(error, psycopg.errors.DependentObjectsStillExist):
        return f"{said}. Drop what depends on it, publish, and make it again"
    if isinstance(error, psycopg.errors.DuplicateTable):
        return f"{said}, and Apportion did not make it. Move it, or publish to another database"
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return f"a reader kept the tables for more than {LOCK_TIMEOUT}. Try again"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return f"{said}. The user needs to make schemas, and the role {READER} or the right to make it"
    return said
