"""Sentences made from numbers. Each carries the exact amounts that it is made from, and where they are published."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from orchestration.dashboard import words
from orchestration.dashboard.asking import Period
from orchestration.dashboard.pages.budgets import Budget
from orchestration.dashboard.pages.movers import CHANGES, RESTATED
from orchestration.dashboard.pages.open_days import Provisional
from orchestration.dashboard.tables import Row, Table

MONTHLY = "showback.monthly_costs"


@dataclass(frozen=True)
class Sentence:
    """What is said, the table that says so, and its amounts by name."""

    says: str
    source: str
    amounts: dict[str, Decimal | int | None] = field(default_factory=dict)

    @property
    def proof(self) -> str:
        """The amounts to their last digit."""
        parts = [
            f"{words.name_words(name)} {words.number(amount) if isinstance(amount, int) else words.exact(amount)}"
            for name, amount in self.amounts.items()
        ]
        return "; ".join([self.source, *parts])


def costs(of: Period) -> str:
    """Where the costs of a month are, or of its first days."""
    return "showback.daily_costs" if of.day else MONTHLY


def total(of: Period, table: Table, whose: str) -> Sentence:
    """The month, and what it is compared with."""
    exact, shown = table.total, table.total["shown"]
    said = f"Effective cost{whose} in {of.says} is {words.money(shown['total_cost'])} {of.currency}"
    amounts = {of.says: exact["total_cost"]}
    if not of.has_before:
        said += f". There are no delivered costs of {words.month_words(of.before)} to compare with"
        return Sentence(f"{said}.", costs(of), amounts)
    percent = "" if exact["change_percent"] is None else f" ({words.change_percent(exact['change_percent'])})"
    said += f": {words.change(shown['change'])}{percent} against {of.says_before},"
    said += f" {words.money(shown['total_cost_before'])}"
    return Sentence(f"{said}.", costs(of), amounts | {of.says_before: exact["total_cost_before"]})


def budget(of: Period, found: Budget | None, whose: str) -> Sentence | None:
    """What of the budget is spent; of a month that is not over also what an even part of each day is."""
    if found is None:
        return None
    of_whom = f" of {found.whose}" if found.whose else whose
    said = (
        f"The budget{of_whom} for {words.month_words(of.month)} is {words.money(found.monthly_budget)} {of.currency}:"
    )
    said += f" {words.money(found.spent_to_date)} are spent ({found.part}), {found.rest}"
    amounts = {"budget": found.monthly_budget, "spent": found.spent_to_date}
    if of.day:
        said += f". Up to day {of.day} an even part of each day is {words.money(found.expected_to_date)}"
        amounts["expected"] = found.expected_to_date
    return Sentence(f"{said}.", "showback.budgets", amounts)


def provisional(of: Period, found: Provisional | None) -> Sentence | None:
    """That the month is not final, and how much of it can still change."""
    if found is None:
        return None
    return Sentence(
        f"The month is not final: {words.money(found.amount)} {of.currency} of it, of {found.days}, are on bills that"
        " came before it was over and settled, and can still change.",
        "showback.daily_costs, showback.provisional_days",
        {"provisional": found.amount},
    )


def parts(of: Period, table: Table) -> Sentence:
    """What a team's own charges are, and what pools are."""
    exact, shown = table.total, table.total["shown"]
    return Sentence(
        f"Of it {words.money(shown['direct_cost'])} {of.currency} are its own charges, and"
        f" {words.money(shown['shared_cost'])} come from pools, less what its own pools gave away.",
        costs(of),
        {"direct": exact["direct_cost"], "shared": exact["shared_cost"]},
    )


def largest(of: Period, table: Table, key: str, what: str) -> Sentence | None:
    """The largest row of a breakdown, which has them by size."""
    if not table.rows or not table.total["total_cost"]:
        return None
    row = table.rows[0]
    share = row["total_cost"] / abs(table.total["total_cost"])
    return Sentence(
        f"The largest {what} is {name(table, key, row)}: {words.money(row['shown']['total_cost'])} {of.currency},"
        f" {words.percent(share)} of the total.",
        costs(of),
        {name(table, key, row): row["total_cost"], "total": table.total["total_cost"]},
    )


def risen_and_fallen(of: Period, table: Table, key: str, what: str) -> list[Sentence]:
    """The row that rose most and the row that fell most."""
    found = []
    if not of.has_before:
        return found
    for verb, row in (
        ("rose", max(table.rows, key=lambda row: row["change"], default=None)),
        ("fell", min(table.rows, key=lambda row: row["change"], default=None)),
    ):
        if row is None or (row["change"] <= 0 if verb == "rose" else row["change"] >= 0):
            continue
        called, shown = name(table, key, row), row["shown"]
        found.append(
            Sentence(
                f"The {what} that {verb} most is {called}: {words.change(shown['change'])} {of.currency}, from"
                f" {words.money(shown['total_cost_before'])} to {words.money(shown['total_cost'])}.",
                costs(of),
                {of.says_before: row["total_cost_before"], of.says: row["total_cost"]},
            )
        )
    return found


def split(of: Period, table: Table, key: str, what: str) -> Sentence | None:
    """All rows of a short breakdown."""
    if not table.rows:
        return None
    listed = "; ".join(
        f"{name(table, key, row)} {words.money(row['shown']['total_cost'])} {of.currency}" for row in table.rows
    )
    return Sentence(
        f"By {what}: {listed}.", costs(of), {name(table, key, row): row["total_cost"] for row in table.rows}
    )


def covered(of: Period, coverage: Row) -> Sentence | None:
    """How much nobody owns, before sharing."""
    if not coverage["total_cost"]:
        return None
    share = coverage["unallocated_cost"] / coverage["total_cost"]
    return Sentence(
        f"Before sharing {words.money(coverage['unallocated_cost'])} {of.currency} of {words.month_words(of.month)}"
        f" have no owner, {words.percent(share)} of {words.money(coverage['total_cost'])}.",
        "coverage.allocation_coverage",
        {"unallocated": coverage["unallocated_cost"], "total": coverage["total_cost"]},
    )


def moved(of: Period, movers: Table, comparison: Table, count: int = 5) -> list[Sentence]:
    """The largest changes with what was computed of their cause, and the rest, so that all add up to the change."""
    if not of.has_before:
        return []
    told = movers.rows[:count]
    found = [mover(of, row) for row in told]
    total = comparison.total["total_cost"] - comparison.total["total_cost_before"]
    rest = total - sum((row["amount"] - row["before"] for row in told), Decimal(0))
    others = len(movers.rows) - len(told)
    if others or rest:
        found.append(
            Sentence(
                f"{words.number(others)} smaller {'change comes' if others == 1 else 'changes come'} to"
                f" {words.change(rest)} {of.currency}; with those above they are the whole change of"
                f" {words.change(total)}.",
                f"{costs(of)}, showback.movers, showback.ledger",
                {"smaller changes": rest, "change": total},
            )
        )
    return found


def mover(of: Period, row: Row) -> Sentence:
    """One change, with its causes."""
    shown = row["shown"]
    amounts = {of.says_before: row["before"], of.says: row["amount"]}
    if "given" in row:
        amounts |= {
            f"the pool gave, {of.says_before}": row["given_before"],
            f"the pool gave, {of.says}": row["given"],
        }
    else:
        amounts |= {f"{name} change": row[f"{name}_change"] for name in CHANGES if row[f"{name}_change"] is not None}
        amounts |= {name.replace("_", " "): row[name] for name in RESTATED if row[name]}
        if row["usage_change"] is not None:
            amounts |= {f"quantity, {of.says_before}": row["quantity_before"], f"quantity, {of.says}": row["quantity"]}
    causes = words.name_words("; ".join(row["why"].split("\n")))
    return Sentence(
        f"{words.name_words(row['what'])} ({words.name_words(row['how'])}): {words.change(shown['change'])}"
        f" {of.currency}, from {words.money(shown['before'])} to {words.money(shown['amount'])}; {causes}.",
        "showback.ledger" if "given" in row else "showback.movers",
        amounts,
    )


def name(table: Table, key: str, row: Row) -> str:
    """What a row is called, as its table shows it."""
    (column,) = (column for column in table.columns if column.key == key)
    return table.text(row, column)
