"""A difference as text for a terminal, a pipe or a file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from rich.text import Text

from orchestration.explain.explanation import Column, Row, Section
from orchestration.explain.terminal import console_for, grid, print_sections, printed
from orchestration.explain.words import joined, money
from orchestration.policy.diff.difference import Difference

# Of each table, the largest amounts; the written tables have all.
SHOWN = 40

MONTH = Column("month", "month", "name")
COMPONENT = Column("cost_component", "component", "name")
AMOUNTS = (Column("total_cost", "effective", "money"), Column("billed_cost", "billed", "money"))
CURRENCY = Column("currency", "", "name")


def render(difference: Difference, before: Path, after: Path) -> str:
    """What would change, rounded to cents for reading only; the totals are exact."""
    sections = [section for section in sections_of(difference) if section.rows]
    console = console_for(sections)
    console.print(Text(f"{after} instead of {before}"), soft_wrap=True)
    if difference.changed:
        console.print()
        files = [
            (f"{name}.csv", f"lines gone: {gone:,}, new: {new:,}") for name, (gone, new) in difference.changed.items()
        ]
        console.print(grid(files, "left"))
    print_sections(console, sections)
    console.print()
    console.print(Text(conclusion(difference)), soft_wrap=True)
    return printed(console)


def sections_of(difference: Difference) -> list[Section]:
    """The tables, from the single change to the whole."""
    moved = difference.of("moved")
    pools = difference.of("given out otherwise", "shared otherwise")
    valued = difference.of("valued otherwise")
    source, target = Column("source", "from"), Column("target", "to")
    reasons = (Column("from_reason", "by"), Column("to_reason", "now by"))
    owned = (Column("team_id", "team"), Column("project_id", "project"), Column("lifecycle_stage", "stage"))
    changes = (Column("total_cost_change", "change", "money"), Column("billed_cost_change", "billed change", "money"))
    sides = (Column("before", "before", "money"), Column("after", "after", "money"))
    return [
        Section("Charges that move", (MONTH, COMPONENT, source, target, *reasons, *AMOUNTS, CURRENCY), largest(moved)),
        Section(
            "Pools that give otherwise",
            (MONTH, COMPONENT, source, target, *reasons, *AMOUNTS, CURRENCY),
            largest(pools),
        ),
        Section("Charges at other rates", (MONTH, COMPONENT, target, *AMOUNTS, CURRENCY), largest(valued)),
        Section(
            "What another team answers for today",
            (MONTH, COMPONENT, source, target, *AMOUNTS, CURRENCY),
            largest(difference.today),
        ),
        Section("Who gains and who loses", (MONTH, *owned, COMPONENT, *sides, *changes, CURRENCY), owners(difference)),
        Section(
            "What each team's cost changes by",
            (MONTH, Column("team_id", "team"), *sides, *changes, CURRENCY),
            [row for row in map(in_cents, difference.teams) if row["total_cost_change"] or row["billed_cost_change"]],
        ),
        Section("Totals", (MONTH, *sides, *changes, CURRENCY), difference.totals),
    ]


def largest(changes: list[Row]) -> list[Row]:
    """The largest changes by month, and the others in one row."""
    by_size = sorted(changes, key=lambda row: (abs(row["total_cost"]), abs(row["billed_cost"])), reverse=True)
    shown, others = by_size[:SHOWN], by_size[SHOWN:]
    rows = [
        in_cents(row) | {"source": owner(row, "from"), "target": owner(row, "to")}
        for row in sorted(shown, key=lambda row: (row["month"], row["cost_component"]))
    ]
    if others:
        amounts = {key: sum(row[key] for row in others) for key in ("total_cost", "billed_cost")}
        # Whatever a table shows of a change, this row has it, empty.
        more = dict.fromkeys(rows[0]) | {"target": f"{len(others):,} smaller ones", "currency": others[0]["currency"]}
        rows.append(in_cents(more | amounts))
    return rows


def owners(difference: Difference) -> list[Row]:
    """The owners whose cost changes the most, by month; the written tables have all."""
    by_size = sorted(difference.owners, key=lambda row: abs(row["total_cost_change"]), reverse=True)
    return [in_cents(row) for row in sorted(by_size[:SHOWN], key=lambda row: (row["month"], row["total_cost_change"]))]


def owner(change: Row, side: str) -> str:
    """`team / project / stage`, or the team alone where neither is known; what a pool holds is the pool's."""
    if change["change"] == "given out otherwise" and side == "to":
        return f"given out by {change['to_team_id']}"
    pool = change.get(f"{side}_pool_id")
    parts = {"whose": f"pool {pool}" if pool else change[f"{side}_team_id"]}
    parts |= {column: change.get(f"{side}_{column}") for column in ("project_id", "lifecycle_stage", "ai_activity")}
    if (parts["project_id"], parts["lifecycle_stage"], parts["ai_activity"]) == ("unallocated", "unknown", None):
        return joined(parts, "whose")
    return joined(parts, *parts, by=" / ")


def in_cents(row: Row) -> Row:
    """The amounts of a row, rounded for reading."""
    return {key: round(value, 2) if isinstance(value, Decimal) else value for key, value in row.items()}


def conclusion(difference: Difference) -> str:
    """What it comes to, in one line."""
    if not difference.changed:
        return "Both folders say the same: nothing would change."
    if difference.unexplained:
        months = ", ".join(row["month"] for row in difference.unexplained)
        return f"The totals of {months} are NOT equal, and no rate explains it."
    if difference.unequal:
        months = ", ".join(
            f"{row['month']} by {money(row['total_cost_change'])} {row['currency']}" for row in difference.unequal
        )
        why = "what other rates make of the same charges, or what resales.csv counts on one bill only"
        return f"Totals differ by {why}, and by nothing else: {months}."
    equal = "Totals are equal in every month, in effective and in billed cost, to the last decimal."
    if difference.changes:
        return equal
    moved = "No charge would move, but in the organization of today" if difference.today else "No money would move"
    return f"{moved}. {equal}"
