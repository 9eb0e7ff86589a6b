"""Feeds are declared, not programmed: each module here is one feed's contract."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True)
class Column:
    """A column that the contract names.

    `kind` is text, money, number, timestamp (UTC), date, tags (JSON object) or person
    (replaced by a keyed hash). A `required` column must exist and have a value in every
    row, unless it `allows_null`. `aliases` are other headers it goes by, first match wins.
    """

    name: str
    kind: str = "text"
    required: bool = False
    allows_null: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One raw table: `raw.<name>`.

    `account`, `period`, `currency`, `billed` and `effective` are SQL over the contract's
    columns: who is billed, in which month (a date; None when the rows are a register
    that belongs to no month), in what currency, and how much.
    `told_apart_by` are the columns that identify a row without its amounts. `parties` are
    SQL for who issues and provides: bills that share none of them are different bills.
    """

    name: str
    columns: tuple[Column, ...]
    account: str
    period: str | None
    currency: str
    billed: str
    effective: str
    told_apart_by: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    keeps_extensions: bool = False

    @property
    def required(self) -> tuple[Column, ...]:
        """Without any of these the file is refused."""
        return tuple(column for column in self.columns if column.required)

    @property
    def never_null(self) -> tuple[str, ...]:
        """The columns that must have a value in every row."""
        return tuple(column.name for column in self.required if not column.allows_null)


@dataclass(frozen=True)
class Feed:
    """A folder below the exports and the tables that its files fill.

    A file belongs to the first table whose required columns its header has.
    `personal`: the delivered bytes name persons, so only the hashed form is kept.
    """

    name: str
    tables: tuple[Table, ...]
    personal: bool = False
    suffixes: tuple[str, ...] = field(default=(".csv", ".csv.gz", ".parquet"))


@cache
def feeds() -> dict[str, Feed]:
    """Every declared feed by name, found by its module in this folder."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [importlib.import_module(f"{__name__}.{name}").FEED for name in modules]
    return {feed.name: feed for feed in found}
