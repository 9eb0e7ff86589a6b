"""The days on which a row holds."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from orchestration.policy.files import FILES, TOLD_BY_DAY
from orchestration.policy.kinds import parsed_day
from orchestration.policy.reading import Policy, Row


def validity(row: Row) -> tuple[date, date]:
    """The half-open range of days on which a row holds."""
    return parsed_day(row["valid_from"]) or date.min, parsed_day(row["valid_to"]) or date.max


def is_dated(row: Row) -> bool:
    return bool(row["valid_from"] or row["valid_to"])


def told_by_day(name: str) -> tuple[str, ...]:
    """The key of a subject whose lines follow each other by day; none where a line has a key of its own."""
    return TOLD_BY_DAY[name][:1] if name in TOLD_BY_DAY else ()


def by_subject(book: Policy, name: str) -> list[list[Row]]:
    """The lines of each subject of a file. Accounts of two feeds are two, though they may have one name."""
    subject, compared = TOLD_BY_DAY[name]
    has_feed = any(column.name == "feed" for column in FILES[name].columns)
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in book.sound(name):
        rows[row["feed"] if has_feed else "", compared(row[subject])].append(row)
    return list(rows.values())


def overlap(one: Row, other: Row) -> bool:
    one_begins, one_ends = validity(one)
    other_begins, other_ends = validity(other)
    return one_begins < other_ends and other_begins < one_ends


def month_after(month: str) -> str:
    """The month that follows one."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year:04d}-{number + 1:02d}"
