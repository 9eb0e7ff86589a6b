"""Landing: the delivered bytes are kept by content hash, with a Parquet form that can be queried."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import duckdb

from orchestration.feeds import Column, Table
from orchestration.files import copy_bytes
from orchestration.ingestion.arrivals import ExportFile
from orchestration.ingestion.reading import DIGITS, MONEY, explain_bad_value, select_list
from orchestration.ingestion.refusal import Refused
from orchestration.ingestion.sources import Source, check_whole, open_table
from orchestration.warehouse import literal, quoted


@dataclass(frozen=True)
class Slice:
    """The rows of one file for one account, billing period and currency.

    `billing_period` is None for a register. Amounts are in `currency`.
    """

    billing_period: str | None
    account_id: str | None
    currency: str | None
    row_count: int
    billed_cost: Decimal
    effective_cost: Decimal
    first_period: str | None
    last_period: str | None
    parties: list[str]


@dataclass(frozen=True)
class Landed:
    """A file whose bytes are safe and whose rows can be read as `select <columns> from <parquet>`.

    `row` and `first_row`: what messages call its rows, and the number of the first. `view`:
    which of its table's views it is; the last, when nothing tells (`is_told`). `idle` are the
    columns that say nothing in this file, `read_without` gives `columns` with some of them as null.
    """

    file: ExportFile
    sha256: str
    table: Table
    parquet: Path
    columns: str
    slices: tuple[Slice, ...]
    row: str
    first_row: int
    view: str = ""
    is_told: bool = True
    idle: frozenset[str] = frozenset()
    read_without: Callable[[frozenset[str]], str] | None = None

    @property
    def query(self) -> str:
        """The rows in the contract's columns."""
        return f"{self.all_rows}{self.table.charged}"

    @property
    def all_rows(self) -> str:
        """Also the rows that stand for empty buckets."""
        return f"select {self.columns} from {parquet_relation([self.parquet])}"


def parquet_relation(paths: list[Path]) -> str:
    """A scan of landed files that still knows the file and the row."""
    listed = ", ".join(literal(path) for path in paths)
    return f"read_parquet([{listed}], filename = true, file_row_number = true)"


def land(connection: duckdb.DuckDBPyConnection, landing: Path, file: ExportFile, sha256: str) -> Landed:
    """Keep the bytes, make them queryable, and count what is in them.

    A Parquet file is used as it came; text is converted once. Of a feed or a file that names
    persons only the hashed form is kept. Raises `Refused` and leaves nothing behind when the file
    is unreadable or a value is not of its column's type.
    """
    home = landing / file.feed.name / sha256[:16]
    # A run that was killed here may have left half a file.
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        kept = file.path if file.feed.personal else copy_bytes(file.path, home / f"original{file.suffix}")
        if file.suffix.endswith(".gz"):
            check_whole(kept)
        table, source = open_table(connection, file.feed, kept, file.suffix, file.label)
        names_persons = file.feed.personal or has_persons(connection, table, source)
        if source.is_text or names_persons:
            parquet = convert(connection, table, source, home / "rows.parquet")
            if names_persons and kept != file.path:
                kept.unlink()
            place = "source_row" if is_numbered(source) else "file_row_number + 1 as source_row"
            read_without = partial(landed_columns, table, place)
        else:
            parquet, read_without = kept, partial(columns_without, table, source)
        columns = read_without(frozenset())
        slices = count_slices(connection, table, source, parquet, columns)
        view = view_of(connection, table, source, file, f"select {columns} from {parquet_relation([parquet])}")
        counted = sum(part.row_count for part in slices)
        if file.rows is not None and file.rows != counted:
            raise Refused(f"its manifest says {file.rows} rows, it has {counted}: it is truncated; deliver it again")
        otherwise = table.views[-1].name if table.views else ""
        # Without the column that another view has, a file is told too.
        is_told = view is not None or not any(view.shown_by for view in table.views)
        landed = Landed(
            file,
            sha256,
            table,
            parquet,
            columns,
            slices,
            source.row,
            source.first_row,
            view or otherwise,
            is_told,
            idle_columns(connection, table, source, parquet, columns),
            read_without,
        )
        return split_by_period(connection, landed)
    except Refused:
        shutil.rmtree(home, ignore_errors=True)
        raise


def has_persons(connection: duckdb.DuckDBPyConnection, table: Table, source: Source) -> bool:
    """Whether a column of persons has a value in any row: a vendor may have the column and leave it empty."""
    headers = [source.find(column) for column in table.columns if column.kind == "person"]
    named = " or ".join(f"{source.value(header)} <> ''" for header in headers if header)
    try:
        found = named and connection.execute(f"select 1 from {source.relation} where {named} limit 1").fetchone()
    except duckdb.Error as error:
        raise explain_bad_value(connection, table, source, error) from error
    return bool(found)


def view_of(
    connection: duckdb.DuckDBPyConnection, table: Table, source: Source, file: ExportFile, query: str
) -> str | None:
    """Which of its table's views a file is; None when nothing tells.

    Raises `Refused` when only its rows tell, and tell two.
    """
    for view in table.views:
        if view.stated_as and file.view and view.stated_as.lower() == file.view.lower():
            return view.name
    for view in table.views:
        if view.has and source.has(Column(view.has)):
            return view.name
        if view.in_path and re.search(view.in_path, file.label, re.IGNORECASE):
            return view.name
    shown = []
    for view in table.views:
        shown_by = f"{quoted(view.has)} is not null" if view.has in source.absent else view.shown_by
        if shown_by and connection.execute(f"select 1 from ({query}) where {shown_by} limit 1").fetchone():
            shown.append(view.name)
    if len(shown) > 1:
        raise Refused(
            f"it has rows that only {shown[0]} exports have and rows that only {shown[1]} ones have:"
            " the same money may be there twice; deliver each export as a file of its own"
        )
    return shown[0] if shown else None


def idle_columns(
    connection: duckdb.DuckDBPyConnection, table: Table, source: Source, parquet: Path, columns: str
) -> frozenset[str]:
    """The columns that may be idle and are: no row has another value than zero."""
    names = [column.name for column in table.columns if column.may_be_idle and source.find(column)]
    if not names:
        return frozenset()
    has_values = ", ".join(f"coalesce(bool_or({quoted(name)} <> 0), false)" for name in names)
    found = connection.execute(f"select {has_values} from (select {columns} from {parquet_relation([parquet])})")
    return frozenset(name for name, has_value in zip(names, found.fetchone(), strict=True) if not has_value)


def landing_home(parquet: Path, sha256: str) -> Path:
    """The landing folder of one content."""
    return next(path for path in parquet.parents if path.name == sha256[:16])


def null_where_idle(connection: duckdb.DuckDBPyConnection, together: list[Landed]) -> list[Landed]:
    """Files of one look, in which the columns that say nothing in the whole of their delivery are null."""
    idle: dict[tuple, frozenset[str]] = {}
    for landed in together:
        delivery = (landed.table.name, landed.file.folder)
        idle[delivery] = idle.get(delivery, landed.idle) & landed.idle
    columns = [idle[landed.table.name, landed.file.folder] for landed in together]
    return [
        without(connection, landed, names) if names else landed for landed, names in zip(together, columns, strict=True)
    ]


def without(connection: duckdb.DuckDBPyConnection, landed: Landed, idle: frozenset[str]) -> Landed:
    """The same file with some columns as null, and counted so."""
    columns = landed.read_without(idle)
    is_split = landed.parquet.name == "by_period"
    rows = landed.parquet / "*" / "*.parquet" if is_split else landed.parquet
    source = Source("", {}, landed.row, landed.first_row)
    return replace(landed, columns=columns, slices=count_slices(connection, landed.table, source, rows, columns))


def columns_without(table: Table, source: Source, idle: frozenset[str]) -> str:
    """The columns of a Parquet file that is used as it came, as a select list."""
    absent = {source.find(column) for column in table.columns if column.name in idle}
    types = {header: kind for header, kind in source.types.items() if header not in absent}
    return select_list(table, replace(source, types=types))


def landed_columns(table: Table, place: str = "source_row", idle: frozenset[str] = frozenset()) -> str:
    """The columns of the Parquet form of a converted file, as a select list; `place` is SQL for the row's."""
    extensions = ["x_extensions"] if table.keeps_extensions else []
    marks = ["x_is_empty"] if table.keeps_empty_buckets else []
    columns = [
        f"cast(null as {MONEY}) as {quoted(column.name)}" if column.name in idle else quoted(column.name)
        for column in table.columns
    ]
    return ", ".join([*columns, *extensions, *marks, place])


def is_numbered(source: Source) -> bool:
    """Whether the Parquet form says each row's place.

    That of a CSV need not: its rows are in the order of the lines. Numbering them on the way would
    have one core do all the work.
    """
    return source.row != "line"


def convert(connection: duckdb.DuckDBPyConnection, table: Table, source: Source, target: Path) -> Path:
    """The contract's columns as Parquet. Raises `Refused` naming the first bad value."""
    query = f"select {select_list(table, source, is_numbered(source))} from {source.relation}"
    try:
        connection.execute(f"copy ({query}) to {literal(target)} (format parquet)")
    except duckdb.Error as error:
        raise explain_bad_value(connection, table, source, error) from error
    return target


def count_slices(
    connection: duckdb.DuckDBPyConnection, table: Table, source: Source, parquet: Path, columns: str
) -> tuple[Slice, ...]:
    """One scan: rows and money per account, billing period and currency."""
    period = table.period or "cast(null as date)"
    dates = [quoted(column.name) for column in table.columns if column.kind in ("timestamp", "moment", "date")]
    first = f"least({', '.join([f'min({date})' for date in dates] or ['cast(null as date)'])})"
    last = f"greatest({', '.join([f'max({date})' for date in dates] or ['cast(null as date)'])})"
    parties = "".join(f", {party} as party_{number}" for number, party in enumerate(table.parties))
    named = ", ".join(f"lower(party_{number})" for number in range(len(table.parties)))
    amounts = f"max({table.billed}), -min({table.billed}), max({table.effective}), -min({table.effective})"
    largest = f"greatest({amounts})" if table.holds_money else "null"
    # Grouped by the values as they are, and put into words after: a scan of millions of rows formats none.
    query = f"""
        with counted as (
            select {period} as period, {table.account} as account, {table.currency} as currency{parties},
                count(*) as row_count, sum({table.billed}) as billed, sum({table.effective}) as effective,
                {first} as first_date, {last} as last_date, {largest} as largest
            from (select {columns} from {parquet_relation([parquet])}{table.charged})
            group by all having count(*) > 0
        )
        select strftime(period, '%Y-%m'), account, currency, cast(sum(row_count) as bigint), coalesce(sum(billed), 0),
            coalesce(sum(effective), 0), strftime(min(first_date), '%Y-%m'), strftime(max(last_date), '%Y-%m'),
            list_sort(list_distinct(flatten(list(cast([{named}] as varchar[]))))), max(largest)
        from counted
        group by all order by all
    """
    try:
        found = connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise explain_bad_value(connection, table, source, error) from error
    if any(largest is not None and largest >= 10 ** DIGITS["money"] for *_, largest in found):
        raise explain_bad_value(connection, table, source, Exception("an amount is too large"))
    slices = tuple(Slice(*row) for *row, _ in found)
    # '4/1/25' is read as a day of the year 4: no bill is from there. A price list may have no dates at all.
    dated = [part for part in slices if part.first_period]
    if any(part.first_period < "2000-01" or part.last_period > "2100" for part in dated):
        raise explain_bad_value(connection, table, source, Exception("a date lies outside 2000 to 2100"))
    return slices


def split_by_period(connection: duckdb.DuckDBPyConnection, landed: Landed) -> Landed:
    """One Parquet file per billing period, so that rebuilding a month opens that month only."""
    periods = {part.billing_period for part in landed.slices}
    if len(periods) < 2 or None in periods:
        return landed
    target = landed.parquet.parent / "by_period"
    connection.execute(
        f"copy (select *, strftime({landed.table.period}, '%Y-%m') as billing_period from ({landed.all_rows}))"
        f" to {literal(target)} (format parquet, partition_by (billing_period), filename_pattern 'rows')"
    )
    read_without = partial(landed_columns, landed.table, "source_row")
    return replace(landed, parquet=target, columns=read_without(frozenset()), read_without=read_without)
