"""What a delivered file looks like: its format opened, its columns found, its table chosen."""

from __future__ import annotations

import csv
import gzip
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from orchestration.feeds import Column, Feed, Table
from orchestration.warehouse import literal, quoted

JSON_SUFFIXES = (".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
# A JSON document is parsed as a whole; a compressed one is taken to unpack to at most this many times its size.
UNPACKED = 30
SMALLEST_DOCUMENT = 16 * 1024 * 1024
LONGEST_LINE = 16 * 1024 * 1024
# A JSON table's columns are those that any of its first records have.
SAMPLE = 1000


class Refused(Exception):
    """A file that may not enter: the message says where, what and what to do."""


@dataclass(frozen=True)
class Source:
    """A file that DuckDB can scan: the relation, its columns and their types.

    `row` is what messages call a row of it (`line`, `row`, `record`), the first of which has
    the number `first_row`. `repeated` are the columns of headers that stand more than once;
    `formats` the date forms that were found to be those of this file.
    """

    relation: str
    types: dict[str, str]
    row: str
    first_row: int = 1
    nulls: tuple[str, ...] = ()
    repeated: dict[str, list[str]] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        """Whether every value comes as text."""
        return self.row != "row"

    @property
    def place(self) -> str:
        """SQL for the number of a row, from 1."""
        return "row_number() over ()" if self.is_text else "file_row_number + 1"

    def find(self, column: Column) -> str | None:
        """The header that holds a contract column, in any case, by its name or an alias.

        A translated header keeps the name in parentheses at its end: `Abonnement-GUID (SubscriptionGuid)`.
        """
        headers = {}
        for header in self.types:
            named = re.search(r"\((\w+)\)$", header)
            if named:
                headers.setdefault(named[1].lower(), header)
        headers |= {header.lower(): header for header in self.types}
        names = (name.lower() for name in (column.name, *column.aliases))
        return next((headers[name] for name in names if name in headers), None)

    def collected(self, column: Column) -> dict[str, str]:
        """The headers that a tags column collects, with the key that each has in it."""
        return {
            header: header[len(prefix) :]
            for prefix in column.prefixes
            for header in self.types
            if header.lower().startswith(prefix.lower()) and len(header) > len(prefix)
        }

    def has(self, column: Column) -> bool:
        """Whether the file has the column in any way."""
        return self.find(column) is not None or bool(self.collected(column))


def open_table(connection: duckdb.DuckDBPyConnection, feed: Feed, path: Path, suffix: str) -> tuple[Table, Source]:
    """The table that a file fills, and how to scan it.

    Raises `Refused` when the file cannot be read at all, or lacks a required column.
    """
    if suffix in JSON_SUFFIXES:
        candidates = [(table, json_source(connection, table, path, suffix)) for table in feed.tables if table.records]
    else:
        source = plain_source(connection, feed, path, suffix)
        candidates = [(table, source) for table in feed.tables]
    missing = [[column for column in table.required if not source.has(column)] for table, source in candidates]
    for (table, source), lacking in zip(candidates, missing, strict=True):
        if not lacking:
            return table, replace(source, formats=found_formats(connection, table, source))
    nearest = min(missing, key=len)
    count = max(len(source.types) for _, source in candidates)
    raise Refused(
        f"line 1: required column {', '.join(column.name for column in nearest)} is missing (the file has "
        f"{count} columns); deliver the export with it"
    )


def plain_source(connection: duckdb.DuckDBPyConnection, feed: Feed, path: Path, suffix: str) -> Source:
    """A file of rows: Parquet, CSV, or what the feed makes of its own text."""
    if suffix == ".parquet":
        relation = f"read_parquet({literal(path)}, file_row_number = true)"
        return Source(relation, described(connection, relation, "Parquet"), "row", nulls=feed.nulls)
    if feed.relation:
        relation, headers = feed.relation(path)
        return Source(relation, dict.fromkeys(headers, "VARCHAR"), "record", nulls=feed.nulls)
    headers, repeated = csv_headers(path, suffix, feed)
    columns = ", ".join(f"{literal(header)}: 'varchar'" for header in headers)
    words = ", ".join(literal(word) for word in ("", "NULL", "null", *feed.nulls))
    relation = (
        f"read_csv({literal(path)}, columns = {{{columns}}}, auto_detect = false, header = true,"
        f" delim = {literal(feed.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, nullstr = [{words}],"
        f" max_line_size = {LONGEST_LINE}, compression = '{'gzip' if suffix.endswith('.gz') else 'none'}')"
    )
    # The header is line 1.
    return Source(relation, dict.fromkeys(headers, "VARCHAR"), "line", 2, feed.nulls, repeated)


def described(connection: duckdb.DuckDBPyConnection, relation: str, what: str) -> dict[str, str]:
    """The columns and types of a relation."""
    try:
        rows = connection.execute(f"describe from {relation}").fetchall()
    except duckdb.Error as error:
        raise Refused(f"unreadable {what} file: {first_line(error)}; deliver it again") from error
    return {row[0]: row[1] for row in rows if row[0] != "file_row_number"}


def csv_headers(path: Path, suffix: str, feed: Feed) -> tuple[list[str], dict[str, list[str]]]:
    """The first record of a CSV file, each header once, and the columns of those that stand more often."""
    opener = gzip.open if suffix.endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            given = [header.strip() for header in next(csv.reader(stream, delimiter=feed.delimiter), [])]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"unreadable file: {error}; deliver it again") from error
    if not any(given):
        raise Refused("line 1: the file is empty, not even a header is there; deliver it again")
    headers: list[str] = []
    columns: dict[str, list[str]] = {}
    for position, header in enumerate(given, 1):
        same = columns.setdefault(header.lower() or f"column_{position}", [])
        if same and header and header not in feed.repeats:
            raise Refused(f"line 1: column {header} stands twice in the header; deliver it with one of them")
        name = header or f"column_{position}"
        headers.append(f"{name} #{len(same) + 1}" if same else name)
        same.append(headers[-1])
    return headers, {same[0]: same for same in columns.values() if len(same) > 1}


def json_source(connection: duckdb.DuckDBPyConnection, table: Table, path: Path, suffix: str) -> Source:
    """A JSON document, or one per line, as a table's rows: the contract's columns as text."""
    size = path.stat().st_size * (UNPACKED if suffix.endswith(".gz") else 1)
    levels = (
        f"select json as level_0 from read_json_objects({literal(path)}, format = 'auto',"
        f" maximum_object_size = {max(size + 1024, SMALLEST_DOCUMENT)})"
    )
    for depth, steps in enumerate(table.records, 1):
        if steps != "$":
            levels = (
                f"select *, unnest(json_extract(level_{depth - 1}, {literal(steps)})) as level_{depth} from ({levels})"
            )
        else:
            levels = f"select *, level_{depth - 1} as level_{depth} from ({levels})"
    places = {column.name: json_places(column, len(table.records)) for column in table.columns}
    exists = ", ".join(
        " or ".join(f"coalesce(bool_or(json_exists({level}, {literal(steps)})), false)" for level, steps in found)
        for found in places.values()
    )
    try:
        present = connection.execute(f"select {exists} from (from ({levels}) limit {SAMPLE})").fetchone()
    except duckdb.Error as error:
        raise Refused(f"unreadable JSON file: {first_line(error)}; deliver it again") from error
    values = ", ".join(
        f"{json_value(column, places[column.name])} as {quoted(column.name)}" for column in table.columns
    )
    names = [name for name, is_there in zip(places, present, strict=True) if is_there]
    return Source(f"(select {values} from ({levels}))", dict.fromkeys(names, "VARCHAR"), "record")


def json_places(column: Column, depth: int) -> list[tuple[str, str]]:
    """Where a column may be: the level of the document and the path from there."""
    places = []
    for name in (column.name, *column.aliases):
        climbs = len(name) - len(name.lstrip("^"))
        steps = name[climbs:]
        places.append((f"level_{depth - climbs}", steps if steps.startswith(("$", "/")) else f"$.{steps}"))
    return places


def json_value(column: Column, places: list[tuple[str, str]]) -> str:
    """SQL for the first of a column's places that has a value: text, or nested JSON as it is."""
    function = "json_extract" if column.kind in ("tags", "list") else "json_extract_string"
    found = [f"nullif(cast({function}({level}, {literal(steps)}) as varchar), 'null')" for level, steps in places]
    return f"coalesce({', '.join(found)})"


def found_formats(connection: duckdb.DuckDBPyConnection, table: Table, source: Source) -> dict[str, str]:
    """Of each column with several date forms, the one that reads all values of the file."""
    formats = {}
    for column in table.columns:
        header = source.find(column)
        if not column.formats or header is None:
            continue
        value = f"nullif(trim(cast({quoted(header)} as varchar)), '')"
        reads = [f"try_strptime({value}, {literal(form)})" for form in column.formats]
        failures = ", ".join(f"count(*) filter ({value} is not null and {read} is null)" for read in reads)
        try:
            counts = connection.execute(f"select {failures} from {source.relation}").fetchone()
        except duckdb.Error:
            # A file that cannot be read to its end is refused where its values are looked at.
            counts = [0] * len(reads)
        fitting = [position for position, failed in enumerate(counts) if failed == 0] or [0]
        first, *others = fitting
        for other in others:
            apart = connection.execute(
                f"select {value} from {source.relation} where {reads[first]} is distinct from {reads[other]} limit 1"
            ).fetchone()
            if apart:
                raise Refused(
                    f"column {header}: '{apart[0]}' and every other date of the file can be read as"
                    f" {column.formats[first]} and as {column.formats[other]}; deliver it with ISO dates (2026-09-30)"
                )
        formats[column.name] = column.formats[first]
    return formats


def first_line(error: Exception) -> str:
    """DuckDB's message without its advice and its paths' noise."""
    return str(error).strip().splitlines()[0].strip()
