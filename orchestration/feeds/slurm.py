"""Jobs of a Slurm cluster: what `sacct --parsable2` prints, with any delimiter.

Job names and comments are free text, so a record may go on over several lines: records are
joined again by counting delimiters. A job runs across months and is reported again until it
has ended, so the rows belong to no month, and of each job the newest report counts. Times are
those of the cluster's clock: export with TZ=UTC.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from orchestration.feeds import Column, Feed, Table
from orchestration.ingestion.sources import opened
from orchestration.warehouse import literal, quoted

CHUNK = 1024 * 1024

JOBS = Table(
    name="slurm_jobs",
    columns=(
        Column("Cluster"),
        Column("JobIDRaw", required=True),
        # A requeued job keeps its id and gets a new time: the two are the accounting's own key.
        Column("Submit", "timestamp", required=True),
        Column("Start", "timestamp", required=True, allows_null=True),
        Column("End", "timestamp", required=True, allows_null=True),
        Column("Until", "timestamp"),
        Column("ElapsedRaw", "number", required=True),
        Column("State", required=True),
        # A cluster that does not enforce accounts has jobs without one.
        Column("Account", required=True, allows_null=True),
        Column("Partition"),
        Column("QOS"),
        Column("WCKey"),
        Column("User", "person"),
        Column("AllocTRES", required=True, allows_null=True),
        Column("AllocGRES"),
        Column("AllocNodes", "number"),
        Column("AllocCPUS", "number"),
    ),
    account="""coalesce("Cluster", 'slurm')""",
    period=None,
    replaces="row",
    key=("Cluster", "JobIDRaw", "Submit"),
    # What has ended counts before what runs (a runaway job is ended with hindsight), and of two
    # reports of a running job the one that got further.
    version="""case when "End" is null then "Until" else timestamp '9999-12-31' end""",
)


def records(path: Path) -> tuple[str, list[str]]:
    """SQL for the records of a file, and its columns.

    `Until` (as far as the report goes) and ElapsedRaw are told from the other times where
    sacct was not asked for them.
    """
    with opened(path) as stream:
        header = stream.readline().decode("latin-1").rstrip("\r\n")
    delimiter = re.sub(r"^\w+(\W+).*", r"\1", header) if re.match(r"\w+\W", header) else "|"
    names = header.split(delimiter)
    # A format that asks twice for a column prints it twice.
    places = {name: names.index(name) + 1 for name in names if name}
    values = {name: f"fields[{place}]" for name, place in places.items()}
    if "Elapsed" in values:
        values.setdefault("ElapsedRaw", seconds(values["Elapsed"]))
    if {"Start", "ElapsedRaw"} <= values.keys():
        start, elapsed = f"try_cast({values['Start']} as timestamp)", f"try_cast({values['ElapsedRaw']} as bigint)"
        values["Until"] = f"cast({start} + to_seconds({elapsed}) as varchar)"
    if "State" in values:
        # CANCELLED by 330719: the number is a person's.
        values["State"] = f"split_part({values['State']}, ' ', 1)"
    selected = ", ".join(f"{value} as {quoted(name)}" for name, value in values.items())
    return f"({joined(path, delimiter, len(names) - 1, selected)})", list(values)


def joined(path: Path, delimiter: str, count: int, selected: str) -> str:
    """SQL that joins lines until a record has as many delimiters as the header, or says where one has not."""
    compression = "gzip" if path.name.endswith(".gz") else "none"
    return f"""
        with lines as (
            select row_number() over () + 1 as line, coalesce(text, '') as text,
                (length(text) - length(replace(text, {literal(delimiter)}, ''))) // {len(delimiter)} as delimiters
            from read_csv({literal(path)}, columns = {{text: 'varchar'}}, auto_detect = false, skip = 1,
                delim = '\x01', quote = '', escape = '', encoding = '{encoding(path)}',
                max_line_size = {16 * CHUNK}, compression = '{compression}')
        ),
        placed as (
            select *, coalesce(sum(delimiters) over (order by line rows between unbounded preceding and 1 preceding), 0)
                as before
            from lines
        ),
        records as (
            select min(line) as line, string_agg(text, chr(10) order by line) as text, sum(delimiters) as delimiters
            from placed
            where text <> '' or before % {count} > 0
            group by before // {count}
        ),
        checked as (
            select *, min(case when delimiters <> {count} then line end) over () as first_broken
            from records
        )
        select {selected}
        from (
            select string_split(text, {literal(delimiter)}) as fields, line
            from checked
            where case when first_broken is null then true else error(concat(
                'line ', first_broken, ': the record is not of {count + 1} values as the header is (a name that holds'
                ' the delimiter makes one too many: export with --delimiter=''|#'', or without JobName and Comment)'
            )) end
        )
        order by line
    """


def seconds(elapsed: str) -> str:
    """SQL for the seconds of D-HH:MM:SS."""
    days = f"coalesce(try_cast(regexp_extract({elapsed}, '^([0-9]+)-', 1) as bigint), 0)"
    return f"cast({days} * 86400 + epoch(try_cast(regexp_extract({elapsed}, '[0-9:]+$') as interval)) as varchar)"


def encoding(path: Path) -> str:
    """UTF-8, unless a byte is not: then a name that somebody typed is, and no column of ours."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(path) as stream:
        try:
            while chunk := stream.read(CHUNK):
                decoder.decode(chunk)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8"


FEED = Feed(
    name="slurm",
    tables=(JOBS,),
    personal=True,
    suffixes=(".txt", ".txt.gz", ".csv", ".csv.gz"),
    # Not yet, never, and of no account.
    nulls=("Unknown", "None", "(null)"),
    relation=records,
)
