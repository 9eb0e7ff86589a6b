"""Which files a vendor's manifests make one whole, and which run of a period is the newest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from orchestration.feeds import Feed

if TYPE_CHECKING:
    from orchestration.ingestion.arrivals import ExportFile


@dataclass(frozen=True)
class Execution:
    """One run of an export, as its manifest tells it. `path` is the manifest's, below the exports.

    `root` is that path without the run: all runs of one export and period share it.
    """

    path: PurePosixPath
    execution: str
    root: str
    names: tuple[str, ...]
    rows: tuple[int | None, ...]
    made_at: str
    view: str | None
    modified_ns: int

    @property
    def is_above(self) -> bool:
        """Whether it lies above its run's folder: it points to that run, or each run writes over the one before."""
        return self.path.as_posix() == self.root

    @property
    def is_pointer(self) -> bool:
        """Whether it says which of the runs counts: it lies above them and names files of one's own folder."""
        named = (part for name in self.names for part in PurePosixPath(name).parts)
        return self.is_above and any(is_of_run(part, self.execution) for part in named)

    @property
    def order(self) -> tuple:
        """Newest last: what a pointer names, then the run's own time or that in its folder's name, then the file's.

        An export may have been changed from writing over its last run to a folder for each: then times are compared.
        """
        folder = self.path.parent.name
        stamp = self.made_at or (folder if re.match(r"20\d{6}", folder) else "")
        if self.is_above and not stamp:
            stamp = datetime.fromtimestamp(self.modified_ns // 10**9, UTC).strftime("%Y%m%dT%H%M%SZ")
        return (self.is_pointer, stamp, self.modified_ns)


def named_by_manifests(
    feed: Feed, exports: Path, files: list[ExportFile], manifests: list[Path]
) -> tuple[list[ExportFile], list[tuple[str, str]]]:
    """The files of the newest run of every export and period; and what is not whole: folder and reason."""
    executions, incomplete = [], []
    for path in manifests:
        try:
            executions.append(read(feed, exports, path))
        except (OSError, ValueError) as error:
            folder = path.parent.relative_to(exports).as_posix()
            incomplete.append((folder, f"its manifest {path.name} cannot be read ({error}); deliver it again"))
    taken: list[ExportFile] = []
    spoken_for: set[Path] = set()
    by_root: dict[str, list[Execution]] = {}
    for execution in executions:
        by_root.setdefault(execution.root, []).append(execution)
        spoken_for.update(file.path for _, file, _ in named_files(execution, files) if file)
    for runs in by_root.values():
        newest = max(runs, key=lambda run: run.order)
        found = list(named_files(newest, files))
        missing = [PurePosixPath(name).name for name, file, _ in found if file is None]
        if missing:
            reason = f"its manifest names {len(found)} files, {len(missing)} are not there: {', '.join(missing[:3])}"
            incomplete.append((newest.path.parent.as_posix(), reason))
            continue
        taken += [part_of(newest, file, rows) for _, file, rows in found if file]
    for folder, left in unclaimed(files, spoken_for).items():
        if feed.manifest.is_optional and not any(is_beside(folder, run) for run in executions):
            taken += left
        else:
            names = ", ".join(file.name for file in left[:3])
            incomplete.append((folder, f"no manifest names {names}; it loads when its manifest is delivered"))
    return taken, incomplete


def read(feed: Feed, exports: Path, path: Path) -> Execution:
    """One manifest. Raises `ValueError` when it is not JSON or names no files."""
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    relative = PurePosixPath(path.relative_to(exports).as_posix())
    names = tuple(str(name) for name in dig(content, feed.manifest.files))
    if not names and not list(dig(content, feed.manifest.files.split(".")[0])):
        raise ValueError(f"it has no {feed.manifest.files.replace('|', ' or ')}")
    rows = tuple(dig(content, feed.manifest.rows)) if feed.manifest.rows else ()
    if len(rows) != len(names):
        # Not every manifest counts the rows of each of its files.
        rows = (None,) * len(names)
    made_at, view = (next(dig(content, at), None) if at else None for at in (feed.manifest.made_at, feed.manifest.view))
    execution = str(next(dig(content, feed.manifest.execution), "") or relative.parent.name)
    root = PurePosixPath(*(part for part in relative.parts if not is_of_run(part, execution))).as_posix()
    return Execution(relative, execution, root, names, rows, made_at or "", view, path.stat().st_mtime_ns)


def is_of_run(folder: str, execution: str) -> bool:
    """Whether a folder is a run's own: its id, alone or behind the time of the run."""
    return folder == execution or folder.endswith(f"-{execution}")


def dig(content: Any, places: str) -> Iterator[Any]:
    """The values at `a.b.*.c`, or where nothing is there at the next of `a.b|d`; a list at the end is taken apart."""
    for steps in places.split("|"):
        found = list(walk(content, steps))
        if found:
            yield from found
            return


def walk(content: Any, steps: str) -> Iterator[Any]:
    """The values at one place."""
    if not steps:
        yield from content if isinstance(content, list) else (content,)
        return
    step, _, rest = steps.partition(".")
    if step == "*":
        for member in content if isinstance(content, list) else ():
            yield from walk(member, rest)
    elif isinstance(content, dict) and content.get(step) is not None:
        yield from walk(content[step], rest)


def named_files(execution: Execution, files: list[ExportFile]) -> Iterator[tuple[str, ExportFile | None, int | None]]:
    """Each file that the manifest names, with what lies in the exports for it: the path that ends most alike.

    Above the steps that both paths share lies the manifest too: another month's or account's
    file of the same name is not the file that is meant.
    """
    for name, rows in zip(execution.names, execution.rows, strict=True):
        wanted = PurePosixPath(name).parts
        candidates = [
            file
            for file in files
            if file.name == wanted[-1]
            and execution.path.is_relative_to(PurePosixPath(*PurePosixPath(file.label).parts[: -alike(file, wanted)]))
        ]
        best = max(candidates, key=lambda file: (alike(file, wanted), nearness(file, execution)), default=None)
        yield name, best, rows


def alike(file: ExportFile, wanted: tuple[str, ...]) -> int:
    """How many of the last steps of two paths are the same."""
    have = PurePosixPath(file.label).parts
    same = 0
    for mine, other in zip(reversed(have), reversed(wanted), strict=False):
        if mine != other:
            break
        same += 1
    return same


def nearness(file: ExportFile, execution: Execution) -> int:
    """How many of the first steps a file shares with its manifest."""
    same = 0
    for mine, other in zip(PurePosixPath(file.label).parts, execution.path.parts, strict=False):
        if mine != other:
            break
        same += 1
    return same


def part_of(execution: Execution, file: ExportFile, rows: int | None) -> ExportFile:
    """The file as a part of its run: a run that overwrites its folder is a delivery of its own all the same."""
    is_own_folder = any(is_of_run(part, execution.execution) for part in PurePosixPath(file.folder).parts)
    folder = file.folder if is_own_folder else f"{file.folder}@{execution.execution}"
    return replace(file, folder=folder, named_ns=execution.modified_ns, rows=rows, view=execution.view)


def unclaimed(files: list[ExportFile], spoken_for: set[Path]) -> dict[str, list[ExportFile]]:
    """The files that no manifest names, by folder."""
    left: dict[str, list[ExportFile]] = {}
    for file in files:
        if file.path not in spoken_for:
            left.setdefault(file.folder, []).append(file)
    return left


def is_beside(folder: str, execution: Execution) -> bool:
    """Whether a folder is the manifest's own, lies in it, or is another run or period of the same export."""
    own, other = execution.path.parent, PurePosixPath(folder)
    is_own_folder = is_of_run(own.name, execution.execution)
    return other.is_relative_to(own) or (is_own_folder and other.parent.parent == own.parent.parent)
