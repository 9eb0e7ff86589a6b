"""Budgets of a month, and what of them is spent: rows of showback.budgets, which are parts of each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orchestration.dashboard import words
from orchestration.dashboard.asking import Period
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Row, Table

BUDGETS = """
select
    budget_id,
    team_id,
    project_id,
    lifecycle_stage,
    cost_component,
    monthly_budget,
    expected_to_date,
    spent_to_date,
    remaining,
    spent_share
from showback.budgets
where month = $month and currency = $currency and ($team is null or team_id = $team)
    and ($project is null or project_id = $project)
order by spent_share desc nulls first, budget_id
"""

# So much of a budget is spent that it is told before it is exceeded.
CLOSE = Decimal("0.95")
AMOUNTS = ("monthly_budget", "expected_to_date", "spent_to_date")
SCOPE = ("team_id", "project_id", "lifecycle_stage", "cost_component")


@dataclass(frozen=True)
class Budget:
    """What the month's total is compared with: one budget, or those of whole teams together."""

    whose: str
    monthly_budget: Decimal
    expected_to_date: Decimal
    spent_to_date: Decimal

    @property
    def part(self) -> str:
        """How much of it is spent, in percent; nothing of a budget of nothing."""
        return words.percent(self.spent_to_date / self.monthly_budget) if self.monthly_budget else words.NOTHING

    @property
    def rest(self) -> str:
        """What is left of it, or too much."""
        left = self.monthly_budget - self.spent_to_date
        return f"{words.money(left)} left" if left >= 0 else f"over by {words.money(-left)}"


def state(monthly_budget: Decimal, expected: Decimal, spent: Decimal) -> str:
    """How a budget stands: more than an even part of each day is told before the budget is used up."""
    if spent > monthly_budget:
        return f"over by {words.money(spent - monthly_budget)}"
    if spent > expected:
        return f"{words.money(spent - expected)} more than its days"
    if spent > CLOSE * monthly_budget:
        return f"close: {words.money(monthly_budget - spent)} left"
    return "within"


def budgets(
    publication: Publication, of: Period, whose: str = "", team: str | None = None, project: str | None = None
) -> Table:
    """The budgets of all, or of a team or a project and their parts."""
    rows = publication.rows(BUDGETS, month=of.month, currency=of.currency, team=team, project=project)
    for row in rows:
        row["of"] = scope(publication, row)
        row["state"] = state(row["monthly_budget"], row["expected_to_date"], row["spent_to_date"])
    until = f" Expected: an even part of it for each day, up to day {of.day}." if of.day else ""
    return Table(
        "budgets",
        "Budgets",
        f"Effective cost{whose}, direct and shared, {of.currency}, {of.says}, against the budgets of the policy."
        f" Some are parts of others, so they have no total.{until}",
        [
            Column("budget_id", "Budget"),
            Column("of", "Of"),
            Column("monthly_budget", "Monthly", "money"),
            Column("expected_to_date", "Expected", "money", is_shown=of.day is not None),
            Column("spent_to_date", "Spent", "money"),
            Column("spent_share", "%", "percent"),
            Column("remaining", "Left", "money"),
            Column("state", "State"),
        ],
        rows,
        empty=none_of(publication, of, whose),
        has_total=False,
        limit=10,
    )


def none_of(publication: Publication, of: Period, whose: str) -> str:
    """That there is no budget, and where one is written."""
    month = words.month_words(of.month)
    if publication.newest_month and of.month > publication.newest_month:
        return f"{month} has not begun: nothing is compared with its budgets."
    return f"The policy has no budget{whose} for {month}, so nothing is compared with one: add a line to budgets.csv."


def scope(publication: Publication, row: Row) -> str:
    """Whose and what a budget is, in words."""
    given = [
        publication.teams.get(row["team_id"], row["team_id"]),
        publication.projects.get(row["project_id"], row["project_id"]),
        *(row[name] and words.label(row[name]) for name in ("lifecycle_stage", "cost_component")),
    ]
    return ", ".join(each for each in given if each) or "everything"


def main_budget(table: Table, team: str | None = None) -> Budget | None:
    """The budget of everything, or of the whole team; where everything has none, what whole teams have together."""
    of_team = [row for row in table.rows if row["team_id"] and not any(row[name] for name in SCOPE[1:])]
    of_all = [row for row in table.rows if not any(row[name] for name in SCOPE)]
    rows = of_team if team is not None else of_all or of_team
    if not rows:
        return None
    count = words.number(len(rows))
    whose = "" if team is not None or of_all else f"{count} {'team' if len(rows) == 1 else 'teams'}"
    return Budget(whose, *(sum((row[name] for row in rows), Decimal(0)) for name in AMOUNTS))
