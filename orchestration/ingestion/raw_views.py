"""The raw tables: views over the landed files that are current."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

import duckdb

from orchestration.feeds import Table, feeds
from orchestration.ingestion.arrivals import TIMESTAMP
from orchestration.ingestion.reading import TYPES
from orchestration.warehouse import literal, quoted

# What was landed under an earlier contract may have its columns in another order.
BY_NAME = " union all by name "


def outdated_raw_views(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables that have no view yet, or one without a column that their feed declares now."""
    real = dict(
        connection.execute(
            "select table_name, list(column_name) from duckdb_columns() where schema_name = 'raw' group by all"
        ).fetchall()
    )
    tables = [table for feed in feeds().values() for table in feed.tables]
    return [table for table in tables if not set(raw_columns(table)) <= set(real.get(table.name, ()))]


def recreate_raw_views(connection: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> None:
    """`raw.<table>`: a view over the landed files that are current.

    Each branch reads one billing period, which is a constant in it: a query for one
    month opens that month's files only.
    """
    delivered = delivered_tables(connection)
    for table in tables:
        branches = raw_branches(connection, table) if table.name in delivered else [empty_branch(table)]
        connection.execute(f"create or replace view raw.{table.name} as {BY_NAME.join(branches)}")


def delivered_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The raw tables that have a current delivery. To ask of each alone would take longer than a small landing."""
    found = connection.execute("select distinct raw_table from ingestion.current_slices").fetchall()
    return {name for (name,) in found}


def raw_columns(table: Table) -> dict[str, str]:
    """The columns of a raw table and their types: the contract's, then where each row is from."""
    columns = {column.name: TYPES[column.kind] for column in table.columns}
    if table.keeps_extensions:
        columns["x_extensions"] = "varchar"
    if table.views:
        columns |= {"counts_billed": "boolean", "counts_effective": "boolean"}
    if table.replaces == "history":
        columns["received_on"] = "date"
    columns["source_row"] = "bigint"
    return columns | dict.fromkeys(("file_id", "billing_period", "delivery_id"), "varchar")


def empty_branch(table: Table) -> str:
    """The table of a feed that has delivered nothing."""
    columns = ", ".join(f"cast(null as {kind}) as {quoted(name)}" for name, kind in raw_columns(table).items())
    return f"select {columns} where false"


def raw_branches(connection: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """A select per billing period, delivery and way of reading; accounts that share a file are told apart by row."""
    readings = connection.execute(
        """
        with all_slices as (
            select parquet, billing_period, count(*) as slices
            from ingestion.slices
            where raw_table = $table
            group by all
        ),
        readings as (
            select
                current_slices.billing_period,
                parquet,
                columns,
                counts_billed,
                counts_effective,
                max(claim) as claim,
                min(folder) as folder,
                min(delivery_id) as delivery_id,
                count(*) = 1 and any_value(all_slices.slices) = 1 as is_single
            from ingestion.current_slices
            inner join all_slices
                using (parquet)
            where current_slices.raw_table = $table
                and current_slices.billing_period is not distinct from all_slices.billing_period
            group by current_slices.billing_period, parquet, columns, counts_billed, counts_effective
        )
        select billing_period, columns, is_single, delivery_id, counts_billed, counts_effective, readings.folder,
            max(claim), max_by(name, claim), max_by(received_at, claim), list(parquet order by parquet) as files
        from readings
        left join ingestion.arrivals on arrival_id = claim
        group by billing_period, columns, is_single, delivery_id, counts_billed, counts_effective, readings.folder,
            case when not is_single then parquet end, case when $by_claim then claim end
        order by all
        """,
        {"table": table.name, "by_claim": table.replaces in ("row", "entry", "bucket", "history")},
    ).fetchall()
    branches: dict[str | None, list[str]] = {}
    wholes: dict[str | None, set[str | int]] = {}
    for period, columns, is_single, delivery_id, billed, effective, folder, claim, name, at, files in readings:
        flags = f", {billed} as counts_billed, {effective} as counts_effective" if table.views else ""
        if table.replaces != "period":
            flags += f", {claim or 0} as x_claim, {literal(folder)} as x_folder"
        if table.replaces == "history":
            flags += f", date '{received_on(f'{folder}/{name}', at)}' as received_on"
        branch = raw_branch(table, period, columns, is_single, delivery_id, files, flags)
        branches.setdefault(period, []).append(branch)
        wholes.setdefault(period, set()).add(claim if table.replaces == "entry" else folder)
    if table.replaces == "period":
        return [branch for period in branches.values() for branch in period]
    return [added_up(table, BY_NAME.join(branches[period]), len(wholes[period])) for period in branches]


def received_on(path: str, received_at: datetime) -> date:
    """The day of delivery: a date in the path survives copying and a new warehouse, so it comes first."""
    for year, month, day, *_ in reversed(TIMESTAMP.findall(path)):
        with suppress(ValueError):
            return date(int(year), int(month), int(day))
    return received_at.date()


def added_up(table: Table, rows: str, whole: int) -> str:
    """One period's rows of deliveries that do not replace each other, each counted once.

    `whole` is how many there are of what never has a row twice: folders, or files by entry.

    By row: the newest version of each key. By entry: as many of each key as the file has that has
    most of them. By bucket: a file's rows of it, unless a newer file covers them. Of a history each
    day's newest version of each key, or, where it has no key, the newest of the files that came on
    the day. Otherwise a row counts as often as the delivery has it that has it most often, since two
    rows of one delivery are never the same row.
    """
    columns = ", ".join(quoted(name) for name in raw_columns(table))
    if table.replaces == "row" or (table.replaces == "history" and table.key):
        days = ("received_on",) if table.replaces == "history" else ()
        key = ", ".join(quoted(name) for name in (*table.key, *days))
        return (
            f"select {columns} from ({rows}) qualify row_number() over"
            f" (partition by {key} order by {table.version} desc nulls last, x_claim desc, source_row desc) = 1"
        )
    if table.replaces == "bucket":
        return newest_pulls(table, rows, columns)
    if table.replaces == "history":
        return f"select {columns} from ({rows}) qualify x_claim = max(x_claim) over (partition by received_on)"
    if whole == 1:
        return f"select {columns} from ({rows})"
    content = ", ".join(map(quoted, table.key or [column.name for column in table.columns]))
    part = "x_claim" if table.replaces == "entry" else "x_folder"
    return (
        f"select {columns} from ("
        f"select *, row_number() over (partition by {part}, {content} order by source_row) as x_copy from ({rows})"
        f") qualify row_number() over (partition by x_copy, {content} order by x_claim, x_folder) = 1"
    )


def newest_pulls(table: Table, rows: str, columns: str) -> str:
    """The rows of the pulls of each bucket that no newer pull covers."""
    bucket = f"row({', '.join(table.bucket)})"
    start, end = map(quoted, table.span)
    return f"""
        select {columns} from (
            with pulled as (
                select *, {bucket} as x_bucket, row({", ".join(map(quoted, table.filtered_by))}) as x_member
                from ({rows})
            ),
            spans as (
                select distinct x_claim, x_bucket, {start} as starts_at, {end} as ends_at from pulled
            ),
            members as (
                select distinct x_claim, x_bucket, x_member from pulled{table.charged}
            ),
            followed as (
                select distinct older.x_claim, older.x_bucket, newer.x_claim as x_newer_claim
                from spans as older
                inner join spans as newer
                    on older.x_bucket = newer.x_bucket
                        and older.x_claim < newer.x_claim
                        and older.starts_at < newer.ends_at
                        and older.ends_at > newer.starts_at
            ),
            covered as (
                select distinct followed.x_claim, followed.x_bucket
                from followed
                inner join members
                    on followed.x_claim = members.x_claim
                        and followed.x_bucket = members.x_bucket
                inner join (select distinct x_claim, x_member from members) as newer
                    on followed.x_newer_claim = newer.x_claim
                        and members.x_member = newer.x_member
            )
            select pulled.* from pulled
            anti join covered
                on pulled.x_claim = covered.x_claim
                    and pulled.x_bucket = covered.x_bucket
        ){table.charged}
    """


def raw_branch(
    table: Table,
    billing_period: str | None,
    columns: str,
    is_single: bool,
    delivery_id: str,
    files: list[str],
    constants: str,
) -> str:
    """A scan with its file, period and delivery beside each row."""
    listed = ", ".join(literal(file) for file in files)
    rows = f"""
        select {columns}{constants}, regexp_extract(filename, '^.*/([0-9a-f]{{16}})/', 1) as file_id,
            {literal(billing_period)} as billing_period
        from read_parquet([{listed}], filename = true, file_row_number = true)
    """
    if is_single:
        return f"select *, {literal(delivery_id)} as delivery_id from ({rows})"
    # An empty bucket names no currency: it stands beside all that its account has.
    is_empty = " or numbered.x_is_empty" if table.keeps_empty_buckets else ""
    return f"""
        select numbered.* exclude (x_account, x_currency), parts.delivery_id
        from (select *, {table.account} as x_account, {table.currency} as x_currency from ({rows})) as numbered
        inner join ingestion.current_slices as parts
            on parts.raw_table = {literal(table.name)}
                and parts.parquet = {literal(files[0])}
                and parts.billing_period is not distinct from {literal(billing_period)}
                and numbered.x_account is not distinct from parts.account_id
                and (numbered.x_currency is not distinct from parts.currency{is_empty})
    """
