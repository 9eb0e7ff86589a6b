"""Two teams, or two projects, that one word names: a tag that says it would go to one of them silently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.policy.days import overlap
from orchestration.policy.names import name_key
from orchestration.policy.reading import Policy, Problem, Row
from orchestration.policy.successions import heirs, last_lines

REGISTERS = {"teams": "team", "projects": "project"}


@dataclass(frozen=True)
class Claim:
    """A line that has a name, as its id or beside it."""

    row: Row
    id: str
    name: str
    is_id: bool


def names_mean_one(book: Policy) -> Iterator[Problem]:
    """On the days of both a tag with the name has two meanings."""
    for file, claims in _claims(book):
        what = REGISTERS[file]
        told: set[int] = set()
        for place, other in enumerate(claims):
            for first in claims[:place]:
                line = other.row.line
                if _are_two(first, other) and overlap(first.row, other.row) and line not in told:
                    told.add(line)
                    yield Problem(
                        file,
                        line,
                        f"{what} {other.id!r} and {what} {first.id!r} on line {first.row.line} are both named "
                        f"{other.name!r} on the same days, so that a tag with it has two meanings; "
                        "give one another name",
                    )


def names_are_not_handed_on(book: Policy) -> Iterator[Problem]:
    """Names have no days: who had the name first is meant by tags of all days, unless the other carries on for it."""
    last = last_lines(book)
    for file, (meant, *others) in _claims(book):
        what = REGISTERS[file]
        carry_on = heirs(last, meant.id) if file == "teams" else []
        told: set[str] = set()
        for other in others:
            is_apart = _are_two(meant, other) and not overlap(meant.row, other.row)
            if is_apart and other.id not in {*told, *carry_on}:
                told.add(other.id)
                yield Problem(
                    file,
                    other.row.line,
                    f"{what} {other.id!r} and {what} {meant.id!r} on line {meant.row.line} are both named "
                    f"{other.name!r}, one after the other, and a tag with it means {meant.id!r} on all days; "
                    "give one another name",
                )


def _claims(book: Policy) -> Iterator[tuple[str, list[Claim]]]:
    """Who has each name, in the order in which int_ownership__names_known believes them: ids, then the alphabet."""
    for file, what in REGISTERS.items():
        by_name: dict[str, list[Claim]] = defaultdict(list)
        for row in book.sound(file):
            written = {name_key(row[column]): column for column in (f"{what}_name", f"{what}_id") if row[column]}
            for key, column in written.items():
                by_name[key].append(Claim(row, row[f"{what}_id"], row[column], column == f"{what}_id"))
        for claims in by_name.values():
            yield file, sorted(claims, key=lambda claim: (not claim.is_id, claim.id))


def _are_two(one: Claim, other: Claim) -> bool:
    """One id in two spellings is told of as that."""
    return name_key(one.id) != name_key(other.id)
