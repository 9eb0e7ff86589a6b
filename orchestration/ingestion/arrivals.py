"""What lies in the exports: files of known feeds, in the order they were delivered."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.feeds import Feed, feeds

TIMESTAMP = re.compile(r"(20\d\d)[-_]?(\d\d)[-_]?(\d\d)(?:[T_-]?(\d\d)[-:_]?(\d\d)[-:_]?(\d\d))?")

# The sample company writes these two beside its exports.
NOT_FEEDS = {"policy", "truth"}


@dataclass(frozen=True)
class ExportFile:
    """One file as it lies in the exports. `folder` and `name` are relative to them."""

    feed: Feed
    path: Path
    folder: str
    name: str
    size: int
    modified_ns: int

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
        stamps = ["".join(found).ljust(14, "0") for found in TIMESTAMP.findall(self.folder)]
        return (stamps[-1] if stamps else "", self.modified_ns, self.label)


def export_files(exports: Path) -> tuple[list[ExportFile], list[str]]:
    """The files to look at, oldest delivery first, and a note for each that no feed reads.

    Raises `FileNotFoundError` when the exports folder does not exist.
    """
    if not exports.is_dir():
        raise FileNotFoundError(f"{exports}: no such exports folder; name it with --exports DIR")
    known = feeds()
    files, notes = [], []
    for entry in sorted(exports.iterdir()):
        if entry.name.startswith(".") or entry.name in NOT_FEEDS:
            continue
        if entry.name not in known or not entry.is_dir():
            notes.append(f"{entry.name}: not read, no feed has that name (feeds: {', '.join(known)})")
            continue
        for path in sorted(entry.rglob("*")):
            if path.name.startswith((".", "_")) or not path.is_file():
                continue
            if not path.name.lower().endswith(known[entry.name].suffixes):
                label = path.relative_to(exports)
                notes.append(f"{label}: not read, {entry.name} reads {', '.join(known[entry.name].suffixes)}")
                continue
            status = path.stat()
            files.append(
                ExportFile(
                    feed=known[entry.name],
                    path=path,
                    folder=path.parent.relative_to(exports).as_posix(),
                    name=path.name,
                    size=status.st_size,
                    modified_ns=status.st_mtime_ns,
                )
            )
    return sorted(files, key=lambda file: file.delivered), notes


def content_hash(path: Path) -> str:
    """SHA-256 of the bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
