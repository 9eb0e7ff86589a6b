"""The policy folder: read, judged as a whole, and written as the seeds that dbt loads."""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

from orchestration.feeds import feeds
from orchestration.project import ROOT

PROPERTIES = ROOT / "seeds" / "policy" / "_policy.yml"

STAGES = ("development", "testing", "production", "unknown")
ACTIVITIES = (
    "data_preparation",
    "training",
    "fine_tuning",
    "evaluation",
    "inference",
    "orchestration",
    "observability",
    "tooling",
    "idle",
    "unknown",
)
DIMENSIONS = ("team", "project", "lifecycle_stage", "ai_activity")
CANONICAL = {"lifecycle_stage": STAGES, "ai_activity": ACTIVITIES}
# What a tag may name besides an owner: whose an id is, other tools or rules know.
NAMED_BY_TAGS = (
    "run",
    "model_version",
    "namespace",
    "pod",
    "job",
    "api_key",
    "inference_profile",
    "partition",
    "queue",
    "qos",
    "component",
)
FIELDS = (
    "account",
    "sub_account",
    "provider",
    "service",
    "service_category",
    "sku",
    "resource",
    "region",
    "charge_category",
    *NAMED_BY_TAGS,
)
EVIDENCE = (
    "override",
    "register",
    "tag",
    "link",
    "account",
    "service",
    "scheduler",
    "name",
    "component",
    "hint",
)
OPERATORS = ("equals", "like", "regex")
METHODS = ("even", "proportional", "fixed")
ASSIGNED = ("team_id", "project_id", "lifecycle_stage", "ai_activity", "pool_id")


class PolicyError(Exception):
    """A policy that cannot be used: one problem per line, with file and line."""


# What a value may be. A kind returns what is wrong with a value and what to do, or nothing.
Kind = Callable[[str], str | None]


def text(value: str) -> None:
    """Any words."""


def one_of(values: tuple[str, ...]) -> Kind:
    """One of a short list of words."""
    return lambda value: None if value in values else f"write one of {', '.join(values)}"


def integer(value: str) -> str | None:
    """A whole number that fits a 32-bit integer."""
    if re.fullmatch(r"-?[0-9]{1,9}", value):
        return None
    return "write a whole number of at most nine digits, such as 10"


def day(value: str) -> str | None:
    """A calendar day."""
    return None if parsed_day(value) else "write a day as YYYY-MM-DD"


def month(value: str) -> str | None:
    """A calendar month."""
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value):
        return None
    return "write a month as YYYY-MM"


def currency(value: str) -> str | None:
    """An ISO 4217 code."""
    if re.fullmatch(r"[A-Z]{3}", value):
        return None
    return "write three capital letters, such as EUR"


def quantity(value: str) -> str | None:
    """A number that decimal(38, 12) holds exactly, not below zero."""
    if re.fullmatch(r"[0-9]{1,26}(\.[0-9]{1,12})?", value):
        return None
    return "write a plain number, not below zero, with at most 12 decimals, such as 0.25"


def positive(value: str) -> str | None:
    """A quantity above zero."""
    if quantity(value) is None and Decimal(value) > 0:
        return None
    return "write a plain number above zero, with at most 12 decimals, such as 1.0834"


def parsed_day(value: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


# How two keys are compared: as the macros of the same names do it in SQL.


def fold(value: str) -> str:
    """Letters and digits only, in lower case."""
    return "".join(sign for sign in value.lower() if unicodedata.category(sign)[0] in "LN")


def fold_without_prefix(value: str) -> str:
    """The same, without a provider's prefix: `user:Team` is `team`."""
    return fold(re.sub(r"^.*[:/]", "", value))


def name_key(value: str) -> str:
    """Lower case, with one kind of separator."""
    return re.sub(r"[-_.\s]+", "-", value.strip().lower(), flags=re.ASCII)


def as_written(value: str) -> str:
    return value


@dataclass(frozen=True)
class Column:
    """A column of a policy file. A `required` one must exist and have a value in each row."""

    name: str
    kind: Kind = text
    required: bool = False


@dataclass(frozen=True)
class File:
    """A policy file: its columns in the order of the seed, and what tells two rows apart.

    `compared`: how two keys are held to be the same. `absent`: what its absence means,
    where a newcomer should know.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    compared: Callable[[str], str] = as_written
    absent: str = ""

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def is_dated(self) -> bool:
        return "valid_to" in self.header


VALIDITY = (Column("valid_from", day), Column("valid_to", day))

FILES = {
    "teams": File(
        (
            Column("team_id", required=True),
            Column("team_name"),
            Column("parent_team_id"),
            Column("successor_team_id"),
            *VALIDITY,
        ),
        key=("team_id",),
        compared=name_key,
        absent="teams go by the names that tags give them, as unregistered",
    ),
    "projects": File(
        (
            Column("project_id", required=True),
            Column("project_name"),
            Column("team_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            *VALIDITY,
        ),
        key=("project_id",),
        compared=name_key,
        absent="projects go by the names that tags give them, as unregistered",
    ),
    "tag_keys": File(
        (
            Column("tag_key", required=True),
            Column("dimension", one_of((*DIMENSIONS, *NAMED_BY_TAGS)), required=True),
            Column("priority", integer),
        ),
        key=("tag_key",),
        compared=fold_without_prefix,
        absent="no tag says whose a charge is",
    ),
    "tag_values": File(
        (
            Column("dimension", one_of(DIMENSIONS), required=True),
            Column("tag_value", required=True),
            Column("canonical_value", required=True),
        ),
        key=("dimension", "tag_value"),
        compared=fold,
        absent="no spelling of a stage or an activity is understood",
    ),
    "tag_overrides": File(
        (
            Column("resource_id", required=True),
            Column("team_id"),
            Column("project_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            Column("ai_activity", one_of(ACTIVITIES)),
            *VALIDITY,
            Column("reason"),
        ),
        key=("resource_id",),
    ),
    "evidence_order": File(
        (Column("evidence", one_of(EVIDENCE), required=True), Column("place", integer, required=True)),
        key=("evidence",),
    ),
    "ownership_rules": File(
        (
            Column("rule_id", required=True),
            Column("priority", integer),
            Column("feed"),
            Column("field", one_of(FIELDS), required=True),
            Column("operator", one_of(OPERATORS), required=True),
            Column("pattern", required=True),
            Column("team_id"),
            Column("project_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            Column("ai_activity", one_of(ACTIVITIES)),
            Column("pool_id"),
            *VALIDITY,
        ),
        key=("rule_id",),
    ),
    "pools": File(
        (Column("pool_id", required=True), Column("pool_name"), Column("owner_team_id")),
        key=("pool_id",),
    ),
    "pool_policies": File(
        (
            Column("policy_id", required=True),
            Column("pool_id", required=True),
            Column("method", one_of(METHODS), required=True),
            *VALIDITY,
        ),
        key=("policy_id",),
    ),
    "pool_targets": File(
        (
            Column("policy_id", required=True),
            Column("team_id"),
            Column("project_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            Column("weight", quantity),
        ),
        key=("policy_id", "team_id", "project_id", "lifecycle_stage"),
    ),
    "exchange_rates": File(
        (
            Column("month", month, required=True),
            Column("from_currency", currency, required=True),
            Column("to_currency", currency, required=True),
            Column("rate", positive, required=True),
        ),
        key=("month", "from_currency", "to_currency"),
        absent="a charge in any but the reporting currency stops the run",
    ),
    "rate_card": File(
        (
            Column("role", required=True),
            Column("currency", currency, required=True),
            Column("hourly_rate", quantity, required=True),
            *VALIDITY,
        ),
        absent="hours worked have no price",
    ),
}


# What may have several lines, as long as no day has two: the column that tells one subject from another.
TOLD_BY_DAY: dict[str, tuple[str, Callable[[str], str]]] = {
    "teams": ("team_id", name_key),
    "projects": ("project_id", name_key),
    "tag_overrides": ("resource_id", as_written),
    "pool_policies": ("pool_id", as_written),
    "rate_card": ("role", str.lower),
}


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


def prepare(policy: Path, seeds: Path) -> list[str]:
    """Write the seed folder that dbt reads from a policy folder, and say what is absent.

    A missing file becomes an empty seed. Raises `PolicyError` with every problem found,
    before anything is written.
    """
    if not policy.is_dir():
        raise PolicyError(f"{policy}: no such policy folder; create it or give another one")
    book, problems = read(policy)
    problems += [problem for check in CHECKS for problem in check(book)]
    if problems:
        order = [*FILES, *sorted({found.file for found in problems} - FILES.keys())]
        problems.sort(key=lambda found: (order.index(found.file), found.line))
        raise PolicyError("\n".join(f"{policy}{os.sep}{problem}" for problem in problems))

    seeds.mkdir(parents=True, exist_ok=True)
    for name, file in FILES.items():
        _write(seeds / f"{name}.csv", _as_csv(file, book.rows[name]))
    _write(seeds / PROPERTIES.name, PROPERTIES.read_bytes())
    return [
        f"no {name}.csv in {policy}: {file.absent}"
        for name, file in FILES.items()
        if file.absent and not (policy / f"{name}.csv").exists()
    ]


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


# The checks between rows and files. Each sees the whole policy and yields its problems.


def keys_are_unique(book: Policy) -> Iterator[Problem]:
    """A key given twice would count its money twice. What is told anew from a day on is judged by its days."""
    for name, file in FILES.items():
        if not file.key:
            continue
        required = {column.name for column in file.columns if column.required}
        seen: dict[tuple[str, ...], Row] = {}
        for row in book.rows[name]:
            if not all(row[part] for part in required.intersection(file.key)):
                continue
            if _told_by_day(name) == file.key and _is_dated(row):
                continue
            key = tuple(file.compared(row[part]) for part in file.key)
            first = seen.setdefault(key, row)
            if first is row:
                continue
            given = ", ".join(repr(row[part]) for part in file.key if row[part])
            other = ", ".join(repr(first[part]) for part in file.key if first[part])
            same = "is" if given == other else f"compares equal to {other}"
            yield Problem(
                name,
                row.line,
                f"{' and '.join(file.key)} {given} {same} already on line {first.line}; keep one",
            )


def keys_have_letters(book: Policy) -> Iterator[Problem]:
    """What has no letter or digit would match every other such tag."""
    for name, file in FILES.items():
        for row in book.sound(name):
            for part in file.key:
                if row[part] and not file.compared(row[part]):
                    yield Problem(
                        name,
                        row.line,
                        f"{part} {row[part]!r} has no letter or digit to compare; write another",
                    )


def validity_ends_after_it_begins(book: Policy) -> Iterator[Problem]:
    """`valid_to` is the first day on which a row no longer holds."""
    for name, file in FILES.items():
        for row in book.sound(name) if file.is_dated else ():
            begins, ends = _validity(row)
            if ends <= begins:
                yield Problem(
                    name,
                    row.line,
                    f"valid_to {row['valid_to']} is not after valid_from {row['valid_from']}; "
                    "write the first day on which the line no longer holds",
                )


def validities_do_not_overlap(book: Policy) -> Iterator[Problem]:
    """On each day a pool has one policy, a role one rate, a team one name, a project and a resource one owner."""
    for name, (subject, compared) in TOLD_BY_DAY.items():
        rows_by_subject: dict[str, list[Row]] = defaultdict(list)
        for row in book.sound(name):
            rows_by_subject[compared(row[subject])].append(row)
        for rows in rows_by_subject.values():
            for earlier, later in combinations(rows, 2):
                is_same_key = _told_by_day(name) == FILES[name].key and not _is_dated(earlier) and not _is_dated(later)
                if _overlap(earlier, later) and not is_same_key:
                    yield Problem(
                        name,
                        later.line,
                        f"{subject} {later[subject]!r} has overlapping dates, here and on line "
                        f"{earlier.line}; end one with valid_to on the day the other begins",
                    )


def references_are_listed(book: Policy) -> Iterator[Problem]:
    """A name that leads nowhere is a typing error; teams may go unregistered altogether."""
    teams = book.listed("teams", "team_id") or None
    pools = book.listed("pools", "pool_id")
    policies = book.listed("pool_policies", "policy_id")
    projects = book.listed("projects", "project_id") or None
    for name, column, register, listed in (
        ("teams", "parent_team_id", "teams", teams),
        ("teams", "successor_team_id", "teams", teams),
        ("projects", "team_id", "teams", teams),
        ("tag_overrides", "team_id", "teams", teams),
        ("tag_overrides", "project_id", "projects", projects),
        ("pools", "owner_team_id", "teams", teams),
        ("pool_targets", "team_id", "teams", teams),
        ("pool_targets", "project_id", "projects", projects),
        ("ownership_rules", "pool_id", "pools", pools),
        ("pool_policies", "pool_id", "pools", pools),
        ("pool_targets", "policy_id", "pool_policies", policies),
    ):
        for row in book.rows[name]:
            if listed is not None and row[column] and row[column] not in listed:
                yield Problem(
                    name,
                    row.line,
                    f"unknown {column} {row[column]!r}; add it to {register}.csv, or correct it",
                )
    for row in book.rows["ownership_rules"]:
        if row["feed"] and row["feed"] not in feeds():
            yield Problem(
                "ownership_rules", row.line, f"unknown feed {row['feed']!r}; it is one of {', '.join(feeds())}"
            )


def tag_values_are_canonical(book: Policy) -> Iterator[Problem]:
    """Stages and activities are closed lists; teams and projects are not."""
    for row in book.sound("tag_values"):
        allowed = CANONICAL.get(row["dimension"])
        if allowed and row["canonical_value"] not in allowed:
            yield Problem(
                "tag_values",
                row.line,
                f"canonical_value of {row['dimension']} cannot be {row['canonical_value']!r}; "
                f"write one of {', '.join(allowed)}",
            )


def rules_assign_something(book: Policy) -> Iterator[Problem]:
    """A line without effect is a mistake, and a rule without one hides those below it."""
    for name, subject in (("ownership_rules", "rule_id"), ("tag_overrides", "resource_id")):
        assigned = [column for column in ASSIGNED if column in FILES[name].header]
        for row in book.sound(name):
            if not any(row[column] for column in assigned):
                what = f"{subject.removesuffix('_id')} {row[subject]!r}"
                yield Problem(name, row.line, f"{what} assigns nothing; fill one of {', '.join(assigned)}")


def patterns_compile(book: Policy) -> Iterator[Problem]:
    """A regular expression is asked of DuckDB, whose syntax has no look-around."""
    rows = [row for row in book.rows["ownership_rules"] if row["operator"] == "regex"]
    if not rows:
        return
    import duckdb

    with duckdb.connect() as connection:
        for row in rows:
            try:
                connection.execute("select regexp_matches('', ?)", [row["pattern"]])
            except duckdb.Error as error:
                reason = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
                yield Problem(
                    "ownership_rules",
                    row.line,
                    f"pattern {row['pattern']!r} is not a regular expression, {reason}; "
                    "correct it (RE2 syntax), or use the operator like",
                )


def targets_name_someone(book: Policy) -> Iterator[Problem]:
    """Money split to nobody would leave the pool for no owner.

    Under a proportional policy an empty field means any, and so an empty target everyone.
    """
    methods = {row["policy_id"]: row["method"] for row in book.rows["pool_policies"]}
    for row in book.sound("pool_targets"):
        if methods.get(row["policy_id"]) in ("even", "fixed") and not (
            row["team_id"] or row["project_id"] or row["lifecycle_stage"]
        ):
            yield Problem(
                "pool_targets",
                row.line,
                f"a target of {row['policy_id']!r} names nobody; fill team_id, project_id or lifecycle_stage",
            )


def fixed_weights_sum_to_one(book: Policy) -> Iterator[Problem]:
    """The shares of a fixed policy are its weights, so they must be the whole."""
    if "pool_targets" in book.unread:
        return
    targets_by_policy: dict[str, list[Row]] = defaultdict(list)
    for row in book.rows["pool_targets"]:
        targets_by_policy[row["policy_id"]].append(row)
    for policy in book.rows["pool_policies"]:
        policy_id = policy["policy_id"]
        if policy["method"] != "fixed" or not policy_id:
            continue
        targets = targets_by_policy[policy_id]
        if not targets:
            yield Problem(
                "pool_policies",
                policy.line,
                f"fixed policy {policy_id!r} has no targets; add them to pool_targets.csv",
            )
        unweighted = [row for row in targets if row.sound and not row["weight"]]
        for row in unweighted:
            yield Problem(
                "pool_targets",
                row.line,
                f"weight is empty in fixed policy {policy_id!r}; write a number such as 0.25",
            )
        if targets and not unweighted and all(row.sound for row in targets):
            total = sum(Decimal(row["weight"]) for row in targets)
            if total != 1:
                yield Problem(
                    "pool_targets",
                    targets[0].line,
                    f"the weights of fixed policy {policy_id!r} sum to {total}; make them sum to exactly 1",
                )


CHECKS: tuple[Callable[[Policy], Iterable[Problem]], ...] = (
    keys_are_unique,
    keys_have_letters,
    validity_ends_after_it_begins,
    validities_do_not_overlap,
    references_are_listed,
    tag_values_are_canonical,
    rules_assign_something,
    patterns_compile,
    targets_name_someone,
    fixed_weights_sum_to_one,
)


def _validity(row: Row) -> tuple[date, date]:
    """The half-open range of days on which a row holds."""
    return parsed_day(row["valid_from"]) or date.min, parsed_day(row["valid_to"]) or date.max


def _is_dated(row: Row) -> bool:
    return bool(row["valid_from"] or row["valid_to"])


def _told_by_day(name: str) -> tuple[str, ...]:
    """The key of a subject whose lines follow each other by day; none where a line has a key of its own."""
    return TOLD_BY_DAY[name][:1] if name in TOLD_BY_DAY else ()


def _overlap(one: Row, other: Row) -> bool:
    one_begins, one_ends = _validity(one)
    other_begins, other_ends = _validity(other)
    return one_begins < other_ends and other_begins < one_ends


def _as_csv(file: File, rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(file.header)
    writer.writerows([row[name] for name in file.header] for row in rows)
    return out.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    """Replace a file as a whole, and only when it changes: dbt parses changed files anew."""
    if path.is_file() and path.read_bytes() == content:
        return
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
