"""What a delivered file looks like: its format opened, its columns found, its table chosen."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import reduce
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

import duckdb

from orchestration.feeds import Column, Feed, Table
from orchestration.ingestion import json_documents
from orchestration.ingestion.json_documents import records_of
from orchestration.ingestion.refusal import Refused, cause
from orchestration.warehouse import literal, quoted

LONGEST_LINE = 16 * 1024 * 1024
READ_AT_ONCE = 1024 * 1024


@dataclass(frozen=True)
class Source:
    """A file that DuckDB can scan: the relation, its columns and their types.

    `row` is what messages call a row of it (`line`, `row`, `record`), the first of which has
    the number `first_row`. `absent` are the columns that no record of a JSON file was seen to
    have. `repeated` are the columns of headers that stand more than once; `inner` is SQL for the
    columns that lie inside others; `formats` are the date forms that were found to be those of
    this file; `label` is its path below the exports. `is_compared`: rows of it are looked for in other
    files, so that a floating quantity lands as what it is written as, like money. `csv`: the file, where it is CSV.
    """

    relation: str
    types: dict[str, str]
    row: str
    first_row: int = 1
    absent: frozenset[str] = frozenset()
    nulls: tuple[str, ...] = ()
    repeated: dict[str, list[str]] = field(default_factory=dict)
    inner: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    label: str = ""
    is_compared: bool = False
    csv: Path | None = None

    @property
    def is_text(self) -> bool:
        """Whether every value comes as text."""
        return self.row != "row"

    @property
    def place(self) -> str:
        """SQL for the number of a row, from 1."""
        return "row_number() over ()" if self.is_text else "file_row_number + 1"

    def value(self, header: str) -> str:
        """SQL for what is under a header."""
        return self.inner.get(header, quoted(header))

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

    def collected(self, column: Column) -> dict[str, list[str]]:
        """The keys that a tags column collects, with the headers of each: the first that has a value counts.

        A header goes by the first of the prefixes that it begins with; keys that differ in case are one.
        """
        first = {other: header for header, others in self.repeated.items() for other in others}
        found: dict[str, tuple[str, list[str]]] = {}
        left = dict.fromkeys(self.types)
        for prefix in column.prefixes:
            for header in [header for header in left if header.lower().startswith(prefix.lower())]:
                del left[header]
                key = first.get(header, header)[len(prefix) :]
                is_out = column.leaves_out and re.search(column.leaves_out, key, re.IGNORECASE)
                if key and not is_out:
                    found.setdefault(key.lower(), (key, []))[1].append(header)
        return dict(found.values())

    def has(self, column: Column) -> bool:
        """Whether the file has the column in any way."""
        return column.name not in self.absent and bool(
            self.find(column) is not None or self.collected(column) or column.from_path(self.label)
        )


def open_table(
    connection: duckdb.DuckDBPyConnection, feed: Feed, path: Path, suffix: str, label: str
) -> tuple[Table, Source]:
    """The table that a file fills, and how to scan it. `label` is its path below the exports.

    Raises `Refused` when the file cannot be read at all, or lacks a required column.
    """
    if suffix in json_documents.SUFFIXES:
        candidates = [
            (table, json_source(connection, table, path, suffix, label)) for table in feed.tables if table.records
        ]
    else:
        source = with_inner(connection, feed, plain_source(connection, feed, path, suffix))
        candidates = [(table, source) for table in feed.tables]
    candidates = [(table, replace(source, label=label)) for table, source in candidates]
    missing = [[column for column in table.required if not source.has(column)] for table, source in candidates]
    for (table, source), lacking in zip(candidates, missing, strict=True):
        if not lacking:
            formats = found_formats(connection, table, source)
            return table, replace(source, formats=formats, is_compared=table.replaces in ("nothing", "entry"))
    nearest = min(missing, key=len)
    count = max(len(source.types) - len(source.absent) for _, source in candidates)
    is_json = suffix in json_documents.SUFFIXES
    has = f"its records have {count} of the columns that are read" if is_json else f"the file has {count} columns"
    raise Refused(
        f"line 1: required column {', '.join(column.name for column in nearest)} is missing ({has}); "
        "deliver the export with it"
    )


def plain_source(connection: duckdb.DuckDBPyConnection, feed: Feed, path: Path, suffix: str) -> Source:
    """A file of rows: Parquet, CSV, or what the feed makes of its own text."""
    if suffix == ".parquet":
        relation = f"read_parquet({literal(path)}, file_row_number = true)"
        return Source(relation, described(connection, relation, "Parquet"), "row", nulls=feed.nulls)
    if feed.relation:
        relation, headers = feed.relation(path)
        return Source(relation, dict.fromkeys(headers, "VARCHAR"), "record", nulls=feed.nulls)
    headers, repeated, blank = csv_headers(path, feed)
    columns = ", ".join(f"{literal(header)}: 'varchar'" for header in headers)
    words = ", ".join(literal(word) for word in ("", "NULL", "null", *feed.nulls))
    relation = (
        f"read_csv({literal(path)}, columns = {{{columns}}}, auto_detect = false, header = true,"
        f" delim = {literal(feed.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, nullstr = [{words}],"
        # Rows over several lines cannot be padded while several threads read.
        f" null_padding = {feed.pads_rows}, parallel = {not feed.pads_rows},"
        f" skip = {blank}, max_line_size = {LONGEST_LINE},"
        f" compression = '{'gzip' if suffix.endswith('.gz') else 'none'}')"
    )
    types = dict.fromkeys(headers, "VARCHAR")
    return Source(relation, types, "line", blank + 2, nulls=feed.nulls, repeated=repeated, csv=path)


def with_inner(connection: duckdb.DuckDBPyConnection, feed: Feed, source: Source) -> Source:
    """The columns that a contract names inside others: `service.id`, or `metadata>team.alias` in JSON."""
    headers = {header.lower(): header for header in source.types}
    columns = [column for table in feed.tables for column in table.columns]
    exact = {
        name
        for table in feed.tables
        for column in table.columns
        for name in (column.name, *column.aliases)
        if table.is_exact and column.kind in ("money", "number")
    }
    types, inner = dict(source.types), {}
    for name in sorted({name for column in columns for name in (column.name, *column.aliases) if "." in name}):
        root, _, path = name.partition(".")
        if ">" in name or name.lower() in headers or root.lower() not in headers:
            continue
        header = headers[root.lower()]
        value = member(quoted(header), source.types[header], path, name in exact)
        try:
            types |= described(connection, f"(select {value} as {quoted(name)} from {source.relation})", "nested")
        except Refused:
            # The struct has no such field.
            continue
        inner[name] = value
    for column in columns:
        # Of several places in JSON the first that has a value counts: whether one is there differs by row.
        leading = [alias for alias in column.aliases if alias.partition(">")[0].lower() in headers and ">" in alias]
        if leading:
            values = ", ".join(in_json(source, headers, alias) for alias in leading)
            inner[leading[0]], types[leading[0]] = f"coalesce({values})", "VARCHAR"
    return replace(source, types=types, inner=inner)


def member(value: str, kind: str, path: str, is_exact: bool) -> str:
    """SQL for what lies at a path inside a value of that type; of JSON, whether a number keeps all its digits."""
    if kind.startswith("MAP"):
        return f"{value}[{literal(path)}]"
    if kind.startswith("STRUCT"):
        return reduce(lambda whole, part: f"struct_extract({whole}, {literal(part)})", path.split("."), value)
    text = json_documents.with_long_numbers_as_text(value) if is_exact else value
    return f"json_extract_string({text}, {literal(f'$.{path}')})"


def in_json(source: Source, headers: dict[str, str], alias: str) -> str:
    """SQL for what `column>path` finds in a column that is JSON as text, or nested."""
    name, _, path = alias.partition(">")
    header = headers[name.lower()]
    is_nested = source.types[header].startswith(("MAP", "STRUCT")) or source.types[header].endswith("[]")
    text = f"to_json({quoted(header)})" if is_nested else f"nullif({quoted(header)}, '')"
    return f"nullif(json_extract_string({text}, {literal(f'$.{path}')}), '')"


def described(connection: duckdb.DuckDBPyConnection, relation: str, what: str) -> dict[str, str]:
    """The columns and types of a relation."""
    try:
        rows = connection.execute(f"describe from {relation}").fetchall()
    except duckdb.Error as error:
        raise Refused(f"unreadable {what} file: {cause(error)}; deliver it again") from error
    return {row[0]: row[1] for row in rows if row[0] != "file_row_number"}


def opened(path: Path) -> BinaryIO:
    """The bytes of a file that may be compressed."""
    return gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb")


def check_whole(path: Path) -> None:
    """Read a compressed file to its end: DuckDB does so without a look at the checksum, which tells a changed digit."""
    try:
        with gzip.open(path) as stream:
            while stream.read(READ_AT_ONCE):
                pass
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(f"{cause(error)}; deliver it again") from error


def odd_line_end(path: Path) -> str | None:
    """The first line of a CSV file that does not end as the first one does, in words; what is in quotes is a value."""
    names = {b"\r\n": "CR and LF", b"\n": "LF"}
    is_quoted, first = False, b""
    with opened(path) as stream:
        for number, line in enumerate(stream, 1):
            is_whole = not is_quoted and line.count(b'"') % 2 == 0
            is_quoted = is_quoted != (line.count(b'"') % 2 == 1)
            end = line[len(line.rstrip(b"\r\n")) :]
            first = first or end
            if is_whole and first in names and b"\r" in line[: -len(end) or None]:
                return f"line {number} has a CR in it"
            if not is_quoted and end in names and end != first:
                return f"line {number} ends with {names[end]}, and line 1 with {names.get(first, 'CR')}"
    return None


def csv_headers(path: Path, feed: Feed) -> tuple[list[str], dict[str, list[str]], int]:
    """The first record of a CSV file that says anything, each header once; the columns of those that stand more often.

    Last, how many lines without any value stand before it.
    """
    given: list[str] = []
    blank = 0
    try:
        with TextIOWrapper(opened(path), encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=feed.delimiter)
            for record in reader:
                given = [header.strip() for header in record]
                if any(given):
                    break
                blank = reader.line_num
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"unreadable file: {cause(error)}; deliver it again") from error
    if not any(given):
        raise Refused("line 1: the file is empty, not even a header is there; deliver it again")
    headers: list[str] = []
    columns: dict[str, list[str]] = {}
    # Tags may differ in case only.
    tags = tuple(prefix.lower() for table in feed.tables for column in table.columns for prefix in column.prefixes)
    for position, header in enumerate(given, 1):
        same = columns.setdefault(header.lower() or f"column_{position}", [])
        if same and header and not may_repeat(feed, header) and not header.lower().startswith(tags):
            raise Refused(f"line {blank + 1}: column {header} stands twice in the header; deliver it with one of them")
        name = header or f"column_{position}"
        headers.append(f"{name} #{len(same) + 1}" if same else name)
        same.append(headers[-1])
    # One value is a list too.
    several = {same[0]: same for same in columns.values() if len(same) > 1 or may_repeat(feed, same[0])}
    return headers, several, blank


def may_repeat(feed: Feed, header: str) -> bool:
    """Whether a header is one of those of which a file may have several."""
    return any(fnmatchcase(header, form) for form in feed.repeats)


def json_source(connection: duckdb.DuckDBPyConnection, table: Table, path: Path, suffix: str, label: str) -> Source:
    """The rows of a JSON file that a table would have of it: the contract's columns as text.

    What no record has and the path tells is no column of the file.
    """
    relation, absent = records_of(connection, table, path, suffix)
    told = {column.name for column in table.columns if column.name in absent and column.from_path(label)}
    names = [column.name for column in table.columns if column.name not in told]
    return Source(relation, dict.fromkeys(names, "VARCHAR"), "record", absent=absent - told)


def found_formats(connection: duckdb.DuckDBPyConnection, table: Table, source: Source) -> dict[str, str]:
    """Of each column with several date forms, the one that reads all values of the file."""
    formats = {}
    for column in table.columns:
        header = source.find(column)
        if not column.formats or header is None:
            continue
        if len(column.formats) == 1:
            formats[column.name] = column.formats[0]
            continue
        value = f"nullif(trim(cast({source.value(header)} as varchar)), '')"
        reads = [f"try_strptime({value}, {literal(form)})" for form in column.formats]
        # The year of `21/Sep/26` is not 26.
        reads = [f"case when year({read}) > 999 then {read} end" for read in reads]
        failures = ", ".join(f"count(*) filter ({value} is not null and {read} is null)" for read in reads)
        others = f"count(*) filter (not regexp_matches({value}, '^20[0-9]{{2}}-'))"
        try:
            not_iso, *counts = connection.execute(f"select {others}, {failures} from {source.relation}").fetchone()
        except duckdb.Error:
            # A file that cannot be read to its end is refused where its values are looked at.
            not_iso, counts = 0, [0] * len(reads)
        if not not_iso:
            continue
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
