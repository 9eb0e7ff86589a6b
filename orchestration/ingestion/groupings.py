"""Two pulls of the same days by different groupings: each has the whole, so together they count it twice."""

from __future__ import annotations

import duckdb

from orchestration.ingestion.landing import Landed
from orchestration.warehouse import literal, quoted


def otherwise_grouped(connection: duckdb.DuckDBPyConnection, new: Landed, earlier: list[Landed]) -> str | None:
    """What is wrong when a bucket of the new file is also in a file that groups it otherwise; None if none is.

    `earlier` are the files of this run. A bucket of which the new file repeats a row is a newer
    pull of it, whatever it is grouped by.
    """
    table = new.table
    if table.replaces != "bucket":
        return None
    others = current_files(connection, new) | {
        landed.file.label: landed.query for landed in earlier if landed.table == table
    }
    others.pop(new.file.label, None)
    if not others:
        return None
    bucket = f"hash({', '.join(table.bucket)})"
    row = f"hash({', '.join([*table.bucket, *map(quoted, table.told_apart_by)])})"
    files = " union all ".join(f"select {literal(label)} as file, * from ({query})" for label, query in others.items())
    found = connection.execute(
        f"""
        with new_rows as (select distinct {bucket} as bucket, {row} as id from ({new.query})),
        old_rows as (select distinct file, {bucket} as bucket, {row} as id from ({files})),
        apart as (
            select old_rows.file from old_rows
            semi join new_rows on old_rows.bucket = new_rows.bucket
            left join new_rows on old_rows.id = new_rows.id
            group by old_rows.file, old_rows.bucket having count(new_rows.id) = 0
        )
        select (select {table.grouping} from ({new.query})) as new_grouping, old.file, old.grouping
        from (select file, {table.grouping} as grouping from ({files}) group by file) as old
        semi join apart on old.file = apart.file
        where old.grouping <> new_grouping
        order by old.file limit 1
        """
    ).fetchone()
    if not found:
        return None
    grouping, file, other = found
    return (
        f"it is grouped by {grouping or 'nothing'}, and {file} has some of its days grouped by {other or 'nothing'}: "
        f"both together count them twice; if it replaces that file, deliver it under that folder and name, else pull "
        f"it with the same grouping"
    )


def current_files(connection: duckdb.DuckDBPyConnection, new: Landed) -> dict[str, str]:
    """The registered files that have rows of the new file's accounts and months: by label, how to read them."""
    covered = [[part.account_id, part.billing_period] for part in new.slices]
    return dict(
        connection.execute(
            """
            select concat(arrivals.folder, '/', arrivals.name),
                string_agg(distinct concat('select ', slices.columns, ' from read_parquet(''',
                    replace(slices.parquet, '''', ''''''), ''', filename = true, file_row_number = true)', ?
                ), ' union all ')
            from ingestion.current_slices as slices
            inner join ingestion.arrivals on arrivals.arrival_id = slices.claim
            where slices.raw_table = ? and [slices.account_id, slices.billing_period] in (select unnest(?::varchar[][]))
            group by all
            """,
            [new.table.charged, new.table.name, covered],
        ).fetchall()
    )
