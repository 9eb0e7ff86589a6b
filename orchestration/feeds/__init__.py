"""Feeds are declared, not programmed: each module here is one feed's contract."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NO_MONEY = "cast(0 as decimal(38, 12))"
NO_CURRENCY = "cast(null as varchar)"


@dataclass(frozen=True)
class Column:
    """A column that the contract names.

    `kind` is text, money, number, duration (H:MM:SS, as seconds), timestamp (UTC), moment (a
    timestamp, or Unix seconds or milliseconds), date, tags (JSON object), list (JSON array) or
    person (replaced by a keyed hash; where `names_nobody`, a regular expression, finds a part, that part stays
    and the rest does not enter). A `required` column must exist and have a value in every row, unless it
    `allows_null`. `aliases` are other headers it goes by, first match wins; in JSON they are
    paths from the record (`amount.value`), and each `^` before one climbs to the list above;
    `labels[key=Role].value` is of the member of a list whose key is that word, and a `>` steps
    into a column or value that is JSON as text (`metadata>team.alias`).
    `prefixes`: headers that begin so are collected, without it, into this tags column; of
    headers that become the same tag, the one with the earliest prefix counts that has a value;
    `leaves_out` finds those that do not enter, by their keys, in any case.
    `formats` are the strptime forms of a date that is not ISO 8601: the one that reads all
    values of a file is meant, and a file that two of them read differently is refused.
    `from_path` tells the value from the file's path below the exports, where no column has it.
    `from_record` is SQL over a JSON record, `{record}`, for what no path can say. `only_if` is SQL
    over the file's columns: where it does not hold, the value does not enter. A column of money that
    `may_be_idle` is null in a delivery of which no row has another value than zero there. Of a text, list
    or tags that `has_addresses` e-mail addresses do not enter.
    """

    name: str
    kind: str = "text"
    required: bool = False
    allows_null: bool = False
    aliases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    leaves_out: str | None = None
    names_nobody: str | None = None
    formats: tuple[str, ...] = ()
    from_path: Callable[[str], str | None] = lambda label: None
    from_record: str | None = None
    only_if: str | None = None
    may_be_idle: bool = False
    has_addresses: bool = False


@dataclass(frozen=True)
class View:
    """One of several ways in which a vendor exports the same money, told by the first of these that tells.

    `stated_as`: what the export's manifest calls it; `has`: a column that only this view has;
    `in_path`: a regular expression found in the file's path below the exports; `shown_by`: SQL
    that is true of some row of it only.
    """

    name: str
    stated_as: str | None = None
    in_path: str | None = None
    has: str | None = None
    shown_by: str | None = None


@dataclass(frozen=True)
class Table:
    """One raw table: `raw.<name>`.

    `account`, `period`, `currency`, `billed` and `effective` are SQL over the contract's
    columns: who is billed, in which month (a date; None when the rows are a register that
    belongs to no month, or may move from one to another), in what currency, and how much;
    a table without the last three holds no money.

    `replaces` says what a delivery does to what came before it: `period`, it takes the place
    of its account's month (or register) as a whole; `nothing`, it adds to it, and a row that
    both have is counted once; `entry`, every row is one of a journal and counts, of those with
    the same `key` as many as the file has that has most of them; `row`, the newest `version`
    (SQL) of each `key` counts; `bucket`, the newest pull of each `bucket` (SQL, such as a day)
    takes the place of the older ones that it covers, and adds to the others, which must have
    the same `grouping` (SQL, an aggregate that says by what a pull's rows are grouped);
    `history`, every file is kept beside the older ones, even of its own name, with the day it
    came in `received_on`; where there is a `key`, the newest `version` of each key of a day
    counts, so that a pull may be of several files.

    A pull covers an older one whose `span` (its start and its end) it has a part of, and one
    member of which it has in that month: members are told by `filtered_by`, the columns that a
    pull may be limited to, and by no name that a row may be given anew. Of money it covers also
    with a span that holds nothing.

    `told_apart_by` are the columns that identify a row without its amounts. `parties` are
    SQL for who issues and provides: bills that share none of them are different bills.
    `records` are the lists on the way from a JSON document to its rows; one that ends in `?`
    may be missing, and the document is a row itself; `$.*` is an object whose keys are data,
    each entry of it a record with `key` and `value`. `views` are exports
    of the same money, never added up: billed cost is read from the first of `billed_from`
    that an account's month has, effective cost from the first of `effective_from`, and
    `counts_billed` and `counts_effective` in the raw table say which. One that lacks what
    another has a cost for counts only behind it: `covers` are SQL for what each view must have
    a row of, a sub-account (or null) and a day, and `common` is SQL for the rows that every
    view has; `falls_back` are the costs that any view states well enough for that. `makes_money`: quantities or
    prices that charges are made of, so their numbers lose no digit, as those of a table that holds money.
    """

    name: str
    columns: tuple[Column, ...]
    account: str
    period: str | None
    currency: str = NO_CURRENCY
    billed: str = NO_MONEY
    effective: str = NO_MONEY
    replaces: str = "period"
    key: tuple[str, ...] = ()
    version: str = "null"
    bucket: tuple[str, ...] = ()
    grouping: str = "''"
    span: tuple[str, ...] = ()
    filtered_by: tuple[str, ...] = ()
    told_apart_by: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    keeps_extensions: bool = False
    records: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    billed_from: tuple[str, ...] = ()
    effective_from: tuple[str, ...] = ()
    covers: tuple[str, str] = ("null", "null")
    common: str = "true"
    falls_back: tuple[str, ...] = ("billed", "effective")
    makes_money: bool = False

    @property
    def required(self) -> tuple[Column, ...]:
        """Without any of these the file is refused."""
        return tuple(column for column in self.columns if column.required)

    @property
    def never_null(self) -> tuple[str, ...]:
        """The columns that must have a value in every row."""
        return tuple(column.name for column in self.required if not column.allows_null)

    @property
    def holds_money(self) -> bool:
        """Whether its rows are charges, and not usage or a register of something else."""
        return self.currency != NO_CURRENCY

    @property
    def is_exact(self) -> bool:
        """Whether its numbers are read by their digits: in JSON others are doubles."""
        return self.holds_money or self.makes_money

    @property
    def keeps_empty_buckets(self) -> bool:
        """Whether it lands a row, marked `x_is_empty`, for a bucket without any: the newest pull has nothing there."""
        return self.replaces == "bucket" and self.holds_money

    @property
    def charged(self) -> str:
        """SQL to follow a scan of its landed rows: without those that stand for empty buckets."""
        return " where not x_is_empty" if self.keeps_empty_buckets else ""


@dataclass(frozen=True)
class Manifest:
    """A vendor's own list of the files that make one export whole.

    `pattern` finds it by its name; `files`, `execution`, `rows`, `made_at` and `view` are where
    its JSON holds the list, the id of the run, each file's number of rows, the time of the run
    and the view (`blobs.*.blobName`; `a|b` is b where a is missing). The newest run of a period
    is the delivery: the files of others, and files that no manifest names, do not load.
    `is_optional`: exports without any manifest are deliveries as they are.
    """

    pattern: str
    files: str
    execution: str
    rows: str | None = None
    made_at: str | None = None
    view: str | None = None
    is_optional: bool = False


@dataclass(frozen=True)
class Feed:
    """A folder below the exports and the tables that its files fill.

    A file belongs to the first table whose required columns it has. `personal`: the delivered
    bytes name persons, so only the contract's columns are kept, as of any file with a value in a column
    of persons. `nulls` are words for null beside the empty text and NULL. `repeats` are headers that may
    stand more than once (`Custom field *`): together they are a list; of any other column the first that
    has a value counts. `pads_rows`: a row that ends early lacks its last values, and is no broken file.
    `relation` makes a scan of a text that is not CSV: SQL over its path, and its columns.
    `ignores` finds files by name or path that carry nothing for us. `run_in_name` finds the run
    that a file's name tells: each run is a delivery of its own, though all lie in one folder.
    """

    name: str
    tables: tuple[Table, ...]
    personal: bool = False
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".parquet")
    delimiter: str = ","
    nulls: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    pads_rows: bool = False
    manifest: Manifest | None = None
    relation: Callable[[Path], tuple[str, list[str]]] | None = None
    ignores: str | None = None
    run_in_name: str | None = None


def named_in_path(what: str) -> Callable[[str], str | None]:
    """For `from_path`: the value of a folder `what=VALUE`, such as `organization=acme`."""

    def value(label: str) -> str | None:
        found = re.search(rf"(?:^|/){what}=([^/]+)/", label)
        return found and found[1]

    return value


def grouped_by(columns: tuple[str, ...], length: str) -> str:
    """SQL for the `grouping` of a pull: the columns that it has, and that its buckets are no whole days.

    `length` is SQL for how long a bucket is.
    """
    named = [f"case when count({column}) > 0 then '{column}' end" for column in columns]
    return f"concat_ws(', ', {', '.join(named)}, case when max({length}) < interval 1 day then 'time' end)"


@cache
def feeds() -> dict[str, Feed]:
    """Every declared feed by name, found by its module in this folder."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [importlib.import_module(f"{__name__}.{name}").FEED for name in modules]
    return {feed.name: feed for feed in found}
