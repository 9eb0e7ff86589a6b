"""What is wrong in `budgets.csv`: see `docs/policy.md`. Each check sees the whole policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from orchestration.policy.days import overlap
from orchestration.policy.kinds import parsed_day
from orchestration.policy.reading import Policy, Problem, Row
from orchestration.project import reporting_currency

SCOPE = ("team_id", "project_id", "lifecycle_stage", "cost_component")


def budgets_hold_for_whole_months(book: Policy) -> Iterator[Problem]:
    """A budget is of a month: of one that it holds for in part nobody knows how much."""
    for row in book.sound("budgets"):
        for column in ("valid_from", "valid_to"):
            day = parsed_day(row[column])
            if day and day.day != 1:
                first = day.replace(day=1)
                yield Problem("budgets", row.line, f"{column} {day} is within a month; write its first day, as {first}")


def budgets_are_in_the_reporting_currency(book: Policy) -> Iterator[Problem]:
    """What is spent is in the reporting currency: another would be compared with it as if they were one."""
    rows = book.sound("budgets")
    expected = reporting_currency() if rows else ""
    for row in rows:
        if row["currency"] != expected:
            yield Problem(
                "budgets",
                row.line,
                f"currency {row['currency']!r} of budget {row['budget_id']!r} is not the reporting currency; "
                f"write {expected}, and the amount in it",
            )


def money_has_one_budget(book: Policy) -> Iterator[Problem]:
    """Two budgets of the same money in one month leave open which is kept. One within another is no contradiction."""
    rows_by_scope: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in book.sound("budgets"):
        rows_by_scope[tuple(row[column] for column in SCOPE)].append(row)
    for scope, rows in rows_by_scope.items():
        for earlier, later in combinations(rows, 2):
            if earlier["budget_id"] != later["budget_id"] and overlap(earlier, later):
                given = zip(SCOPE, scope, strict=True)
                what = " and ".join(f"{column} {value!r}" for column, value in given if value) or "everything"
                yield Problem(
                    "budgets",
                    later.line,
                    f"budget {later['budget_id']!r} is of {what}, as is {earlier['budget_id']!r} on line "
                    f"{earlier.line} in the same months; keep one, or end one with valid_to",
                )


CHECKS: tuple[Callable[[Policy], Iterable[Problem]], ...] = (
    budgets_hold_for_whole_months,
    budgets_are_in_the_reporting_currency,
    money_has_one_budget,
)
