"""What is suspicious in a policy that works: a run goes on and says it. Each check yields its warnings.

Refused is what has two meanings, warned of what has one that is hardly meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from orchestration.policy.days import by_subject, month_after, validity
from orchestration.policy.files import BY_USE, TOLD_BY_DAY
from orchestration.policy.names import name_key
from orchestration.policy.namesakes import names_are_not_handed_on
from orchestration.policy.patterns import patterns
from orchestration.policy.reading import Policy, Problem, Row
from orchestration.policy.shadows import shadowed
from orchestration.policy.splits import splits
from orchestration.policy.successions import heirs, last_lines


def rules_can_win(book: Policy) -> Iterator[Problem]:
    """A rule whose charges better ones always catch has no effect, and looks as if it had."""
    for rule, better in shadowed(book):
        lines = " and ".join(f"{other.line} (rule {other['rule_id']!r})" for other in better)
        yield Problem(
            "ownership_rules",
            rule.line,
            f"rule {rule['rule_id']!r} can never win, since what it matches is decided on line {lines}; "
            "remove it, narrow the better rule, or give this one a better priority",
        )


def regular_expressions_tell_something(book: Policy) -> Iterator[Problem]:
    """A slip such as `gpu|` gives everything to one owner. Who means everything writes `like` and `%`."""
    rules = [rule for rule in book.sound("ownership_rules") if rule["operator"] == "regex"]
    for rule, pattern in zip(rules, patterns(rules), strict=True):
        if pattern.kind == "everything":
            yield Problem(
                "ownership_rules",
                rule.line,
                f"pattern {rule['pattern']!r} matches every {rule['field']}; narrow it, "
                "or write the operator like with the pattern % if all that is left is meant",
            )


def days_follow_each_other(book: Policy) -> Iterator[Problem]:
    """Between two lines of one subject, days that neither holds for are mostly a typing error."""
    for name, (subject, _) in TOLD_BY_DAY.items():
        for rows in by_subject(book, name):
            for earlier, later in pairwise(sorted(rows, key=validity)):
                ended, begins = validity(earlier)[1], validity(later)[0]
                if ended < begins:
                    yield Problem(
                        name,
                        later.line,
                        f"{subject} {later[subject]!r} has no line from {ended} until {begins}, after line "
                        f"{earlier.line}; let one begin on the day the other ends, unless the gap is meant",
                    )


def months_follow_each_other(book: Policy) -> Iterator[Problem]:
    """A month without a rate between two that have one stops the run as soon as it is billed."""
    rows_by_pair: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in book.sound("exchange_rates"):
        rows_by_pair[row["from_currency"], row["to_currency"]].append(row)
    for (from_currency, to_currency), rows in rows_by_pair.items():
        for earlier, later in pairwise(sorted(rows, key=lambda row: row["month"])):
            missing = month_after(earlier["month"])
            if missing < later["month"]:
                yield Problem(
                    "exchange_rates",
                    later.line,
                    f"{from_currency} to {to_currency} has no rate from {missing} until {later['month']}, after line "
                    f"{earlier.line}; add the months between",
                )


def teams_above_are_there(book: Policy) -> Iterator[Problem]:
    """A report by the tree would put a team under one that is no more."""
    ends = {team_id: validity(row)[1] for team_id, row in last_lines(book).items()}
    for row in book.sound("teams"):
        above = row["parent_team_id"]
        if ends.get(above, date.max) < validity(row)[1]:
            yield Problem(
                "teams",
                row.line,
                f"team {row['team_id']!r} is under team {above!r} also after that has ended on {ends[above]}; "
                "give it a line from that day on, with who is above it then",
            )


def successors_go_on(book: Policy) -> Iterator[Problem]:
    """What is left to a team that had ended by then stays with one that is no more. Told where the way leads there."""
    last = last_lines(book)
    lost: dict[str, tuple[str, date]] = {}
    for team_id in last:
        *passed, end = [team_id, *heirs(last, team_id)]
        ends = validity(last[end])[1]
        left = max((validity(last[before])[1] for before in passed), default=date.min)
        if ends <= left < date.max and not last[end]["successor_team_id"]:
            lost[team_id] = (end, ends)
    for team_id, (end, ends) in lost.items():
        row = last[team_id]
        if row["successor_team_id"] not in lost:
            yield Problem(
                "teams",
                row.line,
                f"successor_team_id {row['successor_team_id']!r} of team {team_id!r} leaves all to team {end!r}, which "
                f"had ended by then, on {ends}; name one that goes on",
            )


def targets_go_on(book: Policy) -> Iterator[Problem]:
    """Of a team that has ended others carry on; where use is weighed, theirs counts only if they take part."""
    last = last_lines(book)
    for split in splits(book):
        if not split.row.sound or not split.first(*BY_USE):
            continue
        rows = [row for row in split.targets if row.sound]
        teams = {row["team_id"] for row in rows}
        for row in rows:
            team_id = row["team_id"]
            after = heirs(last, team_id)
            # A target without a team has any.
            if not after or teams.intersection({*after, ""}) or Decimal(row["weight"] or 1) == 0:
                continue
            ends = validity(last[team_id])[1]
            if ends < validity(split.row)[1]:
                yield Problem(
                    "pool_targets",
                    row.line,
                    f"team {team_id!r} has ended on {ends}, and what its successor {after[0]!r} uses from then on "
                    f"takes no part in policy {split.policy_id!r}; add a line for it, or end the policy",
                )


def owners_are_registered(book: Policy) -> Iterator[Problem]:
    """What a rule or a listed tag value gives is taken as written: a typing error is an owner of its own."""
    for register, column in (("teams", "team_id"), ("projects", "project_id")):
        ids = book.listed(register, column)
        if not ids:
            continue
        dimension = column.removesuffix("_id")
        known = {name_key(row[name]) for row in book.rows[register] for name in (column, f"{dimension}_name")}
        # What tools write for nobody (a scheduler's default account) may be said to be nobody.
        known.add("unallocated")
        given = [("ownership_rules", row, row[column]) for row in book.sound("ownership_rules")]
        given = [it for it in given if it[2] and it[2] not in ids]
        given += [
            ("tag_values", row, row["canonical_value"])
            for row in book.sound("tag_values")
            if row["dimension"] == dimension and name_key(row["canonical_value"]) not in known
        ]
        for name, row, value in given:
            yield Problem(
                name,
                row.line,
                f"{dimension} {value!r} is not in {register}.csv; add it there, or correct it",
            )


CHECKS: tuple[Callable[[Policy], Iterable[Problem]], ...] = (
    rules_can_win,
    regular_expressions_tell_something,
    days_follow_each_other,
    months_follow_each_other,
    names_are_not_handed_on,
    teams_above_are_there,
    successors_go_on,
    targets_go_on,
    owners_are_registered,
)
