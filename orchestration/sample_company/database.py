"""The scratch DuckDB database in which the charges are made."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

# A draw depends on its key, on what it decides and on the seed: nothing else.
_MACROS = """
create macro draw(key, decision) as
    (hash(key, decision, seed()) % 1000003) / 1000003.0;
create macro pick(key, decision, choices) as
    cast(hash(key, decision, seed()) % choices as integer);
create macro digest(key, decision, characters) as
    left(md5(concat_ws('/', key, decision, seed())), characters);
create macro guid(key, decision) as
    regexp_replace(digest(key, decision, 32), '(.{8})(.{4})(.{4})(.{4})(.{12})', '\\1-\\2-\\3-\\4-\\5');
"""


def open_database(seed: int) -> duckdb.DuckDBPyConnection:
    """A small in-memory database whose dice are loaded with `seed`."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
    connection.execute(f"create macro seed() as {int(seed)}")
    connection.execute(_MACROS)
    return connection


def load(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: str,
    rows: Iterable[Sequence[Any]],
) -> None:
    """Make `table` out of the few rows that Python knows by name."""
    rows = [tuple(row) for row in rows]
    connection.execute(f"create or replace table {table} ({columns})")
    marks = "(" + ", ".join("?" * len(rows[0])) + ")"
    values = [value for row in rows for value in row]
    many_marks = ", ".join([marks] * len(rows))
    connection.execute(f"insert into {table} values {many_marks}", values)


def copy_csv(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    file: Path,
    *,
    null_text: str = "",
    gzipped: bool = False,
) -> None:
    """Write a query as RFC 4180 CSV; the gzip header carries no time stamp."""
    file.parent.mkdir(parents=True, exist_ok=True)
    compression = "gzip" if gzipped else "none"
    connection.execute(
        f"copy ({query}) to '{_quoted(file)}' (format csv, header, new_line '\\r\\n',"
        f" nullstr '{null_text}', compression {compression})"
    )


def copy_parquet(connection: duckdb.DuckDBPyConnection, query: str, file: Path, compression: str) -> None:
    """Write a query as Parquet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({query}) to '{_quoted(file)}' (format parquet, compression {compression})")


def copy_json(connection: duckdb.DuckDBPyConnection, query: str, file: Path, *, as_array: bool = False) -> None:
    """Write each row of a query as a JSON document of a line, or all of them as one array."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({query}) to '{_quoted(file)}' (format json, array {str(as_array).lower()})")


def write_text(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    """Write the one text that a query gives; gzip carries no time stamp."""
    text = connection.execute(query).fetchall()[0][0].encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text, mtime=0) if file.suffix == ".gz" else text)


def write_json(content: Any, file: Path) -> None:
    """Write one document, such as a manifest."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
