"""What lies in the exports: files of known feeds, in the order they were delivered."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestration.feeds import Feed, feeds
from orchestration.ingestion.manifests import named_by_manifests
from orchestration.ingestion.refusal import Refused

TIMESTAMP = re.compile(r"(20\d\d)[-_]?(\d\d)[-_]?(\d\d)(?:[T_-]?(\d\d)[-:_]?(\d\d)[-:_]?(\d\d)(?!\d))?")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

# The sample company writes these two beside its exports.
NOT_FEEDS = {"policy", "truth"}


@dataclass(frozen=True)
class ExportFile:
    """One file as it lies in the exports. `folder` and `name` are relative to them.

    `named_ns`: when the manifest that names it was written; `rows` and `view`: how many rows
    that says it has, and of what view.
    """

    feed: Feed
    path: Path
    folder: str
    name: str
    size: int
    modified_ns: int
    named_ns: int | None = None
    rows: int | None = None
    view: str | None = None

    @classmethod
    def at(cls, feed: Feed, path: Path, exports: Path) -> ExportFile:
        """The file as it is now; one that cannot be looked at has no size and no time."""
        folder = path.parent.relative_to(exports).as_posix()
        try:
            status = path.stat()
        except OSError:
            return cls(feed, path, folder, path.name, 0, 0)
        return cls(feed, path, folder, path.name, status.st_size, status.st_mtime_ns)

    @property
    def label(self) -> str:
        """How messages name the file."""
        return f"{self.folder}/{self.name}"

    @property
    def suffix(self) -> str:
        """The longest declared suffix, `.csv.gz` before `.gz`."""
        return max((s for s in self.feed.suffixes if self.name.lower().endswith(s)), key=len)

    @property
    def delivered(self) -> tuple:
        """Sorts by delivery: a timestamp in the folder's name survives copying, so it comes first."""
        # The digits of an identifier may look like a date.
        stamps = ["".join(found).ljust(14, "0") for found in TIMESTAMP.findall(GUID.sub("", self.folder))]
        return (stamps[-1] if stamps else "", self.modified_ns, self.label)

    @property
    def of_its_run(self) -> ExportFile:
        """The file in the folder that its run would have, where its name tells the run."""
        run = self.feed.run_in_name and re.search(self.feed.run_in_name, self.name, re.IGNORECASE)
        return replace(self, folder=f"{self.folder}@{run[1]}") if run else self


@dataclass(frozen=True)
class Incomplete:
    """An export that is not whole yet, and so does not load."""

    feed: str
    folder: str
    reason: str


@dataclass
class Found:
    """What a look at the exports found: files in the order of delivery, what is not whole, closed or not read."""

    files: list[ExportFile] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def look_at(exports: Path, feed: str | None = None) -> Found:
    """The files to take (of one feed, if named), oldest delivery first, and a note for each that no feed reads.

    Raises `FileNotFoundError` when the exports folder does not exist, `PermissionError` when it may not be read.
    """
    found = Found(notes=foreign(exports))
    for declared in feeds().values():
        if feed in (None, declared.name) and (exports / declared.name).is_dir():
            look_at_feed(exports, declared, found)
    found.files.sort(key=lambda file: file.delivered)
    return found


def glance(exports: Path) -> dict[str, str]:
    """What lies in the exports, by label, without reading a file of it: two that are equal saw the same.

    Raises as `look_at` does.
    """
    return {file.label: f"{file.size} {file.modified_ns} {file.named_ns}" for file in look_at(exports).files}


def foreign(exports: Path) -> list[str]:
    """A note for each entry of the exports folder that is no feed's.

    Raises `FileNotFoundError` without the folder, `PermissionError` where it may not be read.
    """
    if not exports.is_dir():
        raise FileNotFoundError(f"{exports}: no such exports folder; name it with --exports DIR")
    try:
        delivered = sorted(exports.iterdir())
    except PermissionError as error:
        raise PermissionError(f"{exports}: {unreadable(error)}") from error
    return [
        f"{entry.name}: not read, it is no folder; deliver the folder itself"
        if entry.name in feeds()
        else f"{entry.name}: not read, no feed has that name (feeds: {', '.join(feeds())})"
        for entry in delivered
        if not entry.name.startswith(".")
        and entry.name not in NOT_FEEDS
        and not (entry.name in feeds() and entry.is_dir())
    ]


def look_at_feed(exports: Path, feed: Feed, found: Found) -> None:
    """The files of one feed's folder, at any depth; where it has manifests, what they name."""
    files: list[ExportFile] = []
    manifests: list[Path] = []
    paths, closed = entries(exports / feed.name)
    found.closed += [
        f"{Path(error.filename).relative_to(exports).as_posix()}/: {unreadable(error)}" for error in closed
    ]
    for path in paths:
        label = path.relative_to(exports).as_posix()
        if os.path.exists(path) and not os.path.isfile(path):
            found.notes.append(f"{label}: not read, it is a link to a folder, or no file; deliver what it stands for")
        elif feed.manifest and re.search(feed.manifest.pattern, path.name):
            manifests.append(path)
        elif feed.ignores and any(re.search(feed.ignores, text) for text in (path.name, label)):
            found.notes.append(f"{label}: not read, {feed.name} has no use for it")
        elif path.name.lower().endswith(feed.suffixes):
            files.append(ExportFile.at(feed, path, exports))
        else:
            found.notes.append(f"{label}: not read, {feed.name} reads {', '.join(feed.suffixes)}")
    if feed.manifest:
        named, incomplete = named_by_manifests(feed, exports, files, manifests)
        found.files += [file.of_its_run for file in named]
        found.incomplete += [Incomplete(feed.name, folder, reason) for folder, reason in incomplete]
        found.notes += [f"{folder}: incomplete, {reason}" for folder, reason in incomplete]
    else:
        found.files += [file.of_its_run for file in files]


def entries(folder: Path) -> tuple[list[Path], list[OSError]]:
    """The files below a folder, whatever state they are in, and links to folders; and what cannot be listed."""
    paths: list[Path] = []
    closed: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=closed.append):
        links = [name for name in folders if os.path.islink(os.path.join(root, name))]
        paths += [Path(root, name) for name in (*names, *links) if not name.startswith((".", "_"))]
    return sorted(paths), closed


def unreadable(error: OSError) -> str:
    """Why something cannot be read, and what to do."""
    if isinstance(error, FileNotFoundError):
        return "it is a link to nothing; deliver the file itself, or remove the link"
    if isinstance(error, PermissionError):
        return "it may not be read (permission denied); allow it to the user who runs this"
    return f"it cannot be read ({error.strerror}); deliver it again, or remove it"


def content_hash(file: ExportFile) -> str:
    """SHA-256 of the bytes, and of what only the path tells of them. Raises `Refused` where they cannot be read."""
    try:
        with file.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256")
    except OSError as error:
        raise Refused(unreadable(error)) from error
    columns = (column for table in file.feed.tables for column in table.columns)
    for told in filter(None, (column.from_path(file.label) for column in columns)):
        digest.update(told.encode())
    return digest.hexdigest()
