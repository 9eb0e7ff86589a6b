"""Which deliveries are current: derived from the register by the statements below, in one transaction.

The same log always gives the same deliveries.
"""

from __future__ import annotations

import duckdb

from orchestration.feeds import Table, feeds
from orchestration.ingestion.raw_views import delivered_tables, recreate_raw_views

# Who holds each account and period. A newer version of a file replaces the older in the periods that it
# has: what `latest.csv` held last month stays, and a file without rows replaces nothing. A file that came
# only as a duplicate counts as a part of its folder but gives it no claim; a file that came beside a
# quarantined one gives a claim only where nobody else has one, because its folder is not whole yet. Two
# folders that share no party (neither invoice issuer nor provider) are two bills, whatever their account is
# called, but for two runs of one export (`series`); where a delivery does not replace what came before
# (`adding`), no folder rivals another.
CANDIDATES = """
create or replace temp table candidates as
with

named as (
    select
        arrivals.*,
        periods.billing_period,
        row_number() over (
            partition by
                feed, folder, name, periods.billing_period,
                case when sha256 in (select sha256 from kept_contents) then sha256 end
            order by
                status = 'landed' desc,
                case when status = 'landed' then -arrival_id else arrival_id end
        ) as place
    from ingestion.arrivals
    inner join (select distinct feed, sha256, billing_period from ingestion.slices) as periods using (feed, sha256)
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
        named.billing_period,
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
        slices.view_name,
        slices.account_id,
        slices.billing_period,
        parts.folder,
        -- What the runs of an export lie in, or are written over in.
        case
            when slices.raw_table in (select raw_table from by_manifest)
                then regexp_replace(parts.folder, '[/@][^/@]+$', '')
            -- <export>/20260901-20260930/<run>
            when regexp_matches(parts.folder, '/[0-9]{8}-[0-9]{8}/[^/]+$')
                then regexp_replace(parts.folder, '/[^/]+$', '')
            else regexp_extract(parts.folder, '^(.+)(@[^/]+|/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$', 1)
        end as series,
        max(parts.firm_claim) as firm_claim,
        max(parts.claim) as claim,
        flatten(list(slices.parties)) as parties
    from parts
    inner join ingestion.slices
        on parts.feed = slices.feed
            and parts.sha256 = slices.sha256
            and parts.billing_period is not distinct from slices.billing_period
    group by raw_table, view_name, account_id, slices.billing_period, folder
    having max(parts.claim) is not null
),

ranked as (
    select
        *,
        row_number() over (
            partition by raw_table, view_name, account_id, billing_period
            order by firm_claim is not null desc, firm_claim desc, claim desc
        ) as place
    from claims
),

rivals as (
    select
        ranked.raw_table,
        ranked.view_name,
        ranked.account_id,
        ranked.billing_period,
        ranked.folder,
        min_by(rival.folder, rival.place) as holder,
        max(rival.firm_claim) as best_firm_claim
    from ranked
    inner join ranked as rival
        on ranked.raw_table = rival.raw_table
            and ranked.view_name = rival.view_name
            and ranked.account_id is not distinct from rival.account_id
            and ranked.billing_period is not distinct from rival.billing_period
            and (
                ranked.folder = rival.folder
                or (
                    ranked.raw_table not in (select raw_table from adding)
                    -- Lists of thousands of accounts are compared where nothing else tells.
                    and case
                        when ranked.series <> '' and ranked.series = rival.series then true
                        when len(ranked.parties) = 0 or len(rival.parties) = 0 then true
                        else list_has_any(ranked.parties, rival.parties)
                    end
                )
            )
    group by all
)

-- A delivery is identified by what is in it: the same parts make the same one wherever they are loaded.
select
    slices.*,
    md5(concat_ws(
        '|', slices.raw_table, nullif(slices.view_name, ''), parts.folder, slices.account_id, slices.billing_period,
        slices.currency,
        string_agg(slices.sha256, ',' order by slices.sha256) over (
            partition by
                slices.raw_table, slices.view_name, parts.folder, slices.account_id, slices.billing_period,
                slices.currency
        )
    )) as delivery_id,
    parts.folder,
    parts.name,
    parts.claim,
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
        and ranked.view_name = rivals.view_name
        and ranked.folder = rivals.folder
        and ranked.account_id is not distinct from rivals.account_id
        and ranked.billing_period is not distinct from rivals.billing_period
inner join ingestion.slices
    on ranked.raw_table = slices.raw_table
        and ranked.view_name = slices.view_name
        and ranked.account_id is not distinct from slices.account_id
        and ranked.billing_period is not distinct from slices.billing_period
inner join parts
    on slices.feed = parts.feed
        and slices.sha256 = parts.sha256
        and slices.billing_period is not distinct from parts.billing_period
        and ranked.folder = parts.folder
"""

# What views of the same account's month must be compared by, of contents of which it is not known yet.
CONTESTED = """
with

contested as (
    select raw_table, account_id, billing_period
    from candidates
    where status = 'current'
    group by all
    having count(distinct view_name) > 1
)

select
    candidates.raw_table,
    candidates.sha256,
    list(distinct candidates.columns)[1] as columns,
    list(distinct candidates.parquet) as parquets
from candidates
inner join contested
    on candidates.raw_table = contested.raw_table
        and candidates.account_id is not distinct from contested.account_id
        and candidates.billing_period is not distinct from contested.billing_period
where candidates.status = 'current'
    and not exists (
        select 1 from ingestion.coverages
        where coverages.raw_table = candidates.raw_table
            and coverages.sha256 = candidates.sha256
            and coverages.account_id is not distinct from candidates.account_id
            and coverages.billing_period is not distinct from candidates.billing_period
    )
group by candidates.raw_table, candidates.sha256
"""

COVERED = """
insert into ingestion.coverages
select
    $sha256,
    $table,
    {account},
    strftime({period}, '%Y-%m'),
    {sub_account},
    {day},
    coalesce(sum(greatest(abs({billed}), abs({effective}))) filter ({common}), 0)
from (select {columns} from read_parquet($parquets, filename = true, file_row_number = true))
group by all
"""

# What a view lacks: the sub-accounts and days that another view of the same bill has with a cost.
LACKING = """
create or replace temp table lacking as
with

bills as (
    select raw_table, view_name, account_id, billing_period, folder, flatten(list(parties)) as parties
    from candidates
    where status = 'current'
    group by all
),

covered as (
    select distinct
        candidates.raw_table,
        candidates.view_name,
        candidates.account_id,
        candidates.billing_period,
        candidates.folder,
        coalesce(coverages.sub_account, '') as sub_account,
        coverages.day,
        coverages.cost
    from candidates
    inner join ingestion.coverages
        on candidates.raw_table = coverages.raw_table
            and candidates.sha256 = coverages.sha256
            and candidates.account_id is not distinct from coverages.account_id
            and candidates.billing_period is not distinct from coverages.billing_period
    where candidates.status = 'current'
)

select
    bills.raw_table,
    bills.view_name,
    bills.account_id,
    bills.billing_period,
    bills.folder,
    sum(covered.cost) as cost,
    concat(
        'it lacks what the ', min(covered.view_name), ' export of the same account and month has: ',
        count(distinct (covered.sub_account, covered.day)), ' sub-accounts and days with a cost, the first ',
        min(concat_ws(' ', strftime(covered.day, '%Y-%m-%d'), nullif(covered.sub_account, '')))
    ) as what
from bills
inner join bills as other
    on bills.raw_table = other.raw_table
        and bills.view_name <> other.view_name
        and bills.account_id is not distinct from other.account_id
        and bills.billing_period is not distinct from other.billing_period
        and (
            len(bills.parties) = 0
            or len(other.parties) = 0
            or list_has_any(bills.parties, other.parties)
        )
inner join covered
    on other.raw_table = covered.raw_table
        and other.view_name = covered.view_name
        and other.folder = covered.folder
        and other.account_id is not distinct from covered.account_id
        and other.billing_period is not distinct from covered.billing_period
where covered.cost > 0
    and not exists (
        select 1 from covered as own
        where own.raw_table = bills.raw_table
            and own.view_name = bills.view_name
            and own.account_id is not distinct from bills.account_id
            and own.billing_period is not distinct from bills.billing_period
            and own.sub_account = covered.sub_account
            and own.day is not distinct from covered.day
    )
group by bills.raw_table, bills.view_name, bills.account_id, bills.billing_period, bills.folder
"""

# Of several views of the same money, the first that an account's month has is counted, of those that
# lack least of what the others have. Two folders that share no party hold two bills, and a view of one is
# none of the other.
COUNTED = """
create or replace temp table counted as
with

bills as (
    select
        candidates.raw_table,
        candidates.view_name,
        candidates.account_id,
        candidates.billing_period,
        candidates.folder,
        (if(view_ranks.billed_falls_back, coalesce(lacking.cost, 0), 0), view_ranks.billed_rank) as billed_rank,
        (if(view_ranks.effective_falls_back, coalesce(lacking.cost, 0), 0), view_ranks.effective_rank)
            as effective_rank,
        flatten(list(candidates.parties)) as parties
    from candidates
    left join view_ranks
        on candidates.raw_table = view_ranks.raw_table
            and candidates.view_name = view_ranks.view_name
    left join lacking
        on candidates.raw_table = lacking.raw_table
            and candidates.view_name = lacking.view_name
            and candidates.folder = lacking.folder
            and candidates.account_id is not distinct from lacking.account_id
            and candidates.billing_period is not distinct from lacking.billing_period
    where candidates.status = 'current'
    group by all
),

views as (
    select
        bills.raw_table,
        bills.view_name,
        bills.account_id,
        bills.billing_period,
        bills.folder,
        bills.billed_rank is not distinct from min(other.billed_rank) as counts_billed,
        bills.effective_rank is not distinct from min(other.effective_rank) as counts_effective
    from bills
    inner join bills as other
        on bills.raw_table = other.raw_table
            and bills.account_id is not distinct from other.account_id
            and bills.billing_period is not distinct from other.billing_period
            and (
                len(bills.parties) = 0
                or len(other.parties) = 0
                or list_has_any(bills.parties, other.parties)
            )
    group by
        bills.raw_table, bills.view_name, bills.account_id, bills.billing_period, bills.folder,
        bills.billed_rank, bills.effective_rank
)

select
    candidates.*,
    views.counts_billed,
    views.counts_effective,
    lacking.what as lacks
from candidates
inner join views
    on candidates.raw_table = views.raw_table
        and candidates.view_name = views.view_name
        and candidates.folder = views.folder
        and candidates.account_id is not distinct from views.account_id
        and candidates.billing_period is not distinct from views.billing_period
left join lacking
    on candidates.raw_table = lacking.raw_table
        and candidates.view_name = lacking.view_name
        and candidates.folder = lacking.folder
        and candidates.account_id is not distinct from lacking.account_id
        and candidates.billing_period is not distinct from lacking.billing_period
where candidates.status = 'current'
"""

SEEN = """
create or replace temp table seen as
select
    candidates.delivery_id,
    feed,
    raw_table,
    folder,
    account_id,
    billing_period,
    currency,
    status,
    holder,
    not coalesce(bool_or(counted.counts_billed or counted.counts_effective), false) as is_other_view,
    any_value(counted.lacks) as lacks,
    count(*)::integer as files,
    sum(row_count)::bigint as rows,
    sum(billed_cost) as billed_cost,
    sha256(string_agg(sha256, ',' order by sha256)) as sha256,
    max(received_at) as received_at
from candidates
left join (
    select distinct delivery_id, counts_billed, counts_effective, lacks from counted
) as counted on candidates.delivery_id = counted.delivery_id
group by candidates.delivery_id, feed, raw_table, folder, account_id, billing_period, currency, status, holder
"""

CURRENT = """
delete from ingestion.current_slices;
insert into ingestion.current_slices
select
    counted.delivery_id,
    counted.folder,
    counted.claim,
    counted.sha256,
    counted.feed,
    counted.raw_table,
    counted.counts_billed,
    counted.counts_effective,
    counted.billing_period,
    counted.account_id,
    counted.currency,
    counted.row_count,
    case when counted.counts_billed then counted.billed_cost else 0 end,
    case when counted.counts_effective then counted.effective_cost else 0 end,
    counted.first_period,
    counted.last_period,
    counted.parquet,
    counted.columns
from counted
where counted.counts_billed or counted.counts_effective
"""

DELIVERIES = """
insert into ingestion.files
select delivery_id, feed, concat(folder, '/', name), left(sha256, 16), sha256, row_count
from candidates
where delivery_id not in (select delivery_id from ingestion.files);

insert into ingestion.deliveries
select
    delivery_id, feed, account_id, billing_period, files, rows, billed_cost, currency, sha256,
    received_at, 'current', null
from seen
where delivery_id not in (select delivery_id from ingestion.deliveries);

delete from ingestion.deliveries where status in ('duplicate', 'quarantined') or sha256 is null;
insert into ingestion.deliveries
select md5(concat_ws('|', feed, folder)), feed, null, null, 0, 0, null, null, null, null, 'incomplete', reason
from ingestion.incomplete;
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
    status = case when judged.is_other_view then 'superseded' else coalesce(judged.status, 'superseded') end,
    reason = case judged.status
        when 'current' then
            case
                when judged.is_other_view and judged.lacks is not null
                    then concat(judged.lacks, '; that export counts instead: deliver this one whole')
                when judged.is_other_view then 'another export of the same account and month has the same charges'
                when judged.lacks is not null then concat(judged.lacks, '; it counts without them: deliver it whole')
            end
        when 'incomplete' then concat(
            'held: a file of ', judged.folder, ' is quarantined, so ', judged.holder, ' stays current; '
            'deliver that file again'
        )
        when 'superseded' then concat('superseded as a whole by ', judged.holder)
        else 'superseded by a newer version of its own folder'
    end
from (
    select
        deliveries.delivery_id,
        seen.status,
        seen.folder,
        seen.holder,
        seen.lacks,
        seen.status = 'current' and seen.is_other_view as is_other_view
    from ingestion.deliveries
    left join seen on deliveries.delivery_id = seen.delivery_id
) as judged
where deliveries.delivery_id = judged.delivery_id
    and deliveries.status not in ('duplicate', 'quarantined')
    and deliveries.sha256 is not null
"""


SHARED = """
create or replace temp table shared as
select
    coalesce(billing_period, '') as billing_period,
    md5($rule || string_agg(
        concat_ws('|', delivery_id, folder, claim, sha256, counts_billed, counts_effective), ','
        order by delivery_id, claim, sha256, account_id, currency
    )) as made_of
from ingestion.current_slices
where raw_table = $table
group by all
having count(distinct delivery_id) > 1 or $replaces in ('row', 'bucket', 'entry')
"""

FORGOTTEN = """
delete from ingestion.recounts
where raw_table = $table and (billing_period, made_of) not in (select (billing_period, made_of) from shared)
"""

STALE = """
select billing_period from shared
where billing_period not in (select billing_period from ingestion.recounts where raw_table = $table)
"""

RECOUNTED = """
insert into ingestion.recounts
with

counted as (
    select
        coalesce(billing_period, '') as billing_period,
        delivery_id,
        file_id,
        count(*) as row_count,
        sum({billed}) as billed_cost,
        sum({effective}) as effective_cost
    from raw.{table}
    where coalesce(billing_period, '') in (select unnest($periods))
    group by all
)

select distinct
    slices.raw_table,
    shared.billing_period,
    shared.made_of,
    slices.delivery_id,
    slices.sha256,
    coalesce(counted.row_count, 0),
    coalesce(counted.billed_cost, 0),
    coalesce(counted.effective_cost, 0)
from ingestion.current_slices as slices
inner join shared
    on coalesce(slices.billing_period, '') = shared.billing_period
left join counted
    on shared.billing_period = counted.billing_period
        and slices.delivery_id = counted.delivery_id
        and left(slices.sha256, 16) = counted.file_id
where slices.raw_table = $table
    and shared.billing_period in (select unnest($periods))
"""

KEPT = """
update ingestion.current_slices as slices
set row_count = recounts.row_count, billed_cost = recounts.billed_cost, effective_cost = recounts.effective_cost
from ingestion.recounts as recounts
where slices.raw_table = $table
    and recounts.raw_table = $table
    and coalesce(slices.billing_period, '') = recounts.billing_period
    and slices.delivery_id = recounts.delivery_id
    and slices.sha256 = recounts.sha256
"""

# Of a delivery that another one overlaps, or whose view is not the one that is billed from, less counts.
WORTH = """
update ingestion.deliveries
set billed_cost = coalesce(counted.billed_cost, seen.billed_cost)
from seen
left join (
    select delivery_id, sum(billed_cost) as billed_cost from ingestion.current_slices group by delivery_id
) as counted on seen.delivery_id = counted.delivery_id
where deliveries.delivery_id = seen.delivery_id
"""


PARTIAL = """
select distinct concat(seen.folder, ': ', deliveries.reason)
from seen
inner join ingestion.deliveries
    on seen.delivery_id = deliveries.delivery_id
where seen.lacks is not null and ($feed is null or seen.feed = $feed)
order by all
"""


# A newer delivery takes the place of an older one as a whole. One of a part of the bill (a member account, one
# subscription) takes away the rest.
NARROWED = """
with

deliveries as (
    select
        feed, raw_table, view_name, account_id, billing_period, folder, holder, status,
        max(claim) as claim,
        flatten(list(parties)) as parties
    from candidates
    group by all
),

held as (
    select raw_table, view_name, account_id, billing_period, flatten(list(parties)) as parties
    from deliveries
    where status = 'current'
    group by all
),

replaced as (
    select *
    from deliveries
    where status = 'superseded'
        and ($feed is null or feed = $feed)
        and (raw_table, view_name, holder) in (
            select (raw_table, view_name, folder) from deliveries where status = 'current'
        )
    qualify row_number() over (
        partition by raw_table, view_name, holder, account_id, billing_period order by claim desc
    ) = 1
),

compared as (
    select
        replaced.holder,
        replaced.folder,
        replaced.account_id,
        replaced.billing_period,
        list_sort(
            list_distinct(list_filter(replaced.parties, lambda one: not list_contains(held.parties, one)))
        ) as gone
    from replaced
    inner join held
        on replaced.raw_table = held.raw_table
            and replaced.view_name = held.view_name
            and replaced.account_id is not distinct from held.account_id
            and replaced.billing_period is not distinct from held.billing_period
    where len(held.parties) > 0
)

select concat(
    holder, ': it takes the place of ', folder, ' in ', billing_period, ' of account ', account_id,
    ', and has nothing of ', array_to_string(gone[:3], ', '),
    case when len(gone) > 3 then concat(' and ', len(gone) - 3, ' more') else '' end,
    ', which that has: if it is only a part of the bill, deliver the whole month again in a new folder'
)
from compared
where len(gone) > 0
order by all
"""


def settle(connection: duckdb.DuckDBPyConnection, feed: str | None = None) -> list[str]:
    """Derive which deliveries are current, and point the raw tables at them (those of one feed, if named).

    Returns what a person should know of them, as sentences.
    """
    declare_tables(connection)
    tables = [table for declared in feeds().values() for table in declared.tables]
    connection.execute(CANDIDATES)
    compare_views(connection, {table.name: table for table in tables})
    for statements in (LACKING, COUNTED, SEEN, CURRENT, DELIVERIES):
        connection.execute(statements)
    recreate_raw_views(connection, feeds()[feed].tables if feed else tables)
    delivered = delivered_tables(connection)
    for table in tables:
        # Without a month of its own a row that is replaced may have fed another month.
        is_counted = table.holds_money or table.period is None
        if table.replaces != "period" and is_counted and table.name in delivered:
            recount(connection, table)
    connection.execute(WORTH)
    return [note for told in (PARTIAL, NARROWED) for (note,) in connection.execute(told, {"feed": feed}).fetchall()]


def declare_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """What the statements above have to know of the feeds' declarations."""
    tables = [table for feed in feeds().values() for table in feed.tables]
    connection.execute("create or replace temp table adding (raw_table varchar)")
    connection.execute("create or replace temp table by_manifest (raw_table varchar)")
    connection.execute("create or replace temp table kept_contents (sha256 varchar)")
    connection.execute(
        "create or replace temp table view_ranks (raw_table varchar, view_name varchar, billed_rank integer,"
        " effective_rank integer, billed_falls_back boolean, effective_falls_back boolean)"
    )
    for feed in feeds().values():
        if feed.manifest and not feed.manifest.is_optional:
            connection.executemany("insert into by_manifest values (?)", [[table.name] for table in feed.tables])
    for table in tables:
        if table.replaces != "period":
            connection.execute("insert into adding values (?)", [table.name])
        if table.replaces == "history":
            connection.execute(
                "insert into kept_contents select sha256 from ingestion.slices where raw_table = ?", [table.name]
            )
        for view in table.views:
            ranks = [
                order.index(view.name) if view.name in order else None
                for order in (table.billed_from, table.effective_from)
            ]
            falls_back = [cost in table.falls_back for cost in ("billed", "effective")]
            connection.execute(
                "insert into view_ranks values (?, ?, ?, ?, ?, ?)", [table.name, view.name, *ranks, *falls_back]
            )


def compare_views(connection: duckdb.DuckDBPyConnection, tables: dict[str, Table]) -> None:
    """Note which sub-accounts and days each view has, where an account's month has come in several: one scan a file."""
    for name, sha256, columns, parquets in connection.execute(CONTESTED).fetchall():
        table = tables[name]
        sub_account, day = table.covers
        query = COVERED.format(
            account=table.account,
            period=table.period,
            sub_account=sub_account,
            day=day,
            billed=table.billed,
            effective=table.effective,
            common=table.common,
            columns=columns,
        )
        connection.execute(query, {"sha256": sha256, "table": name, "parquets": parquets})


def recount(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """What is current of deliveries that add to each other: rows that two of them have count once.

    The rows are read of the periods only that are made of other files than when they were last
    counted, or by another rule.
    """
    rule = repr((table.replaces, table.key, table.version, table.bucket, table.span, table.filtered_by))
    values = {"table": table.name, "replaces": table.replaces, "rule": rule}
    connection.execute(SHARED, values)
    connection.execute(FORGOTTEN, {"table": table.name})
    stale = connection.execute(STALE, {"table": table.name}).fetchall()
    if stale:
        counted = RECOUNTED.format(table=table.name, billed=table.billed, effective=table.effective)
        connection.execute(counted, {"table": table.name, "periods": [period for (period,) in stale]})
    connection.execute(KEPT, {"table": table.name})
