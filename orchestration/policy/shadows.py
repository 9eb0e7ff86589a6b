"""The rules that can never win, since better ones decide all that they match, on all their days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from orchestration.policy.days import validity
from orchestration.policy.files import GIVEN_BY_ID
from orchestration.policy.patterns import Pattern, patterns
from orchestration.policy.reading import Policy, Row

# What a rule decides, and the columns that decide it: a pool is an answer to whose it is.
DECIDED = {
    "owner": ("team_id", "pool_id"),
    "project": ("project_id",),
    "stage": ("lifecycle_stage",),
    "activity": ("ai_activity",),
}


# What the register of projects says of a project that a rule names.
SAID_OF_PROJECTS = {"owner", "stage"}


def shadowed(book: Policy) -> Iterator[tuple[Row, list[Row]]]:
    """Each rule that can never win, with those that win instead."""
    rules = book.sound("ownership_rules")
    pattern_by_line = {rule.line: pattern for rule, pattern in zip(rules, patterns(rules), strict=True)}
    registered = book.listed("projects", "project_id") or set()
    for ranked in rules_ranked(rules):
        before: list[tuple[Pattern, Row]] = []
        for rule in ranked:
            pattern = pattern_by_line[rule.line]
            better = [row for other, row in before if other.covers(pattern) and row["feed"] in ("", rule["feed"])]
            before.append((pattern, rule))
            winners = [
                days_covered(rule, [other for other in better if decides_first(other, rule, dimension)])
                for dimension in dimensions(rule, registered)
            ]
            if winners and all(winners):
                lines = {row.line: row for rows in winners for row in rows}
                yield rule, [lines[line] for line in sorted(lines)]


def rules_ranked(rules: list[Row]) -> list[list[Row]]:
    """The rules of one field and one kind of evidence, the better first. Others never meet the same value or place."""
    alike: dict[tuple[str, bool], list[Row]] = defaultdict(list)
    for rule in rules:
        is_by_id = rule["field"] in GIVEN_BY_ID and rule["operator"] == "equals"
        alike[rule["field"], is_by_id].append(rule)

    def rank(rule: Row) -> tuple[float, str]:
        return float(rule["priority"] or "inf"), rule["rule_id"]

    return [sorted(rows, key=rank) for rows in alike.values()]


def decides(rule: Row, dimension: str) -> bool:
    """Whether a rule itself gives a dimension."""
    return any(rule[column] for column in DECIDED[dimension])


def dimensions(rule: Row, registered: set[str]) -> list[str]:
    """What a rule may decide, by itself or by the register of the project that it names."""
    by_register = SAID_OF_PROJECTS if rule["project_id"] in registered else set()
    return [dimension for dimension in DECIDED if decides(rule, dimension) or dimension in by_register]


def decides_first(better: Row, rule: Row, dimension: str) -> bool:
    """Whether the better rule gives it before this one does; what a register says comes after what rules say."""
    is_same_project = not decides(rule, dimension) and better["project_id"] == rule["project_id"]
    return decides(better, dimension) or is_same_project


def days_covered(rule: Row, others: list[Row]) -> list[Row]:
    """Those of some rules that hold on all days of a rule, one after the other; none if a day is left."""
    day, end = validity(rule)
    used = []
    for other in sorted(others, key=validity):
        begins, ends = validity(other)
        if begins <= day < min(ends, end):
            day = ends
            used.append(other)
    return used if day >= end else []
