"""Explore: any dimension by any other, filtered, to look at or to download. The link is the question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from orchestration.dashboard import words
from orchestration.dashboard.asking import Asked, Period, Wrong, months_delivered, period
from orchestration.dashboard.pages import DIMENSIONS, Page
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

AXES = {"month": "month", **DIMENSIONS}
MEASURES = {
    "total_cost": "effective cost, direct and shared",
    "direct_cost": "direct effective cost",
    "shared_cost": "shared effective cost",
    "billed_cost": "billed cost",
}
COLUMNS_SHOWN = 12
ROWS_SHOWN = 200
REST = "others"


def page(publication: Publication, asked: Asked) -> Page:
    """The answer to one question of sums."""
    of = period(publication, asked)
    if of is None:
        return Page("Explore", "explore.html", shows={"period": None})
    every_currency = sorted({row["currency"] for row in publication.months})
    of = replace(of, currency=asked.known("currency", every_currency, of.currency))
    rows = asked.one_of("rows", AXES, "team_id")
    columns = asked.one_of("columns", [*AXES, "none"], "month")
    measure = asked.one_of("measure", MEASURES, "total_cost")
    if rows == columns:
        columns = "none"
    delivered = months_delivered(publication, of.currency, of.month)
    last = asked.month(publication, "until", max(delivered, default=of.month))
    first = asked.month(publication, "from", min(months_delivered(publication, of.currency, last, 3), default=last))
    if first > last:
        raise Wrong(f"{words.month_words(first)} is after {words.month_words(last)}")
    question = {"rows": rows, "columns": columns, "measure": measure, "from": first, "until": last}
    choices = {dimension: values(publication, dimension) for dimension in DIMENSIONS}
    filters = {dimension: asked.known(dimension, choices[dimension]) for dimension in DIMENSIONS}
    filters = {dimension: value for dimension, value in filters.items() if value is not None}
    names = {"team_id": publication.teams, "project_id": publication.projects}
    cells = summed(publication, of, rows, columns, measure, first, last, filters)
    says = " ".join(
        [
            f"{MEASURES[measure].capitalize()}, {of.currency}, {words.period_words([first, last])}",
            *[f"and {DIMENSIONS[dimension]} {words.name_words(value)}" for dimension, value in filters.items()],
        ]
    )
    return Page(
        "Explore",
        "explore.html",
        [pivot(cells, rows, columns, says, names), long(cells, rows, columns, measure, says)],
        {
            "period": of,
            "axes": AXES,
            "axes_or_none": [*AXES.items(), ("none", "none")],
            "pairs": lambda names: [(name, name) for name in names],
            "measures": MEASURES,
            "chosen": question | filters,
            "choices": choices,
            "every_month": [row["month"] for row in publication.months if row["currency"] == of.currency],
            "currencies": every_currency,
        },
        question | {"currency": of.currency},
    )


def values(publication: Publication, dimension: str) -> dict[str, str]:
    """What a dimension can be filtered by."""
    if dimension == "team_id":
        return publication.teams
    if dimension == "project_id":
        return publication.projects
    return publication.known(dimension)


def summed(
    publication: Publication,
    of: Period,
    rows: str,
    columns: str,
    measure: str,
    first: str,
    last: str,
    filters: dict[str, str],
) -> list[dict]:
    """The sums, largest rows first. Names of columns come from the lists above; values are bound."""
    assert rows in AXES and columns in {*AXES, "none"} and measure in MEASURES and filters.keys() <= DIMENSIONS.keys()
    across = "''" if columns == "none" else columns
    conditions = "".join(f" and {dimension} = ${dimension}" for dimension in filters)
    return publication.rows(
        f"""
        select
            {rows} as down,
            {across} as across,
            sum({measure}) as amount
        from showback.monthly_costs
        where month between $first and $last and currency = $currency {conditions}
        group by all
        order by down, across
        """,
        first=first,
        last=last,
        currency=of.currency,
        **filters,
    )


def pivot(cells: list[dict], rows: str, columns: str, says: str, names: dict[str, dict[str, str]]) -> Table:
    """The sums as a table. What is shown adds up: each row to its total, and the totals to the grand one."""
    down, across = totals(cells, "down"), totals(cells, "across")
    order_down = sorted(down) if rows == "month" else sorted(down, key=lambda name: (-abs(down[name]), name))
    order_across = sorted(across) if columns == "month" else sorted(across, key=lambda name: (-abs(across[name]), name))
    if len(order_across) > COLUMNS_SHOWN:
        # Of months the last ones are wanted, of others the largest.
        kept = order_across[-COLUMNS_SHOWN + 1 :] if columns == "month" else order_across[: COLUMNS_SHOWN - 1]
    else:
        kept = order_across
    has_rest = len(kept) < len(order_across)
    keys = {name: f"c{place}" for place, name in enumerate(kept)}
    filled: dict[str, dict] = {name: {"name": name} for name in order_down}
    for cell in cells:
        key = keys.get(cell["across"], REST)
        row = filled[cell["down"]]
        row[key] = row.get(key, Decimal(0)) + cell["amount"]
    titles = {keys[name]: title(name, columns, names) for name in kept} | ({REST: REST} if has_rest else {})
    headers = {key: name for name, key in keys.items()}
    for row in filled.values():
        # No row of the mart is no cost there, which is not a cost of zero.
        row |= {key: row.get(key) for key in titles}
        row["total"] = down[row["name"]]
    between = (
        []
        if columns == "none"
        else [Column(key, text, "money", within="total", header=headers.get(key)) for key, text in titles.items()]
    )
    return Table(
        "pivot",
        f"By {AXES[rows]}" + ("" if columns == "none" else f" and {AXES[columns]}"),
        f"{says}.",
        [
            Column(
                "name",
                AXES[rows].capitalize(),
                names={name: title(name, rows, names) for name in order_down},
                header=rows,
            ),
            *between,
            Column("total", "Total", "money", has_bar=True),
        ],
        list(filled.values()),
        empty="No costs match.",
        limit=ROWS_SHOWN,
    )


def title(name: str, axis: str, names: dict[str, dict[str, str]]) -> str:
    """A name of an axis as it is shown."""
    if axis in names:
        return words.name_words(names[axis].get(name, name))
    if axis in ("lifecycle_stage", "ai_activity", "cost_component"):
        return words.label(name)
    return words.name_words(name)


def totals(cells: list[dict], key: str) -> dict[str, Decimal]:
    """Sums by one axis."""
    sums: dict[str, Decimal] = {}
    for cell in cells:
        sums[cell[key]] = sums.get(cell[key], Decimal(0)) + cell["amount"]
    return sums


def long(cells: list[dict], rows: str, columns: str, measure: str, says: str) -> Table:
    """The same sums one below the other, which is what programs like to read."""
    across = [] if columns == "none" else [Column("across", columns)]
    names = {"down": rows, "across": columns, "amount": measure}
    renamed = [{names[key]: value for key, value in cell.items() if key != "across" or across} for cell in cells]
    return Table(
        "long",
        "Every sum",
        says,
        [Column(names[column.key], column.title) for column in (Column("down", rows), *across)]
        + [Column(measure, measure, "money")],
        renamed,
        has_total=False,
    )
