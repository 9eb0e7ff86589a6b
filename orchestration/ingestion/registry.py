"""The register of what arrived, and which of it is current.

`arrivals` is the log: one row per file and content that came, never rewritten but for
whether a quarantine is still open. Everything else is derived from it and from `slices`
(what is in each landed content) by the statements below, in one transaction, so that the
same log always gives the same deliveries.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from orchestration.feeds import Table, feeds
from orchestration.ingestion.arrivals import ExportFile
from orchestration.ingestion.landing import Landed
from orchestration.ingestion.reading import MONEY, TYPES
from orchestration.warehouse import literal, quoted

SCHEMA = f"""
create schema if not exists ingestion;
create schema if not exists raw;
create table if not exists ingestion.arrivals (
    arrival_id bigint, scan_id bigint, feed varchar, folder varchar, name varchar, sha256 varchar,
    bytes bigint, modified_ns bigint, received_at timestamp, status varchar, reason varchar, is_open boolean
);
create table if not exists ingestion.slices (
    feed varchar, sha256 varchar, raw_table varchar, billing_period varchar, account_id varchar,
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
    delivery_id varchar, folder varchar, sha256 varchar, feed varchar, raw_table varchar, billing_period varchar,
    account_id varchar, currency varchar, row_count bigint, billed_cost {MONEY}, effective_cost {MONEY},
    first_period varchar, last_period varchar, parquet varchar, columns varchar
);
create table if not exists ingestion.builds (billing_period varchar, inputs varchar, built_at timestamp);
"""

# Who holds each account and period. A file that came only as a duplicate counts as a part of
# its folder but gives it no claim; a file that came beside a quarantined one gives a claim
# only where nobody else has one, because its folder is not whole yet. Two folders that share
# no party (neither invoice issuer nor provider) are two bills, whatever their account is called.
CANDIDATES = """
create or replace temp table candidates as
with

named as (
    select
        *,
        row_number() over (
            partition by feed, folder, name
            order by
                status = 'landed' desc,
                case when status = 'landed' then -arrival_id else arrival_id end
        ) as place
    from ingestion.arrivals
    where status in ('landed', 'duplicate')
),

quarantined as (
    select feed, folder, min(scan_id) as since_scan_id
    from ingestion.arrivals
    where status = 'quarantined' and is_open
    group by all
),

parts as (
    select
        named.feed,
        named.folder,
        named.sha256,
        min(named.name) as name,
        max(named.received_at) as received_at,
        max(named.arrival_id) filter (named.status = 'landed') as claim,
        max(named.arrival_id) filter (
            named.status = 'landed'
            and named.scan_id < coalesce(quarantined.since_scan_id, 9223372036854775807)
        ) as firm_claim
    from named
    left join quarantined using (feed, folder)
    where named.place = 1
    group by all
),

claims as (
    select
        slices.raw_table,
        slices.account_id,
        slices.billing_period,
        parts.folder,
        max(parts.firm_claim) as firm_claim,
        max(parts.claim) as claim,
        flatten(list(slices.parties)) as parties
    from parts
    inner join ingestion.slices using (feed, sha256)
    group by raw_table, account_id, billing_period, folder
    having max(parts.claim) is not null
),

ranked as (
    select
        *,
        row_number() over (
            partition by raw_table, account_id, billing_period
            order by firm_claim is not null desc, firm_claim desc, claim desc
        ) as place
    from claims
),

rivals as (
    select
        ranked.raw_table,
        ranked.account_id,
        ranked.billing_period,
        ranked.folder,
        min_by(rival.folder, rival.place) as holder,
        max(rival.firm_claim) as best_firm_claim
    from ranked
    inner join ranked as rival
        on ranked.raw_table = rival.raw_table
            and ranked.account_id is not distinct from rival.account_id
            and ranked.billing_period is not distinct from rival.billing_period
            and (
                ranked.folder = rival.folder
                or len(ranked.parties) = 0
                or len(rival.parties) = 0
                or list_has_any(ranked.parties, rival.parties)
            )
    group by all
)

select
    slices.*,
    parts.folder,
    parts.name,
    parts.received_at,
    rivals.holder,
    case
        when ranked.folder = rivals.holder then 'current'
        when ranked.claim > rivals.best_firm_claim then 'incomplete'
        else 'superseded'
    end as status
from ranked
inner join rivals
    on ranked.raw_table = rivals.raw_table
        and ranked.folder = rivals.folder
        and ranked.account_id is not distinct from rivals.account_id
        and ranked.billing_period is not distinct from rivals.billing_period
inner join ingestion.slices
    on ranked.raw_table = slices.raw_table
        and ranked.account_id is not distinct from slices.account_id
        and ranked.billing_period is not distinct from slices.billing_period
inner join parts
    on slices.feed = parts.feed and slices.sha256 = parts.sha256 and ranked.folder = parts.folder
"""

# Identified by what is in it, so the same parts make the same delivery wherever they are loaded.
SEEN = """
create or replace temp table seen as
select
    md5(concat_ws(
        '|', raw_table, folder, account_id, billing_period, currency,
        string_agg(sha256, ',' order by sha256)
    )) as delivery_id,
    feed,
    raw_table,
    folder,
    account_id,
    billing_period,
    currency,
    status,
    holder,
    count(*)::integer as files,
    sum(row_count)::bigint as rows,
    sum(billed_cost) as billed_cost,
    sha256(string_agg(sha256, ',' order by sha256)) as sha256,
    max(received_at) as received_at
from candidates
group by feed, raw_table, folder, account_id, billing_period, currency, status, holder
"""

CURRENT = """
delete from ingestion.current_slices;
insert into ingestion.current_slices
select
    seen.delivery_id,
    seen.folder,
    candidates.sha256,
    candidates.feed,
    candidates.raw_table,
    candidates.billing_period,
    candidates.account_id,
    candidates.currency,
    candidates.row_count,
    candidates.billed_cost,
    candidates.effective_cost,
    candidates.first_period,
    candidates.last_period,
    candidates.parquet,
    candidates.columns
from candidates
inner join seen
    on candidates.raw_table = seen.raw_table
        and candidates.folder = seen.folder
        and candidates.account_id is not distinct from seen.account_id
        and candidates.billing_period is not distinct from seen.billing_period
        and candidates.currency is not distinct from seen.currency
where candidates.status = 'current'
"""

DELIVERIES = """
insert into ingestion.files
select
    seen.delivery_id,
    seen.feed,
    concat(candidates.folder, '/', candidates.name),
    left(candidates.sha256, 16),
    candidates.sha256,
    candidates.row_count
from candidates
inner join seen
    on candidates.raw_table = seen.raw_table
        and candidates.folder = seen.folder
        and candidates.account_id is not distinct from seen.account_id
        and candidates.billing_period is not distinct from seen.billing_period
        and candidates.currency is not distinct from seen.currency
where seen.delivery_id not in (select delivery_id from ingestion.files);

insert into ingestion.deliveries
select
    delivery_id, feed, account_id, billing_period, files, rows, billed_cost, currency, sha256,
    received_at, 'current', null
from seen
where delivery_id not in (select delivery_id from ingestion.deliveries);

delete from ingestion.deliveries where status in ('duplicate', 'quarantined');
insert into ingestion.deliveries
select
    md5(concat_ws('|', arrivals.feed, arrivals.folder, arrivals.name, arrivals.sha256)),
    arrivals.feed,
    case when count(distinct slices.account_id) = 1 then min(slices.account_id) end,
    case when count(distinct slices.billing_period) = 1 then min(slices.billing_period) end,
    1,
    sum(slices.row_count)::bigint,
    case when count(distinct slices.currency) = 1 then sum(slices.billed_cost) end,
    case when count(distinct slices.currency) = 1 then min(slices.currency) end,
    arrivals.sha256,
    max(arrivals.received_at),
    arrivals.status,
    max(arrivals.reason)
from ingestion.arrivals
left join ingestion.slices
    on arrivals.status = 'duplicate' and arrivals.sha256 = slices.sha256 and arrivals.feed = slices.feed
where arrivals.status in ('duplicate', 'quarantined')
group by arrivals.feed, arrivals.folder, arrivals.name, arrivals.sha256, arrivals.status;

update ingestion.deliveries
set
    status = coalesce(judged.status, 'superseded'),
    reason = case judged.status
        when 'current' then null
        when 'incomplete' then concat(
            'held: a file of ', judged.folder, ' is quarantined, so ', judged.holder, ' stays current; '
            'deliver that file again'
        )
        when 'superseded' then concat('superseded as a whole by ', judged.holder)
        else 'superseded by a newer version of its own folder'
    end
from (
    select deliveries.delivery_id, seen.status, seen.folder, seen.holder
    from ingestion.deliveries
    left join seen on deliveries.delivery_id = seen.delivery_id
) as judged
where deliveries.delivery_id = judged.delivery_id
    and deliveries.status not in ('duplicate', 'quarantined')
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """The registry's tables, and an empty raw table for every feed that has delivered nothing."""
    connection.execute(SCHEMA)
    recreate_raw_views(connection)


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
        connection.executemany(f"insert into ingestion.slices values ({', '.join('?' * 14)})", rows)


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


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Derive which deliveries are current, and point the raw tables at them."""
    connection.execute(CANDIDATES)
    connection.execute(SEEN)
    connection.execute(CURRENT)
    connection.execute(DELIVERIES)
    recreate_raw_views(connection)


def recreate_raw_views(connection: duckdb.DuckDBPyConnection) -> None:
    """`raw.<table>`: a view over the landed files that are current.

    Each branch reads one billing period, which is a constant in it: a query for one
    month opens that month's files only.
    """
    for feed in feeds().values():
        for table in feed.tables:
            branches = raw_branches(connection, table)
            if not branches:
                columns = [f"cast(null as {TYPES[c.kind]}) as {quoted(c.name)}" for c in table.columns]
                columns += ["cast(null as varchar) as x_extensions"] if table.keeps_extensions else []
                columns += ["cast(null as bigint) as source_row"]
                columns += [f"cast(null as varchar) as {name}" for name in ("file_id", "billing_period", "delivery_id")]
                branches = [f"select {', '.join(columns)} where false"]
            connection.execute(f"create or replace view raw.{table.name} as {' union all '.join(branches)}")


def raw_branches(connection: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """One select per billing period, delivery and way of reading; accounts that share a file are told apart by row."""
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
                min(delivery_id) as delivery_id,
                count(*) = 1 and any_value(all_slices.slices) = 1 as is_single
            from ingestion.current_slices
            inner join all_slices
                using (parquet)
            where current_slices.raw_table = $table
                and current_slices.billing_period is not distinct from all_slices.billing_period
            group by current_slices.billing_period, parquet, columns
        )
        select billing_period, columns, is_single, delivery_id, list(parquet order by parquet) as files
        from readings
        group by billing_period, columns, is_single, delivery_id, case when not is_single then parquet end
        order by all
        """,
        {"table": table.name},
    ).fetchall()
    return [raw_branch(table, *reading) for reading in readings]


def raw_branch(
    table: Table, billing_period: str | None, columns: str, is_single: bool, delivery_id: str, files: list[str]
) -> str:
    """A scan with its file, period and delivery beside each row."""
    listed = ", ".join(literal(file) for file in files)
    rows = f"""
        select {columns}, regexp_extract(filename, '/([0-9a-f]{{16}})/', 1) as file_id,
            {literal(billing_period)} as billing_period
        from read_parquet([{listed}], filename = true, file_row_number = true)
    """
    if is_single:
        return f"select *, {literal(delivery_id)} as delivery_id from ({rows})"
    return f"""
        select numbered.* exclude (x_account, x_currency), parts.delivery_id
        from (select *, {table.account} as x_account, {table.currency} as x_currency from ({rows})) as numbered
        inner join ingestion.current_slices as parts
            on parts.raw_table = {literal(table.name)}
                and parts.parquet = {literal(files[0])}
                and parts.billing_period is not distinct from {literal(billing_period)}
                and numbered.x_account is not distinct from parts.account_id
                and numbered.x_currency is not distinct from parts.currency
    """
