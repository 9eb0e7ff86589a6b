"""Overview: the month against the one before and its budgets, by component, provider, stage and team."""

from __future__ import annotations

from decimal import Decimal

from orchestration.dashboard import charts, words
from orchestration.dashboard.asking import Asked, Period, currencies, months_delivered, period
from orchestration.dashboard.pages import Page
from orchestration.dashboard.pages.budgets import budgets, main_budget
from orchestration.dashboard.pages.comparing import by_month, compared, comparison
from orchestration.dashboard.pages.open_days import Provisional, estimates, provisional
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

COVERAGE = """
select
    provider_name,
    sum(owned_cost) as owned_cost,
    sum(shared_cost) as shared_cost,
    sum(unallocated_cost) as unallocated_cost,
    sum(total_cost) as total_cost
from coverage.allocation_coverage
where month = $month and currency = $currency
group by all
order by abs(sum(unallocated_cost)) desc, provider_name
"""

# A charge of an earlier month that this one bills counts on its first day.
DAYS = """
with

by_day as (
    select
        month,
        case when strftime(charge_date, '%Y-%m') = month then day(charge_date) else 1 end as day,
        sum(total_cost) as total_cost
    from showback.daily_costs
    where month in ($month, $before) and currency = $currency
    group by all
)

select
    month,
    day,
    sum(total_cost) over (partition by month order by day) as amount
from by_day
order by month, day
"""

BILLED = """
select sum(billed_cost) as billed_cost
from showback.monthly_costs
where month = $month and currency = $currency
"""

BY = {"cost_component": "components", "provider_name": "providers", "lifecycle_stage": "stages", "team_id": "teams"}


def page(publication: Publication, asked: Asked) -> Page:
    """The first page that anybody sees."""
    of = period(publication, asked)
    estimated = estimates(publication, of)
    if of is None:
        return Page("Overview", "overview.html", [estimated], {"period": None, "estimates": estimated})
    tables = [
        breakdown(publication, of, dimension, key, rows)
        for (dimension, key), rows in zip(BY.items(), compared(publication, of, list(BY)), strict=True)
    ]
    (components, *_) = tables
    coverage = covered(publication, of)
    months = months_delivered(publication, of.currency, of.month)
    (billed,) = publication.one(BILLED, month=of.month, currency=of.currency).values()
    open_days = provisional(publication, of)
    budgeted = budgets(publication, of)
    return Page(
        "Overview",
        "overview.html",
        [*tables, coverage, estimated, budgeted],
        {
            "period": of,
            "budgets": budgeted,
            "budget": main_budget(budgeted),
            "provisional": open_days,
            "estimates": estimated,
            "currencies": currencies(publication, of.month),
            "total": components.total,
            "billed": billed,
            "coverage": coverage,
            "parts": coverage_parts(coverage),
            "charts": [days(publication, of, open_days), components_by_month(publication, of, months)],
        },
    )


def breakdown(publication: Publication, of: Period, dimension: str, key: str, rows: list[dict]) -> Table:
    """The month against the one before, by one dimension; a team leads to its page."""
    if dimension != "team_id":
        return comparison(key, of, dimension, rows)
    for row in rows:
        row["link"] = words.link("/team", team=row["team_id"], month=of.month, currency=of.currency)
    return comparison(key, of, dimension, rows, with_shared=True, names=publication.teams)


def covered(publication: Publication, of: Period) -> Table:
    """How much of each provider's money has an owner before sharing."""
    return Table(
        "coverage",
        "Allocation coverage",
        f"Effective cost before sharing, {of.currency}, {words.month_words(of.month)}."
        " Owned: somebody is named. Shared: a pool splits it. Unallocated: nobody is named.",
        [
            Column("provider_name", "Provider"),
            Column("owned_cost", "Owned", "money", within="total_cost"),
            Column("owned_percent", "%", "percent", ratio=("owned_cost", "total_cost")),
            Column("shared_cost", "Shared", "money", within="total_cost"),
            Column("shared_percent", "%", "percent", ratio=("shared_cost", "total_cost")),
            Column("unallocated_cost", "Unallocated", "money", within="total_cost"),
            Column("unallocated_percent", "%", "percent", ratio=("unallocated_cost", "total_cost")),
            Column("total_cost", "Total", "money"),
        ],
        publication.rows(COVERAGE, month=of.month, currency=of.currency),
    )


def coverage_parts(coverage: Table) -> list[dict]:
    """The parts of the bar of coverage; none where a part is below zero, for then they are no parts."""
    total = coverage.total
    parts = [
        {"name": name, "amount": total[f"{name}_cost"], "share": total[f"{name}_percent"]}
        for name in ("owned", "shared", "unallocated")
    ]
    is_drawn = total["total_cost"] and all((part["amount"] or Decimal(0)) >= 0 for part in parts)
    return parts if is_drawn else []


def days(publication: Publication, of: Period, open_days: Provisional | None) -> charts.Chart:
    """The month so far beside the month before, and which of its days are provisional."""
    lines: dict[str, list[tuple[int, Decimal]]] = {}
    for row in publication.rows(DAYS, month=of.month, before=of.before, currency=of.currency):
        lines.setdefault(row["month"], []).append((row["day"], row["amount"]))
    if of.day:
        lines[of.month] = [point for point in lines[of.month] if point[0] <= of.day]
    shown = (of.month, of.before) if of.has_before else (of.month,)
    return charts.cumulated_days(
        "Day by day",
        f"Effective cost added up over the month, {of.currency}, {of.says}"
        + (f" and {words.month_words(of.before)}." if of.has_before else ".")
        + " Charges of days before the month count on its first day."
        + (f" Provisional: {open_days.days}." if open_days else ""),
        {words.month_words(month): lines[month] for month in shown if month in lines},
        of.currency,
    )


def components_by_month(publication: Publication, of: Period, months: list[str]) -> charts.Chart:
    """What the months were made of."""
    return charts.stacked_months(
        "Month by month",
        f"Effective cost by component, {of.currency}, {words.period_words(months)}.",
        by_month(publication, of, "cost_component", months),
        "cost_component",
        months,
        of.currency,
    )
