"""The register of what arrived, and which of it is current.

`arrivals` is the log: one row per file and content that came, never rewritten but for
whether a quarantine is still open. Everything else is derived from it and from `slices`
(what is in each landed content) in `settling`; `recounts` remembers what that had to read.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from orchestration.ingestion.arrivals import ExportFile, Incomplete
from orchestration.ingestion.landing import Landed
from orchestration.ingestion.raw_views import outdated_raw_views, recreate_raw_views
from orchestration.ingestion.reading import MONEY

SCHEMA = f"""
create schema if not exists ingestion;
create schema if not exists raw;
create table if not exists ingestion.arrivals (
    arrival_id bigint, scan_id bigint, feed varchar, folder varchar, name varchar, sha256 varchar,
    bytes bigint, modified_ns bigint, received_at timestamp, status varchar, reason varchar, is_open boolean
);
create table if not exists ingestion.incomplete (feed varchar, folder varchar, reason varchar);
create table if not exists ingestion.slices (
    feed varchar, sha256 varchar, raw_table varchar, view_name varchar, billing_period varchar, account_id varchar,
    currency varchar, row_count bigint, billed_cost {MONEY}, effective_cost {MONEY},
    first_period varchar, last_period varchar, parquet varchar, columns varchar, parties varchar[]
);
create table if not exists ingestion.deliveries (
    delivery_id varchar, feed varchar, account_id varchar, billing_period varchar, files integer,
    rows bigint, billed_cost {MONEY}, currency varchar, sha256 varchar, received_at timestamp,
    status varchar, reason varchar
);
create table if not exists ingestion.files (
    delivery_id varchar, feed varchar, path varchar, file_id varchar, sha256 varchar, rows bigint
);
create table if not exists ingestion.current_slices (
    delivery_id varchar, folder varchar, claim bigint, sha256 varchar, feed varchar, raw_table varchar,
    counts_billed boolean, counts_effective boolean, billing_period varchar, account_id varchar,
    currency varchar, row_count bigint, billed_cost {MONEY}, effective_cost {MONEY},
    first_period varchar, last_period varchar, parquet varchar, columns varchar
);
create table if not exists ingestion.recounts (
    raw_table varchar, billing_period varchar, made_of varchar, delivery_id varchar, sha256 varchar,
    row_count bigint, billed_cost {MONEY}, effective_cost {MONEY}
);
create table if not exists ingestion.coverages (
    sha256 varchar, raw_table varchar, account_id varchar, billing_period varchar, sub_account varchar, day date,
    cost {MONEY}
);
create table if not exists ingestion.builds (billing_period varchar, inputs varchar, built_at timestamp);
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """The registry's tables, and a raw table for every feed that has none with its columns of today."""
    connection.execute(SCHEMA)
    recreate_raw_views(connection, outdated_raw_views(connection))


def delivering_feeds(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The feeds of which something has arrived."""
    return {feed for (feed,) in connection.execute("select distinct feed from ingestion.arrivals").fetchall()}


def held_up(connection: duckdb.DuckDBPyConnection, feed: str | None) -> list[tuple]:
    """What of a feed (None: of all) is not whole, or waits for a quarantined file to go."""
    return connection.execute(
        """
        select folder, reason from ingestion.incomplete where ? is null or feed = ?
        union all
        select folder, name from ingestion.arrivals where is_open and (? is null or feed = ?)
        order by all
        """,
        [feed] * 4,
    ).fetchall()


def latest_arrivals(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[str, int, int]]:
    """What each file of a folder was when it last came whole: its hash, bytes and time of change."""
    return {
        (folder, name): (sha256, size, modified_ns)
        for folder, name, sha256, size, modified_ns in connection.execute(
            "select folder, name, sha256, bytes, modified_ns from ingestion.arrivals"
            " where status <> 'quarantined' order by arrival_id"
        ).fetchall()
    }


def next_scan(connection: duckdb.DuckDBPyConnection) -> int:
    """A number for this look at the exports."""
    return connection.execute("select coalesce(max(scan_id), 0) + 1 from ingestion.arrivals").fetchone()[0]


def record(
    connection: duckdb.DuckDBPyConnection,
    scan_id: int,
    received_at: datetime,
    file: ExportFile,
    sha256: str,
    status: str,
    reason: str | None = None,
) -> None:
    """Log one arrival. A quarantined content that is tried again and fails again keeps its row."""
    if status == "quarantined":
        # What came beside it stays held since the first time, not since this one.
        first = connection.execute(
            """
            delete from ingestion.arrivals
            where status = 'quarantined' and feed = ? and folder = ? and name = ? and sha256 = ?
            returning scan_id
            """,
            [file.feed.name, file.folder, file.name, sha256],
        ).fetchall()
        scan_id = min([scan_id, *(row[0] for row in first)])
    connection.execute(
        """
        insert into ingestion.arrivals
        select coalesce(max(arrival_id), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
        from ingestion.arrivals
        """,
        [
            scan_id,
            file.feed.name,
            file.folder,
            file.name,
            sha256,
            file.size,
            file.modified_ns,
            received_at,
            status,
            reason,
            status == "quarantined",
        ],
    )


def record_slices(connection: duckdb.DuckDBPyConnection, landed: Landed) -> None:
    """What is in a landed content, and how to read it."""
    rows = [
        [
            landed.file.feed.name,
            landed.sha256,
            landed.table.name,
            landed.view,
            part.billing_period,
            part.account_id,
            part.currency,
            part.row_count,
            part.billed_cost,
            part.effective_cost,
            part.first_period,
            part.last_period,
            str(period_parquet(landed, part.billing_period)),
            landed.columns,
            part.parties,
        ]
        for part in landed.slices
    ]
    if rows:
        connection.executemany(f"insert into ingestion.slices values ({', '.join('?' * 15)})", rows)


def period_parquet(landed: Landed, billing_period: str | None):
    """The landed file of one billing period: the only file, or the period's own."""
    if landed.parquet.name != "by_period":
        return landed.parquet
    return landed.parquet / f"billing_period={billing_period}" / "*.parquet"


def close_quarantines(
    connection: duckdb.DuckDBPyConnection, present: list[tuple[str, str, str]], feed: str | None
) -> None:
    """A quarantined file that no longer lies in the exports holds nothing up any more."""
    connection.execute("create or replace temp table present (folder varchar, name varchar, sha256 varchar)")
    if present:
        connection.executemany("insert into present values (?, ?, ?)", present)
    connection.execute(
        """
        update ingestion.arrivals set is_open = exists (
            from present
            where present.folder = arrivals.folder
                and present.name = arrivals.name
                and present.sha256 = arrivals.sha256
        )
        where status = 'quarantined' and (? is null or feed = ?)
        """,
        [feed, feed],
    )


def record_incomplete(connection: duckdb.DuckDBPyConnection, feed: str | None, found: list[Incomplete]) -> None:
    """What lies in the exports but is not whole, as of this look (of one feed, if named)."""
    connection.execute("delete from ingestion.incomplete where ? is null or feed = ?", [feed, feed])
    rows = [[missing.feed, missing.folder, missing.reason] for missing in found]
    if rows:
        connection.executemany("insert into ingestion.incomplete values (?, ?, ?)", rows)
