"""A warehouse made ready for a look: its landed files are there, and read as their feeds' contracts say today.

What was landed before a contract named a column is read again from the bytes that landing kept, and judged as new
files are, so that nobody has to deliver anew what he has delivered. Of files that name persons no bytes are kept: they
are read again where they still lie in the exports.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.feeds import Table, feeds
from orchestration.ingestion import registry
from orchestration.ingestion.arrivals import ExportFile, content_hash
from orchestration.ingestion.door import judge
from orchestration.ingestion.landing import Landed, land, landing_home, null_where_idle, parquet_relation
from orchestration.ingestion.raw_views import delivered_tables, outdated_raw_views, raw_columns
from orchestration.ingestion.refusal import Refused
from orchestration.ingestion.settling import settle
from orchestration.project import Project
from orchestration.quality.validator import Validator
from orchestration.warehouse import WarehouseError, literal, quoted

# Beside the landing folders of the feeds. What is read again twice is back among those.
AGAIN = "again"

CONTENTS = """
select
    slices.sha256,
    arrivals.folder,
    arrivals.name,
    arrivals.scan_id,
    max(slices.columns) as columns,
    max(slices.view_name) as view_name,
    list(distinct slices.parquet) as parquets
from ingestion.slices
inner join (
    select feed, sha256, min_by(folder, arrival_id) as folder, min_by(name, arrival_id) as name,
        min(scan_id) as scan_id
    from ingestion.arrivals
    where status = 'landed'
    group by feed, sha256
) as arrivals
    on slices.feed = arrivals.feed
        and slices.sha256 = arrivals.sha256
where slices.raw_table = $table
group by slices.sha256, arrivals.folder, arrivals.name, arrivals.scan_id
order by arrivals.scan_id, arrivals.folder, arrivals.name
"""


@dataclass(frozen=True)
class Content:
    """A landed file that lacks columns of its table's contract; `home` is its landing folder."""

    table: Table
    file: ExportFile
    sha256: str
    scan_id: int
    view: str
    home: Path
    lacks: tuple[str, ...]


def make_ready(connection: duckdb.DuckDBPyConnection, project: Project, validator: Validator) -> list[str]:
    """The register, and every raw table with the columns that its feed declares. Returns what a person should know.

    Raises `WarehouseError` when landed files that the raw tables read are gone.
    """
    connection.execute(registry.SCHEMA)
    connection.execute("set variable person_key = ?", [person_key(project)])
    check_landed_files(connection, project)
    delivered = delivered_tables(connection)
    tables = [table for table in outdated_raw_views(connection) if table.name in delivered]
    lacking = [content for table in tables for content in lacking_columns(connection, table, project)]
    notes = read_again(connection, project, validator, lacking) if lacking else []
    registry.prepare(connection)
    return notes


def person_key(project: Project) -> str:
    """The secret that hashes persons: from the environment, else made once beside the warehouse."""
    given = os.environ.get("APPORTION_PERSON_KEY")
    if given:
        return given
    if not project.person_key.exists():
        handle = os.open(project.person_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_hex(32))
    return project.person_key.read_text()


def check_landed_files(connection: duckdb.DuckDBPyConnection, project: Project) -> None:
    """What is current must be there: DuckDB would name a pattern of files that it does not find."""
    current = connection.execute(
        "select distinct parquet, min(folder) from ingestion.current_slices group by parquet order by all"
    ).fetchall()
    missing = [folder for parquet, folder in current if not is_there(parquet)]
    if missing:
        raise WarehouseError(
            f"{project.landing}: {len(missing)} of the {len(current)} landed files that {project.warehouse.name} reads "
            f"are missing, the first of {missing[0]}; restore the folder from a backup, or remove {project.warehouse} "
            "too and run again, which lands anew what lies in the exports"
        )


def is_there(parquet: str) -> bool:
    """Whether a landed file exists; that of a period may be several."""
    return any(Path(parquet).parent.glob("*.parquet")) if "*" in parquet else os.path.exists(parquet)


def lacking_columns(connection: duckdb.DuckDBPyConnection, table: Table, project: Project) -> list[Content]:
    """The contents of a table that were landed before its contract named some column."""
    [feed] = [feed for feed in feeds().values() if table in feed.tables]
    found = []
    contents = connection.execute(CONTENTS, {"table": table.name}).fetchall()
    for sha256, folder, name, scan_id, columns, view, parquets in contents:
        if not all(map(is_there, parquets)):
            # It is not current, or the run would have stopped.
            continue
        relation = parquet_relation(parquets[:1])
        has = {header for header, *_ in connection.execute(f"describe select {columns} from {relation}").fetchall()}
        extensions = ("x_extensions",) if table.keeps_extensions else ()
        lacks = tuple(name for name in (*(column.name for column in table.columns), *extensions) if name not in has)
        if lacks:
            home = landing_home(Path(parquets[0]), sha256)
            path = next(home.glob("original*"), project.exports / folder / name)
            file = replace(ExportFile.at(feed, path, path.parent), folder=folder, name=name)
            found.append(Content(table, file, sha256, scan_id, view, home, lacks))
    return found


def read_again(
    connection: duckdb.DuckDBPyConnection, project: Project, validator: Validator, contents: list[Content]
) -> list[str]:
    """Replace what was landed of the contents, in one transaction. What cannot be read again keeps what it had."""
    anew: dict[tuple, dict[str, tuple[Content, Landed]]] = defaultdict(dict)
    kept: list[tuple[Content, str]] = []
    for content in contents:
        try:
            landed = replace(landed_anew(connection, project.landing, content), view=content.view)
        except Refused as refusal:
            kept.append((content, str(refusal)))
            continue
        anew[content.table.name, content.scan_id][content.file.label] = (content, landed)
    taken: list[tuple[Content, Landed]] = []
    for look in anew.values():
        together = null_where_idle(connection, [landed for _, landed in look.values()])
        reasons, _ = judge(together, validator)
        for (content, _), landed in zip(look.values(), together, strict=True):
            if content.file.label in reasons:
                shutil.rmtree(landing_home(landed.parquet, landed.sha256), ignore_errors=True)
                kept.append((content, reasons[content.file.label]))
            else:
                taken.append((content, landed))
    connection.begin()
    try:
        notes = [note for content, refusal in kept for note in keep(connection, content, refusal)]
        for _, landed in taken:
            connection.execute(
                "delete from ingestion.slices where feed = ? and sha256 = ?", [landed.file.feed.name, landed.sha256]
            )
            registry.record_slices(connection, landed)
        settle(connection)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    again: dict[tuple, list[Content]] = defaultdict(list)
    for content, _ in taken:
        again[content.file.feed.name, content.lacks].append(content)
    for (feed, lacks), those in again.items():
        notes.append(f"{feed}: {len(those)} landed files were read again for {', '.join(lacks)}, new in its contract")
        for content in those:
            shutil.rmtree(content.home, ignore_errors=True)
    return notes


def landed_anew(connection: duckdb.DuckDBPyConnection, landing: Path, content: Content) -> Landed:
    """The content in another place than it is: until all is registered the register's files stay as they are."""
    try:
        is_same = content_hash(content.file) == content.sha256
    except Refused:
        is_same = False
    if not is_same:
        raise Refused("")
    is_again = content.home.parent.parent == landing / AGAIN
    return land(connection, landing if is_again else landing / AGAIN, content.file, content.sha256)


def keep(connection: duckdb.DuckDBPyConnection, content: Content, refusal: str) -> list[str]:
    """Add the columns that a content lacks: null where the contract allows that, else an error that says what to do.

    It is raised only where the content is read: a delivery that supersedes it is all that is needed.
    """
    types = raw_columns(content.table)
    required = {column.name for column in content.table.required}
    label = content.file.label
    gone = "the bytes it came as, which name persons, were not kept, and it no longer lies in the exports as it was"
    added = ""
    for name in content.lacks:
        value = "null"
        if refusal or name in required:
            value = f"""error({
                literal(
                    f"{label}: it was landed before column {name} was read, and cannot be read again: "
                    f"{refusal or f'{gone}; deliver its month again in a new folder'}"
                )
            })"""
        added += f", cast({value} as {types[name]}) as {quoted(name)}"
    connection.execute(
        "update ingestion.slices set columns = columns || ? where feed = ? and sha256 = ?",
        [added, content.file.feed.name, content.sha256],
    )
    if "error(" in added:
        return []
    return [f"{label}: {', '.join(content.lacks)} is unknown there, for {gone}"]
