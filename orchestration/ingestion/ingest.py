"""One look at the exports: register what is new, refuse what is broken, land the rest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.ingestion import registry, repeats
from orchestration.ingestion.arrivals import ExportFile, Incomplete, content_hash, look_at
from orchestration.ingestion.door import judge
from orchestration.ingestion.groupings import otherwise_grouped
from orchestration.ingestion.landing import Landed, land, landing_home, null_where_idle
from orchestration.ingestion.refusal import Refused
from orchestration.ingestion.rereading import make_ready
from orchestration.ingestion.settling import settle
from orchestration.project import Project
from orchestration.quality.validator import Check, Validator
from orchestration.warehouse import connect


@dataclass
class Scan:
    """What one look found. `quarantined` and `notes` are sentences for a person."""

    landed: int = 0
    duplicates: int = 0
    unchanged: int = 0
    rows: int = 0
    quarantined: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)


@dataclass(frozen=True)
class Arrival:
    """A file and what became of it."""

    file: ExportFile
    sha256: str
    status: str
    reason: str | None = None
    landed: Landed | None = None


def ingest(
    project: Project,
    validator: Validator,
    feed: str | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> Scan:
    """Register and land everything new in the exports (of one feed, if named).

    All of it enters the registry in one transaction: a run that is killed leaves the
    registry as it was, and the next one lands the files again. Raises
    `FileNotFoundError` when there is no exports folder.
    """
    found = look_at(project.exports, feed)
    files = found.files
    scan = Scan(notes=found.notes, quarantined=found.closed)
    with connect(project.warehouse) as connection:
        scan.notes += make_ready(connection, project, validator)
        connection.execute(repeats.SCHEMA)
        unfinished = being_overwritten(connection, files)
        scan.notes += [f"{missing.folder}: incomplete, {missing.reason}" for missing in unfinished]
        held = {missing.folder for missing in unfinished}
        files = [file for file in files if file.folder not in held]
        arrivals = look(connection, project.landing, files, scan, validator, progress)
        arrivals = list(at_the_door(arrivals, validator, scan, progress))
        arrivals = restated(connection, arrivals)
        scan.notes += enter(connection, arrivals, [*found.incomplete, *unfinished], feed)
    for arrival in arrivals:
        if arrival.status == "quarantined":
            scan.quarantined.append(f"{arrival.file.label}: {arrival.reason}")
        elif arrival.landed:
            scan.landed += 1
            scan.rows += sum(part.row_count for part in arrival.landed.slices)
            if not arrival.landed.slices:
                scan.notes.append(f"{arrival.file.label}: it has no rows, so what was delivered before stays")
        else:
            scan.duplicates += 1
    return scan


def has_news(project: Project) -> bool:
    """Whether a file lies in the exports that the register has not seen as it is now. Reads no file."""
    try:
        files = look_at(project.exports).files
        with connect(project.warehouse, read_only=True) as connection:
            latest = registry.latest_arrivals(connection)
    except FileNotFoundError:
        return False
    except duckdb.Error:
        # No warehouse yet, or one without a register.
        return bool(files)
    return any(latest.get((file.folder, file.name), ())[1:] != (file.size, file.modified_ns) for file in files)


def being_overwritten(connection: duckdb.DuckDBPyConnection, files: list[ExportFile]) -> list[Incomplete]:
    """Runs whose files changed after their manifest was written: the next run, whose manifest is still to come."""
    latest = registry.latest_arrivals(connection)
    changed: dict[str, ExportFile] = {}
    for file in files:
        known = latest.get((file.folder, file.name))
        is_newer = known and file.named_ns and file.modified_ns > file.named_ns and file.modified_ns != known[2]
        if is_newer and has_changed(file, known[0]):
            changed.setdefault(file.folder, file)
    return [
        Incomplete(file.feed.name, folder, f"{file.name} is newer than the manifest; it loads when that is delivered")
        for folder, file in changed.items()
    ]


def has_changed(file: ExportFile, sha256: str) -> bool:
    """Whether its bytes are others now. A file that cannot be read is refused for that."""
    try:
        return content_hash(file) != sha256
    except Refused:
        return False


def look(
    connection: duckdb.DuckDBPyConnection,
    landing: Path,
    files: list[ExportFile],
    scan: Scan,
    validator: Validator,
    progress: Callable[[str], None],
) -> list[Arrival]:
    """Land what is new, in the order of delivery; unchanged files are not even read."""
    latest = registry.latest_arrivals(connection)
    contents = {
        (feed, sha256): f"{folder}/{name}"
        for feed, sha256, folder, name in connection.execute(
            "select feed, sha256, folder, name from ingestion.arrivals where status = 'landed'"
        ).fetchall()
    }
    arrivals: list[Arrival] = []
    for file in files:
        known = latest.get((file.folder, file.name))
        if known and known[1:] == (file.size, file.modified_ns):
            scan.unchanged += 1
            continue
        try:
            sha256 = content_hash(file)
        except Refused as refusal:
            # What its bytes are is not known.
            arrivals.append(Arrival(file, "", "quarantined", str(refusal)))
            continue
        if known and known[0] == sha256:
            scan.unchanged += 1
            continue
        original = contents.get((file.feed.name, sha256))
        if original:
            arrivals.append(Arrival(file, sha256, "duplicate", f"the same bytes as {original}; nothing changed"))
            continue
        validator.warm_up()
        progress(f"landing {file.label} ({file.size / 1e6:,.1f} MB)")
        arrival = take(connection, landing, file, sha256, arrivals)
        if arrival.status == "landed":
            contents[(file.feed.name, sha256)] = file.label
        arrivals.append(arrival)
    arrivals = [without_doubt(connection, arrival, arrivals) for arrival in arrivals]
    return without_idle_columns(connection, arrivals)


def without_idle_columns(connection: duckdb.DuckDBPyConnection, arrivals: list[Arrival]) -> list[Arrival]:
    """Columns that say nothing in a whole delivery are null in its files: one alone may have no value by chance."""
    landed = iter(null_where_idle(connection, [a.landed for a in arrivals if a.status == "landed"]))
    return [replace(a, landed=next(landed)) if a.status == "landed" else a for a in arrivals]


def without_doubt(connection: duckdb.DuckDBPyConnection, arrival: Arrival, arrivals: list[Arrival]) -> Arrival:
    """A file whose view nothing tells may be a part of an export that its folder has: then it is quarantined.

    It is not when it has that export's charges, for then it is the other view of them.
    """
    landed = arrival.landed
    if arrival.status != "landed" or not landed.table.views or landed.is_told:
        return arrival
    for other in (arrival.landed for arrival in arrivals if arrival.status == "landed"):
        is_beside = (other.file.folder, other.table) == (landed.file.folder, landed.table)
        if is_beside and other.view != landed.view and not repeats.is_repeated(connection, landed, other):
            reason = (
                f"nothing tells whether it is a part of the {other.view} export of which {other.file.name} is one: "
                f"deliver it with its manifest, or in a folder that is named {other.view} or {landed.view}"
            )
            return replace(arrival, status="quarantined", reason=reason)
    return arrival


def take(
    connection: duckdb.DuckDBPyConnection,
    landing: Path,
    file: ExportFile,
    sha256: str,
    before: list[Arrival],
) -> Arrival:
    """Land one new file, or say why it may not enter."""
    try:
        landed = land(connection, landing, file, sha256)
    except Refused as refusal:
        return Arrival(file, sha256, "quarantined", str(refusal))
    earlier = [arrival.landed for arrival in before if arrival.landed]
    originals = repeats.originals_of(connection, landed, earlier)
    if originals:
        repeated = ", ".join(originals)
        way = f"if it replaces that file, deliver it under the name {repeated}; " if len(originals) == 1 else ""
        return Arrival(
            file,
            sha256,
            "quarantined",
            f"mostly repeats the charges of {repeated} in the same folder: {way}"
            "if it is a new export of the month, deliver it in a folder of its own",
            landed,
        )
    taken = [arrival.landed for arrival in before if arrival.status == "landed"]
    clash = otherwise_grouped(connection, landed, taken)
    if clash:
        return Arrival(file, sha256, "quarantined", clash, landed)
    return Arrival(file, sha256, "landed", landed=landed)


def restated(connection: duckdb.DuckDBPyConnection, arrivals: list[Arrival]) -> list[Arrival]:
    """A run that its manifest makes whole takes over even if it brings only bytes that came before.

    It may have fewer parts than the run before it. The same parts once more change nothing.
    """
    current = [
        set(contents)
        for (contents,) in connection.execute(
            "select list(distinct sha256) from ingestion.current_slices group by feed, folder"
        ).fetchall()
    ]
    runs: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        if arrival.file.named_ns:
            runs.setdefault(arrival.file.folder, []).append(arrival)
    taking_over = {
        folder
        for folder, run in runs.items()
        if all(arrival.status == "duplicate" for arrival in run) and {arrival.sha256 for arrival in run} not in current
    }
    return [
        replace(arrival, status="landed", reason=None) if arrival.file.folder in taking_over else arrival
        for arrival in arrivals
    ]


def at_the_door(
    arrivals: list[Arrival], validator: Validator, scan: Scan, progress: Callable[[str], None]
) -> Iterable[Arrival]:
    """Great Expectations on every new file; a file that breaks one is quarantined whole."""
    new = [arrival.landed for arrival in arrivals if arrival.status == "landed"]
    reasons: dict[str, str] = {}
    if new:
        progress(f"validating {len(new)} new files at the door")
        reasons, checks = judge(new, validator)
        scan.checks += checks
    for arrival in arrivals:
        reason = reasons.get(arrival.file.label) if arrival.status == "landed" else None
        yield Arrival(arrival.file, arrival.sha256, "quarantined", reason, arrival.landed) if reason else arrival
        refused = reason or (arrival.status == "quarantined" and arrival.landed)
        if refused and arrival.landed:
            shutil.rmtree(landing_home(arrival.landed.parquet, arrival.sha256), ignore_errors=True)


def enter(
    connection: duckdb.DuckDBPyConnection,
    arrivals: list[Arrival],
    incomplete: list[Incomplete],
    feed: str | None,
) -> list[str]:
    """The whole scan in one transaction. Returns what is to be said of what is current."""
    received_at = datetime.now(UTC).replace(tzinfo=None)
    scan_id = registry.next_scan(connection)
    before = registry.held_up(connection, feed)
    connection.begin()
    try:
        for arrival in arrivals:
            registry.record(
                connection, scan_id, received_at, arrival.file, arrival.sha256, arrival.status, arrival.reason
            )
            if arrival.status == "landed" and arrival.landed:
                registry.record_slices(connection, arrival.landed)
        tried = [(a.file.folder, a.file.name, a.sha256) for a in arrivals if a.status == "quarantined"]
        registry.close_quarantines(connection, tried, feed)
        registry.record_incomplete(connection, feed, incomplete)
        is_news = arrivals or registry.held_up(connection, feed) != before
        notes = settle(connection, feed) if is_news else []
        connection.commit()
        return notes
    except BaseException:
        connection.rollback()
        raise
