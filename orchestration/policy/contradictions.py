"""What is wrong between rows and files. Each check sees the whole policy and yields its problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import combinations

from orchestration.feeds import feeds
from orchestration.policy import budgets, sharing
from orchestration.policy.days import by_subject, is_dated, overlap, told_by_day, validity
from orchestration.policy.files import ASSIGNED, CANONICAL, FILES, TOLD_BY_DAY
from orchestration.policy.names import name_key
from orchestration.policy.namesakes import names_mean_one
from orchestration.policy.reading import Policy, Problem, Row
from orchestration.policy.successions import last_lines


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
            if told_by_day(name) == file.key and is_dated(row):
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
            begins, ends = validity(row)
            if ends <= begins:
                yield Problem(
                    name,
                    row.line,
                    f"valid_to {row['valid_to']} is not after valid_from {row['valid_from']}; "
                    "write the first day on which the line no longer holds",
                )


def validities_do_not_overlap(book: Policy) -> Iterator[Problem]:
    """On each day a pool has one policy, a role one rate, a team one name, a project and a resource one owner."""
    for name, (subject, _) in TOLD_BY_DAY.items():
        for rows in by_subject(book, name):
            for earlier, later in combinations(rows, 2):
                is_same_key = told_by_day(name) == FILES[name].key and not is_dated(earlier) and not is_dated(later)
                if overlap(earlier, later) and not is_same_key:
                    yield Problem(
                        name,
                        later.line,
                        f"{subject} {later[subject]!r} has overlapping dates, here and on line "
                        f"{earlier.line}; end one with valid_to on the day the other begins",
                    )


def ids_are_written_alike(book: Policy) -> Iterator[Problem]:
    """Two spellings are one name to a tag and two to a register: what the other line says would hold for nobody."""
    for name in ("teams", "projects"):
        subject, _ = TOLD_BY_DAY[name]
        first: dict[str, Row] = {}
        for row in book.sound(name):
            earlier = first.setdefault(name_key(row[subject]), row)
            # Lines that are in force together are told of already.
            if row[subject] != earlier[subject] and not overlap(earlier, row):
                yield Problem(
                    name,
                    row.line,
                    f"{subject} {row[subject]!r} is written {earlier[subject]!r} on line {earlier.line}; "
                    "write it alike on all of its lines",
                )


def unregistered_names_are_written_alike(book: Policy) -> Iterator[Problem]:
    """Without a register tags take the policy's spelling, and of two the other one would hold for nobody."""
    for register, column in (("teams", "team_id"), ("projects", "project_id")):
        if register in book.unread or book.rows[register]:
            continue
        first: dict[str, tuple[str, Row, str]] = {}
        for name, row, given, value in _named(book, register, column):
            other, earlier, written = first.setdefault(name_key(value), (name, row, value))
            if value != written:
                yield Problem(
                    name,
                    row.line,
                    f"{given} {value!r} is written {written!r} on line {earlier.line}"
                    f"{'' if other == name else f' of {other}.csv'}; "
                    f"write it alike everywhere, or list it in {register}.csv",
                )


def _named(book: Policy, register: str, column: str) -> Iterator[tuple[str, Row, str, str]]:
    """Where other files than its register name a team or a project: file, line, column and name."""
    dimension = column.removesuffix("_id")
    for name in FILES:
        for row in book.sound(name) if name != register else ():
            given = "canonical_value" if row["dimension"] == dimension else column
            for named in (given, f"owner_{column}"):
                if row[named]:
                    yield name, row, named, row[named]


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
        ("budgets", "team_id", "teams", teams),
        ("budgets", "project_id", "projects", projects),
        ("ownership_rules", "pool_id", "pools", pools),
        ("pool_policies", "pool_id", "pools", pools),
        ("pool_targets", "policy_id", "pool_policies", policies),
        ("pool_targets", "target_pool_id", "pools", pools),
        ("pool_drivers", "policy_id", "pool_policies", policies),
        ("pool_fallbacks", "policy_id", "pool_policies", policies),
        ("pool_steps", "policy_id", "pool_policies", policies),
        ("pool_clusters", "policy_id", "pool_policies", policies),
    ):
        for row in book.rows[name]:
            if listed is not None and row[column] and row[column] not in listed:
                yield Problem(
                    name,
                    row.line,
                    f"unknown {column} {row[column]!r}; add it to {register}.csv, or correct it",
                )
    for name in ("ownership_rules", "pool_drivers", "resales"):
        for row in book.rows[name]:
            if row["feed"] and row["feed"] not in feeds():
                yield Problem(name, row.line, f"unknown feed {row['feed']!r}; it is one of {', '.join(feeds())}")


def a_currency_is_worth_itself(book: Policy) -> Iterator[Problem]:
    """Money that is in the reporting currency already is never converted: another rate would be read and ignored."""
    for row in book.sound("exchange_rates"):
        if row["from_currency"] == row["to_currency"] and Decimal(row["rate"]) != 1:
            yield Problem(
                "exchange_rates",
                row.line,
                f"rate of {row['from_currency']} to itself cannot be {row['rate']!r}; remove the line, or write 1",
            )


def resales_name_a_report(book: Policy) -> Iterator[Problem]:
    """A line that fits no report would be read and ignored, and the same money counted twice."""
    for row in book.sound("resales"):
        if row["counted"] == "contract" and row["feed"] != "licenses":
            message = "only of GitHub's report (feed licenses) a contract may pay the seats; write bill or both"
            yield Problem("resales", row.line, f"counted cannot be 'contract' for feed {row['feed']!r}: {message}")
        if (row["feed"], row["account_id"]) == ("licenses", "licenses"):
            message = "which is no report; write the organization of GitHub's report, or github if it names none"
            yield Problem("resales", row.line, f"account_id 'licenses' is the register of contracts, {message}")


def no_team_is_above_itself(book: Policy) -> Iterator[Problem]:
    """The tree of a day has a top: whoever climbs it must arrive."""
    rows = [row for row in book.sound("teams") if row["team_id"]]
    told: set[frozenset[str]] = set()
    for day in sorted({validity(row)[0] for row in rows}):
        of_day = {row["team_id"]: row for row in rows if validity(row)[0] <= day < validity(row)[1]}
        parents = {team_id: row["parent_team_id"] for team_id, row in of_day.items()}
        for team_id, row in of_day.items():
            circle = _circle(parents, team_id)
            if circle and frozenset(circle) not in told:
                told.add(frozenset(circle))
                yield Problem(
                    "teams",
                    row.line,
                    f"team {team_id!r} is above itself ({' under '.join(circle)}); correct a parent_team_id",
                )


def successors_come_after_the_last_day(book: Policy) -> Iterator[Problem]:
    """Who carries on before the team has ended, or is the team itself again, would leave its money with two or none."""
    last = last_lines(book)
    successors = {team: row["successor_team_id"] for team, row in last.items()}
    told: set[frozenset[str]] = set()
    for row in book.sound("teams"):
        team_id = row["team_id"]
        if not row["successor_team_id"]:
            continue
        if row is not last[team_id]:
            advice = f"write it on the last line of the team, line {last[team_id].line}"
            message = f"team {team_id!r} goes on after this line, so nobody succeeds it yet; {advice}"
        elif not row["valid_to"]:
            message = (
                f"team {team_id!r} has a successor but no end; write valid_to, the first day on which it is no more"
            )
        elif (circle := _circle(successors, team_id)) and frozenset(circle) not in told:
            told.add(frozenset(circle))
            message = f"the successors of team {team_id!r} come back to it ({' to '.join(circle)}); correct one"
        else:
            continue
        yield Problem("teams", row.line, message)


def _circle(following: dict[str, str], start: str) -> list[str]:
    """The ids that follow each other from `start` back to it; none if they do not come back."""
    way = [start]
    while after := following.get(way[-1]):
        if after in way:
            return [*way, after] if after == start else []
        way.append(after)
    return []


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
    """A regular expression is asked of DuckDB, whose syntax has no look-around.

    In brackets, as it is searched among others: a quotation that it opens with \\Q must end in it.
    """
    rows = [row for row in book.rows["ownership_rules"] if row["operator"] == "regex"]
    if not rows:
        return
    import duckdb

    with duckdb.connect() as connection:
        for row in rows:
            try:
                connection.execute("select regexp_matches('', ?)", [f"(?:{row['pattern']})"])
            except duckdb.Error as error:
                reason = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
                yield Problem(
                    "ownership_rules",
                    row.line,
                    f"pattern {row['pattern']!r} is not a regular expression, {reason}; "
                    "correct it (RE2 syntax), or use the operator like",
                )


CHECKS: tuple[Callable[[Policy], Iterable[Problem]], ...] = (
    keys_are_unique,
    keys_have_letters,
    validity_ends_after_it_begins,
    validities_do_not_overlap,
    ids_are_written_alike,
    unregistered_names_are_written_alike,
    names_mean_one,
    references_are_listed,
    a_currency_is_worth_itself,
    resales_name_a_report,
    no_team_is_above_itself,
    successors_come_after_the_last_day,
    tag_values_are_canonical,
    rules_assign_something,
    patterns_compile,
    *sharing.CHECKS,
    *budgets.CHECKS,
)
