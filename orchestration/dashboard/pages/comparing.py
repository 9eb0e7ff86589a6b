"""A month against the one before, by one dimension: the table that several pages show."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.dashboard import words
from orchestration.dashboard.asking import Period
from orchestration.dashboard.pages import DIMENSIONS
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table


def compared(
    publication: Publication, period: Period, dimensions: Sequence[str], where: str = "true", **values: object
) -> list[list[dict]]:
    """By each dimension: total, direct and shared cost of the month, and total cost of the month before, largest first.

    `where` is SQL of ours, whose values are bound. All dimensions are summed in one pass.
    """
    assert set(dimensions) <= DIMENSIONS.keys()
    names = ", ".join(dimensions)
    rows = publication.rows(
        f"""
        with

        {period.costs},

        compared as (
            select
                {names},
                grouping({names}) as groups,
                cast(coalesce(sum(total_cost) filter (month = $month), 0) as decimal(38, 12)) as total_cost,
                cast(coalesce(sum(direct_cost) filter (month = $month), 0) as decimal(38, 12)) as direct_cost,
                cast(coalesce(sum(shared_cost) filter (month = $month), 0) as decimal(38, 12)) as shared_cost,
                cast(coalesce(sum(total_cost) filter (month = $before), 0) as decimal(38, 12)) as total_cost_before
            from costs
            where {where}
            group by grouping sets ({", ".join(f"({dimension})" for dimension in dimensions)})
        )

        select *
        from compared
        order by abs(total_cost) desc, abs(total_cost_before) desc, {names}
        """,
        **period.values,
        **values,
    )
    if not period.has_before:
        # What was never delivered is not zero.
        rows = [row | {"total_cost_before": None} for row in rows]
    # A bit is 1 where the dimension is not grouped by, the first dimension's on the left.
    everything, highest = 2 ** len(dimensions) - 1, len(dimensions) - 1
    found = [[row for row in rows if row["groups"] == everything - 2 ** (highest - n)] for n in range(len(dimensions))]
    return [[of_one(row, name) for row in rows_] for name, rows_ in zip(dimensions, found, strict=True)]


def of_one(row: dict, dimension: str) -> dict:
    """A row without the dimensions that it is not of."""
    return {name: value for name, value in row.items() if name not in DIMENSIONS or name == dimension}


def comparison(
    key: str,
    period: Period,
    dimension: str,
    rows: list[dict],
    whose: str = "",
    with_shared: bool = False,
    names: dict[str, str] | None = None,
    is_narrow: bool = False,
) -> Table:
    """The table of such rows; a narrow one has the month before in the download only."""
    name = DIMENSIONS[dimension]
    is_word = dimension not in ("team_id", "project_id", "provider_name")
    shared = [
        Column("direct_cost", "Direct", "money", within="total_cost"),
        Column("shared_cost", "Shared", "money", within="total_cost"),
    ]
    return Table(
        key,
        f"By {name}",
        f"Effective cost{whose}, {period.currency}, {period.says} and {period.says_before}.",
        [
            Column(dimension, name.capitalize(), "label" if is_word else "text", link="link", names=names),
            *(shared if with_shared else []),
            Column("total_cost", "Total" if with_shared else words.month_words(period.month), "money", has_bar=True),
            Column("total_cost_before", words.month_words(period.before), "money", is_shown=not is_narrow),
            Column("change", "Change", "change", minus=("total_cost", "total_cost_before")),
            Column("change_percent", "%", "change_percent", ratio=("change", "total_cost_before")),
        ],
        rows,
        empty=f"No costs{whose} in either month.",
    )


def by_month(
    publication: Publication, period: Period, dimension: str, months: list[str], where: str = "true", **values: object
) -> list[dict]:
    """Total cost of some months by one dimension, for charts."""
    assert dimension in DIMENSIONS
    return publication.rows(
        f"""
        select month, {dimension}, sum(total_cost) as amount
        from showback.monthly_costs
        where month in (select unnest($months)) and currency = $currency and {where}
        group by all
        """,
        months=months,
        currency=period.currency,
        **values,
    )
