"""A policy folder as rows, and what is wrong with each file by itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.policy.files import FILES, File


@dataclass
class Row:
    """A record and the physical line it starts on. Not `sound`: its values were refused."""

    line: int
    values: dict[str, str]
    sound: bool = True

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class Problem:
    """What is wrong at a line of a policy file, or of a file that is none."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        name = f"{self.file}.csv" if self.file in FILES else self.file
        return f"{name}, line {self.line}: {self.message}"


@dataclass
class Policy:
    """The rows of every policy file; `unread` files cannot say what they hold."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in FILES})
    unread: set[str] = field(default_factory=set)

    def sound(self, file: str) -> list[Row]:
        return [row for row in self.rows[file] if row.sound]

    def listed(self, file: str, column: str) -> set[str] | None:
        """The ids that a file lists; None when it cannot tell."""
        if file in self.unread:
            return None
        return {row[column] for row in self.rows[file]}


def read(policy: Path) -> tuple[Policy, list[Problem]]:
    """Every policy file of a folder, and what is wrong with each by itself."""
    book = Policy()
    problems = []
    for path in sorted(policy.iterdir()):
        if path.suffix.lower() != ".csv" or path.name.startswith("."):
            continue
        name = path.name.removesuffix(".csv")
        if name not in FILES:
            known = ", ".join(f"{known}.csv" for known in FILES)
            message = f"unknown policy file; rename or move it, known are {known}"
            problems.append(Problem(path.name, 1, message))
            continue
        try:
            for row, wrong in read_rows(name, path.read_bytes()):
                problems += wrong
                if row:
                    book.rows[name].append(row)
        except _Unreadable as error:
            problems.append(Problem(name, error.line, str(error)))
            book.unread.add(name)
        except OSError as error:
            message = f"cannot be read, {error.strerror}; make it a readable file"
            problems.append(Problem(name, 1, message))
            book.unread.add(name)
    return book, problems


def read_rows(name: str, content: bytes) -> Iterator[tuple[Row | None, list[Problem]]]:
    """The rows of one file with the problems of each; the header's come without a row."""
    records = _records(content)
    start, titles = next(records, (1, []))
    if not titles:
        raise _Unreadable(1, "is empty; write a header line, or remove the file")
    file = FILES[name]
    header = [title.strip().lower() for title in titles]
    missing = [c.name for c in file.columns if c.required and c.name not in header]
    yield (None, [Problem(name, start, message) for message in _header_problems(file, header)])

    for line, values in records:
        values = [value.strip() for value in values]
        wrong = []
        if len(values) != len(header):
            wrong.append(
                f"wrong number of fields, {len(values)} where the header has {len(header)}; "
                "add or remove commas, and quote a value that holds one"
            )
        row = Row(line, dict(zip(header, values, strict=False)))
        if not wrong:
            wrong += _value_problems(file, header, row)
        row.sound = not wrong and not missing
        yield row, [Problem(name, line, message) for message in wrong]


class _Unreadable(Exception):
    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


def _records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the physical line it starts on."""
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = f"0x{error.object[error.start]:02x}"
        raise _Unreadable(line, f"is not UTF-8, byte {byte}; save the file as UTF-8") from None
    reader = csv.reader(io.StringIO(decoded, newline=""), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _Unreadable(start, f"is not CSV, {error}; check the quotes") from None
        if any(value.strip() for value in record):
            yield start, record


def _header_problems(file: File, header: list[str]) -> Iterator[str]:
    known = ", ".join(file.header)
    for title in dict.fromkeys(header):
        if title not in file.header:
            yield f"unknown column {title!r}; known are {known}"
        elif header.count(title) > 1:
            yield f"column {title} is there {header.count(title)} times; keep one"
    for column in file.columns:
        if column.required and column.name not in header:
            yield f"missing column {column.name}; add it to the header"


def _value_problems(file: File, header: list[str], row: Row) -> Iterator[str]:
    for column in file.columns:
        value = row[column.name]
        if value:
            if advice := column.kind(value):
                yield f"{column.name} cannot be {value!r}; {advice}"
        elif column.required and column.name in header:
            yield f"{column.name} is empty; give it a value, or remove the line"
