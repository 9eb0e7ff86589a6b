"""What an explanation is made of, whichever way it was followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

Row = dict[str, object]


class ExplainError(Exception):
    """Nothing to explain, or not here: what is wrong and what exists instead."""


@dataclass(frozen=True)
class Column:
    """A column of a section. `kind`: text, name (never broken), money or share."""

    key: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Section:
    """A table of an explanation. The rows may know more than the columns show."""

    title: str
    columns: tuple[Column, ...]
    rows: list[Row]


@dataclass(frozen=True)
class Explanation:
    """An amount taken apart. `total` is exact, and was compared with what `check` names."""

    title: str
    currency: str
    total: Decimal
    check: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    smaller_sources: int = 0
    smaller_amount: Decimal = Decimal(0)

    def rows(self, title: str) -> list[Row]:
        """The rows of a section; none when it is not there."""
        return [row for section in self.sections if section.title == title for row in section.rows]


def present(*sections: Section) -> list[Section]:
    """Those that have something to say."""
    return [section for section in sections if section.rows]
