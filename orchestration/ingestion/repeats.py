"""Two files of one folder that repeat each other's rows: a re-export beside its original."""

from __future__ import annotations

import duckdb

from orchestration.feeds import Table
from orchestration.ingestion.landing import Landed
from orchestration.warehouse import quoted

# The smallest hashes of a file are the same fair sample in every file that holds the row.
SKETCH = 4096
MOSTLY = 0.5
# Rows are compared without their amounts (a re-export may have restated them) where the other
# columns tell the rows of the file apart, in files worth calling a bill. Of other files all rows must be
# the same, each as often: two parts of a small bill may well have one in common.
TOLD_APART = 0.9
BILL = 10

SCHEMA = """
create table if not exists ingestion.sketches (
    sha256 varchar, rows bigint, row_hashes ubigint[], key_hashes ubigint[], is_told_apart boolean,
    all_keys hugeint
)
"""


def sketch(connection: duckdb.DuckDBPyConnection, sha256: str, table: Table, query: str) -> None:
    """Keep a sample of a file's rows, with and without their amounts, and a sum that tells its keys. One scan."""
    known = connection.execute("select 1 from ingestion.sketches where sha256 = ?", [sha256]).fetchone()
    if known:
        return
    keys = ", ".join(quoted(name) for name in table.told_apart_by)
    amounts = ", ".join(quoted(c.name) for c in table.columns if c.kind in ("money", "number", "duration"))
    connection.execute(
        f"""
        insert into ingestion.sketches
        select ?, count(*), list_distinct(min(row_hash, {SKETCH})), list_distinct(min(key_hash, {SKETCH})),
            approx_count_distinct(key_hash) >= {TOLD_APART} * count(*),
            sum(hash(key_hash, account, period, currency))
        from (
            select hash({keys}) as key_hash, hash({keys}, {amounts}) as row_hash, {table.account} as account,
                {table.period or "null"} as period, {table.currency} as currency
            from ({query})
        )
        """,
        [sha256],
    )


def repeated_share(connection: duckdb.DuckDBPyConnection, new: str, old: str) -> float:
    """The part of the smaller file's rows that the other file has too, 0 to 1."""
    return connection.execute(
        f"""
        with pair as (
            select
                a.rows = b.rows and a.all_keys = b.all_keys as is_restated,
                case when a.is_told_apart and b.is_told_apart and least(a.rows, b.rows) >= {BILL}
                    then a.key_hashes else a.row_hashes end as a,
                case when a.is_told_apart and b.is_told_apart and least(a.rows, b.rows) >= {BILL}
                    then b.key_hashes else b.row_hashes end as b,
                a.rows > {SKETCH} as a_is_sample,
                b.rows > {SKETCH} as b_is_sample
            from ingestion.sketches as a, ingestion.sketches as b
            where a.sha256 = ? and b.sha256 = ?
        ),
        bounded as (
            select *, least(
                case when a_is_sample then list_max(a) end, case when b_is_sample then list_max(b) end
            ) as bound
            from pair
        ),
        comparable as (
            select
                list_filter(a, lambda h: bound is null or h <= bound) as a,
                list_filter(b, lambda h: bound is null or h <= bound) as b,
                is_restated
            from bounded
        )
        select if(is_restated, 1, coalesce(len(list_intersect(a, b)) / nullif(least(len(a), len(b)), 0), 0))
        from comparable
        """,
        [new, old],
    ).fetchone()[0]


def repeated_together(connection: duckdb.DuckDBPyConnection, new: str, others: list[str]) -> list[str]:
    """Those of several files that together have most of a file's rows, with their amounts; none where they have few.

    Never without amounts: among all the parts of a bill, many a row has another that differs in its amounts only.
    """
    rows, known, having = connection.execute(
        f"""
        with mine as (
            select rows, row_hashes from ingestion.sketches where sha256 = $new
        ),
        theirs as (
            select sha256, rows, row_hashes from ingestion.sketches where sha256 in (select unnest($others))
        ),
        bounded as (
            select min(list_max(row_hashes)) as bound from (from mine union all by name from theirs)
            where rows > {SKETCH}
        )
        select count(distinct own.row_hash), count(distinct known.row_hash),
            list_distinct(list(known.sha256) filter (known.sha256 is not null))
        from (select unnest(row_hashes) as row_hash from mine) as own
        cross join bounded
        left join (select sha256, unnest(row_hashes) as row_hash from theirs) as known
            on own.row_hash = known.row_hash
        where bounded.bound is null or own.row_hash <= bounded.bound
        """,
        {"new": new, "others": others},
    ).fetchone()
    return having if rows >= BILL and known / rows > MOSTLY else []


def originals_of(connection: duckdb.DuckDBPyConnection, new: Landed, earlier: list[Landed]) -> list[str]:
    """The names of files of the same folder whose charges the new file mostly repeats: of one, or of all together.

    `earlier` are the folder's files of this run; those of earlier runs are in the registry.
    Where the newest version of a row or a bucket counts, it may come again. Of files that a
    manifest names, it says itself that they are parts of one whole.
    """
    if new.table.replaces not in ("period", "nothing") or new.file.named_ns:
        return []
    covered = {(part.account_id, part.billing_period) for part in new.slices}
    others: dict[str, tuple[str, str]] = {}
    registered = connection.execute(
        """
        select distinct slices.sha256, arrivals.name, slices.account_id, slices.billing_period,
            concat('select ', slices.columns, ' from read_parquet(''', replace(slices.parquet, '''', ''''''),
                ''', filename = true, file_row_number = true)')
        from ingestion.slices
        inner join ingestion.arrivals using (feed, sha256)
        where slices.raw_table = ? and slices.view_name = ?
            and arrivals.folder = ? and arrivals.name <> ? and arrivals.status = 'landed'
            and not exists (
                select 1 from ingestion.arrivals as later
                inner join ingestion.slices as newer using (feed, sha256)
                where later.feed = arrivals.feed and later.folder = arrivals.folder and later.name = arrivals.name
                    and later.status = 'landed' and later.arrival_id > arrivals.arrival_id
                    and newer.billing_period is not distinct from slices.billing_period
            )
        """,
        [new.table.name, new.view, new.file.folder, new.file.name],
    ).fetchall()
    for sha256, name, account_id, billing_period, query in registered:
        if (account_id, billing_period) in covered:
            known = others.get(sha256)
            others[sha256] = (name, f"{known[1]} union all {query}" if known and query not in known[1] else query)
    for landed in earlier:
        parts = {(part.account_id, part.billing_period) for part in landed.slices}
        is_rival = (landed.file.folder, landed.table, landed.view) == (new.file.folder, new.table, new.view)
        if is_rival and parts & covered:
            others[landed.sha256] = (landed.file.name, landed.query)
    for sha256, (name, query) in others.items():
        sketch(connection, new.sha256, new.table, new.query)
        sketch(connection, sha256, new.table, query)
        if repeated_share(connection, new.sha256, sha256) > MOSTLY:
            return [name]
    # An export that is cut into parts anew repeats a little of each.
    return sorted(others[sha256][0] for sha256 in repeated_together(connection, new.sha256, list(others)))


def is_repeated(connection: duckdb.DuckDBPyConnection, one: Landed, other: Landed) -> bool:
    """Whether two files mostly have the same charges."""
    for landed in (one, other):
        sketch(connection, landed.sha256, landed.table, landed.query)
    return repeated_share(connection, one.sha256, other.sha256) > MOSTLY
