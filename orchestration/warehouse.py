"""The warehouse file: one writer at a time, opened here and closed before dbt opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_LIMIT = "3GB"


class WarehouseError(duckdb.IOException):
    """A warehouse that cannot be opened: the message says which, why and what to do."""


@contextmanager
def connect(file: Path, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the project's session settings, closed on the way out.

    Raises `WarehouseError` when another process holds the file, or it is none.
    """
    if not read_only:
        file.parent.mkdir(parents=True, exist_ok=True)
    with opened(file, read_only) as connection:
        tune(connection)
        yield connection


def opened(file: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    """DuckDB's connection, or its refusal in words."""
    try:
        return duckdb.connect(str(file), read_only=read_only)
    except duckdb.IOException as error:
        words = str(error).splitlines()[0]
        if "Could not set lock" in words:
            words = "another process is writing to it, perhaps a run; try again when it is done"
        else:
            words = f"cannot be read: {words}"
        raise WarehouseError(f"{file}: {words}") from error


def tune(connection: duckdb.DuckDBPyConnection) -> None:
    """UTC clocks and bounded memory, for the warehouse as for any scratch connection.

    Rows that a newer month replaced are dropped with their row group, once it has no other. To write its other rows
    again would cost a small table of all months as much as building it, and saves no space.
    """
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set max_vacuum_tasks = 0")


def literal(value: str | Path | None) -> str:
    """A SQL string literal."""
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
