"""A table of a page: what it shows adds up to the cent, and what it downloads is exact."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from orchestration.dashboard import words
from orchestration.dashboard.cents import cents, cents_of_grid, rounded

Row = dict[str, object]

# A spreadsheet takes a cell that begins with one of these for a formula, the last four as they are typed in East Asia.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBERS = ("money", "exact", "change", "percent", "change_percent", "number")


@dataclass(frozen=True)
class Column:
    """A column. `kind`: text, label, name, money, exact, change, percent, change_percent, number or time.

    `minus`: it is the first of these columns less the second, also in shown cents. `ratio`: the first
    by the second. `part_of`: its part of that column's total. `within`: its cents add up, row by row, to that column.
    `link`: the key of a row's address. `names`: how ids are called; the download has the ids. What is not shown
    is in the download. `header`: what it is called there; its key, when not given.
    """

    key: str
    title: str
    kind: str = "text"
    minus: tuple[str, str] | None = None
    ratio: tuple[str, str] | None = None
    part_of: str | None = None
    within: str | None = None
    link: str | None = None
    names: Mapping[str, str] | None = None
    header: str | None = None
    is_shown: bool = True
    has_bar: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS


@dataclass
class Table:
    """Rows under columns. `says` is what it counts; `empty` is told where there is no row."""

    key: str
    title: str
    says: str
    columns: list[Column]
    rows: list[Row]
    empty: str = "Nothing."
    has_total: bool = True
    limit: int | None = None
    total: Row = field(default_factory=dict)

    def __post_init__(self) -> None:
        counted = [column for column in self.columns if column.kind == "money" and not (column.minus or column.within)]
        for row in self.rows:
            row["shown"] = {}
        for column in counted:
            amounts = [row[column.key] for row in self.rows]
            known = [amount for amount in amounts if amount is not None]
            # Of what nothing is known the sum is not known either.
            self.total[column.key] = sum(known, Decimal(0)) if known or not amounts else None
            exact = cents(known) if self.has_total else [rounded(amount) for amount in known]
            in_order = iter(exact)
            for row, amount in zip(self.rows, amounts, strict=True):
                row["shown"][column.key] = None if amount is None else next(in_order)
        sums = {column.key: self.total[column.key] for column in counted}
        self.total["shown"] = {key: None if amount is None else rounded(amount) for key, amount in sums.items()}
        self.fill()
        for row in [*self.rows, self.total]:
            self.derive(row)

    def fill(self) -> None:
        """The cells within a row: each row adds up to its own total, and each column to what it shows."""
        inner = [column for column in self.columns if column.within]
        if not inner:
            return
        grid = [[row[column.key] for column in inner] for row in self.rows]
        for row, cells in zip(self.rows, cents_of_grid(grid, self.shown_of(inner[0].within)), strict=True):
            row["shown"] |= {column.key: cell for column, cell in zip(inner, cells, strict=True)}
        for column in inner:
            self.total[column.key] = sum((row[column.key] or 0 for row in self.rows), Decimal(0))
            self.total["shown"][column.key] = sum((row["shown"].get(column.key) or 0 for row in self.rows), Decimal(0))

    def shown_of(self, key: str) -> list[Decimal]:
        """A column as it is shown."""
        return [row["shown"][key] for row in self.rows]

    def derive(self, row: Row) -> None:
        """What follows from other columns: in the exact numbers, and in the shown ones."""
        for column in self.columns:
            if column.minus:
                for place in (row, row["shown"]):
                    first, second = (place.get(key) for key in column.minus)
                    place[column.key] = None if first is None or second is None else first - second
            elif column.ratio or column.part_of:
                first = row.get(column.ratio[0] if column.ratio else column.part_of)
                second = row.get(column.ratio[1]) if column.ratio else self.total.get(column.part_of)
                row[column.key] = float(first) / abs(float(second)) if first is not None and second else None

    @property
    def shown_columns(self) -> list[Column]:
        return [column for column in self.columns if column.is_shown]

    @property
    def shown_rows(self) -> list[Row]:
        return self.rows[: self.limit]

    @property
    def hidden(self) -> int:
        """How many rows only the download has."""
        return len(self.rows) - len(self.shown_rows)

    def text(self, row: Row, column: Column) -> str:
        """A cell as the page shows it."""
        value = row["shown"].get(column.key, row.get(column.key))
        if column.is_number:
            return getattr(words, column.kind)(value)
        if value is None:
            return words.NOTHING
        if column.names is not None:
            value = column.names.get(value, value)
        if column.kind == "label":
            return words.label(value)
        if column.kind == "time":
            return words.time_words(value)
        return "\n".join(words.name_words(line) for line in str(value).split("\n"))

    def bar(self, row: Row, column: Column) -> float:
        """How long the bar of a cell is, in percent of the longest."""
        amounts = [abs(other[column.key]) for other in self.shown_rows if other[column.key] is not None]
        longest = max(amounts, default=0)
        return round(float(abs(row[column.key] or 0) / longest) * 100, 1) if longest else 0.0

    def csv(self) -> str:
        """Every row, with exact numbers, and text that no spreadsheet takes for a formula."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([harmless(column.header or column.key) for column in self.columns])
        for row in self.rows:
            writer.writerow([written(row.get(column.key), column) for column in self.columns])
        return stream.getvalue()


def written(value: object, column: Column) -> object:
    """A cell of a CSV file."""
    if value is None:
        return ""
    if column.is_number:
        return format(value, "f") if isinstance(value, Decimal) else value
    return harmless(str(value))


def harmless(text: str) -> str:
    """Text that begins like a formula gets an apostrophe, by which spreadsheets know text."""
    return f"'{text}" if text.startswith(FORMULA) else text
