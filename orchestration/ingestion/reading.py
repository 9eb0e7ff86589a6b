"""How a delivered file is read: its own header, mapped to the feed's contract, in SQL."""

from __future__ import annotations

import csv
import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.feeds import Column, Feed, Table
from orchestration.warehouse import literal, quoted

MONEY = "decimal(38, 12)"
TYPES = {
    "text": "varchar",
    "person": "varchar",
    "tags": "varchar",
    "money": MONEY,
    "number": "decimal(38, 15)",
    "timestamp": "timestamp",
    "date": "date",
}
MEANT = {
    "money": "a finite number",
    "number": "a finite number",
    "timestamp": "an ISO 8601 date and time",
    "date": "an ISO 8601 date",
}
NULLS = "('', 'NULL', 'null')"


class Refused(Exception):
    """A file that may not enter: the message says where, what and what to do."""


@dataclass(frozen=True)
class Source:
    """A file that DuckDB can scan: the relation, its columns and their types."""

    relation: str
    types: dict[str, str]
    is_text: bool

    def find(self, column: Column) -> str | None:
        """The header that holds a contract column, in any case, by its name or an alias."""
        headers = {header.lower(): header for header in self.types}
        names = (name.lower() for name in (column.name, *column.aliases))
        return next((headers[name] for name in names if name in headers), None)


def open_source(connection: duckdb.DuckDBPyConnection, path: Path, suffix: str) -> Source:
    """Look at the header. Raises `Refused` when the file cannot be read at all."""
    if suffix == ".parquet":
        relation = f"read_parquet({literal(path)}, file_row_number = true)"
        try:
            rows = connection.execute(f"describe from {relation}").fetchall()
        except duckdb.Error as error:
            raise Refused(f"unreadable Parquet file: {first_line(error)}; deliver it again") from error
        return Source(relation, {row[0]: row[1] for row in rows if row[0] != "file_row_number"}, False)
    headers = csv_headers(path, suffix)
    columns = ", ".join(f"{literal(header)}: 'varchar'" for header in headers)
    relation = (
        f"read_csv({literal(path)}, columns = {{{columns}}}, auto_detect = false, header = true, delim = ',',"
        """ quote = '"', escape = '"', strict_mode = true, nullstr = ['', 'NULL', 'null'],"""
        f" max_line_size = 16777216, compression = '{'gzip' if suffix.endswith('.gz') else 'none'}')"
    )
    return Source(relation, dict.fromkeys(headers, "VARCHAR"), True)


def csv_headers(path: Path, suffix: str) -> list[str]:
    """The first record of a CSV file."""
    opener = gzip.open if suffix.endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            headers = [header.strip() for header in next(csv.reader(stream), [])]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"unreadable file: {error}; deliver it again") from error
    if not any(headers):
        raise Refused("line 1: the file is empty, not even a header is there; deliver it again")
    folded = [header.lower() for header in headers]
    twice = sorted({header for header in headers if folded.count(header.lower()) > 1})
    if twice:
        raise Refused(f"line 1: column {twice[0]} stands twice in the header; deliver it with one of them")
    return [header or f"column_{position}" for position, header in enumerate(headers, 1)]


def choose_table(feed: Feed, source: Source) -> Table:
    """The table whose required columns the file has; `Refused` names what is missing."""
    missing = {
        table.name: [column.name for column in table.required if source.find(column) is None] for table in feed.tables
    }
    for table in feed.tables:
        if not missing[table.name]:
            return table
    nearest = min(missing.values(), key=len)
    raise Refused(
        f"line 1: required column {', '.join(nearest)} is missing (the header has "
        f"{len(source.types)} columns); deliver the export with it"
    )


def typed(column: Column, source: Source, cast: str = "cast") -> str:
    """SQL that yields a contract column from the file, in its contract type."""
    header = source.find(column)
    if header is None:
        return f"cast(null as {TYPES[column.kind]})"
    value, delivered = quoted(header), source.types[header].upper()
    if delivered == "VARCHAR" and not source.is_text:
        value = f"case when {value} not in {NULLS} then {value} end"
    match column.kind:
        case "person":
            return f"left(sha256(concat(getvariable('person_key'), ':', lower(trim({value})))), 20)"
        case "text":
            return value if delivered == "VARCHAR" else f"cast({value} as varchar)"
        case "tags":
            nested = delivered.startswith(("MAP", "STRUCT"))
            return f"cast(to_json({value}) as varchar)" if nested else f"cast({value} as varchar)"
        case "timestamp" if delivered in ("VARCHAR", "TIMESTAMP WITH TIME ZONE"):
            # A plain cast of text to timestamp drops the offset instead of applying it.
            return f"({cast}({value} as timestamptz) at time zone 'UTC')"
    return value if delivered.lower() == TYPES[column.kind] else f"{cast}({value} as {TYPES[column.kind]})"


def select_list(table: Table, source: Source) -> str:
    """Every column of the contract, in its order and type; then extensions and the row's place."""
    columns = [f"{typed(column, source)} as {quoted(column.name)}" for column in table.columns]
    if table.keeps_extensions:
        columns.append(f"{extensions(source)} as x_extensions")
    place = "row_number() over ()" if source.is_text else "file_row_number + 1"
    columns.append(f"{place} as source_row")
    return ", ".join(columns)


def extensions(source: Source) -> str:
    """The columns that a provider adds under `x_`, as one JSON object."""
    own = sorted(header for header in source.types if header.lower().startswith("x_"))
    if not own:
        return "cast(null as varchar)"
    pairs = ", ".join(f"{literal(header)}, {quoted(header)}" for header in own)
    return f"cast(json_object({pairs}) as varchar)"


def explain_bad_value(connection: duckdb.DuckDBPyConnection, table: Table, source: Source, error: Exception) -> Refused:
    """The first value that is not of its column's type, by row; else the reader's own words."""
    place = "row_number() over ()" if source.is_text else "file_row_number + 1"
    parts = []
    for column in table.columns:
        header = source.find(column)
        if header is None or column.kind not in MEANT:
            continue
        value = f"cast({quoted(header)} as varchar)"
        parts.append(
            f"select place, {literal(column.name)} as name, {literal(column.kind)} as kind,"
            f" {value} as value, {typed(column, source, 'try_cast')} is null as is_bad"
            f" from numbered where {value} not in {NULLS}"
        )
    query = f"""
        with numbered as (select *, {place} as place from {source.relation})
        select place, name, kind, value from ({" union all ".join(parts)})
        where is_bad or (kind in ('timestamp', 'date') and not regexp_matches(value, '^20[0-9]{{2}}-'))
        order by place, name limit 1
    """
    try:
        found = connection.execute(query).fetchone() if parts else None
    except duckdb.Error as unreadable:
        return broken_file(unreadable)
    if found is None:
        return broken_file(error)
    row, name, kind, value = found
    where = f"line {row + 1}" if source.is_text else f"row {row}"
    return Refused(f"{where}, column {name}: '{value}' is not {MEANT[kind]}; correct it and deliver the file again")


def broken_file(error: Exception) -> Refused:
    """A file that stops in the middle or breaks its own format."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if counts:
        what = f"expected {counts[1]} columns, found {counts[2]}"
    elif "unterminated quote" in text.lower() or "Value with unterminated quote" in text:
        what = "a quote is opened and never closed"
    else:
        what = first_line(error)
    where = f"line {line[1]}: " if line else ""
    return Refused(f"{where}{what}: the file is truncated or broken; deliver it again")


def first_line(error: Exception) -> str:
    """DuckDB's message without its advice and its paths' noise."""
    return str(error).strip().splitlines()[0].strip()
