"""The company's budgets: what finance planned for each half-year, and a reserve on top."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from orchestration.sample_company.company import RENAMED_TEAM
from orchestration.sample_company.database import load
from orchestration.sample_company.months import Month
from orchestration.sample_company.placement import OWNERS

if TYPE_CHECKING:
    import duckdb

# The lab's project was planned without the lab, which came from another team in the middle of the year.
_LAB = next(owner for owner in OWNERS if owner.kind == "lab" and owner.valid_to is None)


class Budget(NamedTuple):
    """What is limited, and how much may be spent beyond the plan."""

    budget_id: str
    team_id: str | None
    project_id: str | None
    cost_component: str | None
    reserve: Decimal
    # Planned at what the last month of the half-year costs, not at the dearest.
    is_tight: bool = False


BUDGETS = [
    Budget("company", None, None, None, Decimal("0.06")),
    Budget("people", None, None, "people", Decimal("0.04")),
    Budget("data-platform", "data-platform", None, None, Decimal("0.15")),
    Budget("language", "language", None, None, Decimal("0.10")),
    Budget("perception", RENAMED_TEAM, None, None, Decimal("0.10")),
    Budget("search", "search", None, None, Decimal("0.08")),
    Budget("search-models", "search", None, "model_api", Decimal("0.02"), is_tight=True),
    Budget("shelf-scan", RENAMED_TEAM, "shelf-scan", None, Decimal("0.10")),
    Budget("warehouse-routing", _LAB.team_id, _LAB.project_id, None, Decimal("0.04"), is_tight=True),
]

# Who has it by a tag or rule pays it. What is shared is planned by the weights that finance has for fees, and of a
# project by its part of the team.
_PLANNED = """
create or replace table planned as
with

costs as (
    select
        truth.* exclude (effective_cost),
        cast(truth.effective_cost as decimal(18, 4)) * coalesce(rates.rate, 1) as cost,
        attribution like 'pool:%' as is_shared,
        if(attribution = 'untagged', null, truth.team_id) as payer
    from truth
    left join rates on truth.month = rates.month and truth.billing_currency = rates.from_currency
),

own as (
    select
        month,
        payer as team_id,
        project_id,
        cost_component,
        attribution,
        sum(cost) as own_cost
    from costs
    where not is_shared
    group by month, payer, project_id, cost_component, attribution
),

teams as (
    select month, team_id, sum(own_cost) as team_cost
    from own
    group by month, team_id
),

shared as (
    select month, weights.team_id, cast(sum(cost) as double) * weights.weight as shared_cost
    from costs, weights
    where is_shared
    group by month, weights.team_id, weights.weight
)

select own.*, cast(own_cost * (1 + coalesce(shared_cost / team_cost, 0)) as decimal(18, 4)) as total_cost
from own
left join teams using (month, team_id)
left join shared using (month, team_id)
"""


def budgets(
    connection: duckdb.DuckDBPyConnection,
    months: list[Month],
    rates: list[tuple[str, str, str, str]],
    weights: dict[str, str],
) -> list[tuple[Any, ...]]:
    """A line per budget and half-year of the exported months."""
    load(connection, "rates", "month varchar, from_currency varchar, to_currency varchar, rate decimal(10, 4)", rates)
    whole = sum(map(Decimal, weights.values()))
    load(
        connection,
        "weights",
        "team_id varchar, weight double",
        [(team_id, Decimal(weight) / whole) for team_id, weight in weights.items()],
    )
    connection.execute(_PLANNED)
    halves: dict[date, list[Month]] = {}
    for month in months:
        halves.setdefault(date(month.year, 1 if month.number <= 6 else 7, 1), []).append(month)
    return [
        (*budget[:4], "USD", round_amount(planned(connection, budget, half) * (1 + budget.reserve)), first, end)
        for budget in BUDGETS
        for (first, half), end in zip(halves.items(), [*list(halves)[1:], None], strict=True)
    ]


def planned(connection: duckdb.DuckDBPyConnection, budget: Budget, half: list[Month]) -> Decimal:
    """What a month of a half-year was planned at."""
    of_month = dict(
        connection.execute(
            f"""
            select month, sum({"total_cost" if budget.cost_component is None else "own_cost"})
            from planned
            where coalesce(team_id = $team_id, $team_id is null)
                and coalesce(project_id = $project_id, $project_id is null)
                and coalesce(cost_component = $cost_component, $cost_component is null)
                and (attribution <> 'rule' or coalesce($project_id <> $lab_project_id, true))
            group by month
            """,
            {
                "team_id": budget.team_id,
                "project_id": budget.project_id,
                "cost_component": budget.cost_component,
                "lab_project_id": _LAB.project_id,
            },
        ).fetchall()
    )
    amounts = [Decimal(of_month.get(str(month), 0)) for month in half]
    return amounts[-1] if budget.is_tight else max(amounts)


def round_amount(amount: Decimal) -> int:
    """Up to three digits that are not zero, as budgets are written."""
    step = Decimal(10) ** max(amount.adjusted() - 2, 0)
    return int((amount / step).to_integral_value(ROUND_CEILING) * step)
