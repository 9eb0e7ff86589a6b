"""Project through its life: cost by stage and activity over time, moves between stages, and what a unit costs."""

from __future__ import annotations

from orchestration.dashboard import charts, words
from orchestration.dashboard.asking import Asked, Period, currencies, months_delivered, period
from orchestration.dashboard.pages import Page
from orchestration.dashboard.pages.budgets import budgets
from orchestration.dashboard.pages.comparing import by_month, compared, comparison
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

BY = {"lifecycle_stage": "stages", "ai_activity": "activities", "cost_component": "components", "team_id": "teams"}

TRANSITIONS = """
select
    month,
    from_stage,
    to_stage,
    month_before,
    cost_per_day_before,
    cost_per_day_after,
    cost_per_day_change
from lifecycle.stage_transitions
where project_id = $project and currency = $currency
order by month desc
"""

# What bills themselves count has its own cost. Tools often see a part of the use alone: where no bill counts, it is all
# cost of the component that is divided by all that they counted.
UNITS = """
with

billed_units as (
    select
        unnest(['token', 'tokens', '1k tokens', '1m tokens', 'gpu-hour', 'gpu-hours', 'gpu hours']) as unit,
        unnest([0.000001, 0.000001, 0.001, 1, 1, 1, 1]) as factor,
        if(unit like '%token%', 'model_api', 'compute') as cost_component
),

counted_by_tools as (
    select
        month,
        sum(total_cost) filter (cost_component = 'model_api') as model_api_cost,
        cast(sum(tokens) * 0.000001 as decimal(38, 12)) as tokens_million,
        sum(total_cost) filter (cost_component = 'compute') as compute_cost,
        sum(gpu_hours) as gpu_hours,
        sum(total_cost) filter (cost_component = 'compute' and ai_activity in ('training', 'fine_tuning', 'evaluation'))
            as run_cost,
        sum(runs) filter (ai_activity in ('training', 'fine_tuning', 'evaluation')) as runs
    from lifecycle.costs_by_stage
    where project_id = $project and currency = $currency and month in (select unnest($months))
    group by all
),

counted_by_bills as (
    select
        movers.month,
        sum(movers.direct_cost) filter (movers.cost_component = 'model_api') as model_api_cost,
        cast(sum(movers.quantity * billed_units.factor) filter (movers.cost_component = 'model_api') as decimal(38, 12))
            as tokens_million,
        sum(movers.direct_cost) filter (movers.cost_component = 'compute') as compute_cost,
        cast(sum(movers.quantity * billed_units.factor) filter (movers.cost_component = 'compute') as decimal(38, 12))
            as gpu_hours
    from showback.movers
    inner join billed_units
        on lower(movers.consumed_unit) = billed_units.unit
            and movers.cost_component = billed_units.cost_component
    where movers.project_id = $project and movers.currency = $currency and movers.month in (select unnest($months))
    group by all
),

counted as (
    select
        tools.*,
        bills.* exclude (month) rename (
            model_api_cost as billed_model_api_cost,
            tokens_million as billed_tokens_million,
            compute_cost as billed_compute_cost,
            gpu_hours as billed_gpu_hours
        ),
        coalesce(max(bills.tokens_million) over () > 0, false) as has_billed_tokens,
        coalesce(max(bills.gpu_hours) over () > 0, false) as has_billed_gpu_hours
    from counted_by_tools as tools
    left join counted_by_bills as bills
        on tools.month = bills.month
)

select
    month,
    if(has_billed_tokens, billed_model_api_cost, model_api_cost) as model_api_cost,
    if(has_billed_tokens, billed_tokens_million, tokens_million) as tokens_million,
    case
        when has_billed_tokens then if(billed_tokens_million is not null, 'bills', null)
        when tokens_million is not null then 'tools'
    end as tokens_by,
    if(has_billed_gpu_hours, billed_compute_cost, compute_cost) as compute_cost,
    if(has_billed_gpu_hours, billed_gpu_hours, gpu_hours) as gpu_hours,
    case
        when has_billed_gpu_hours then if(billed_gpu_hours is not null, 'bills', null)
        when gpu_hours is not null then 'tools'
    end as gpu_hours_by,
    run_cost,
    runs
from counted
order by month desc
"""

PROFILES = """
select
    lifecycle_stage,
    total_cost,
    active_days,
    cost_per_day,
    peak_cost_per_day,
    change_from_month_before_percent / 100 as change_from_month_before
from lifecycle.stage_profiles
where project_id = $project and currency = $currency and month = $month
order by total_cost desc, lifecycle_stage
"""


def page(publication: Publication, asked: Asked) -> Page:
    """One project, or the choice of one."""
    of = period(publication, asked)
    if of is None:
        return Page("Project", "project.html", shows={"period": None})
    project = asked.known("project", publication.projects)
    if project is None:
        return Page("Project", "project.html", shows={"period": of, "project": None, "projects": publication.projects})
    whose = f" of {words.name_words(publication.projects[project])}"
    months = months_delivered(publication, of.currency, of.month)
    breakdowns = []
    found = compared(publication, of, list(BY), "project_id = $project", project=project)
    for (dimension, key), rows in zip(BY.items(), found, strict=True):
        names = publication.teams if dimension == "team_id" else None
        for row in rows if names else ():
            row["link"] = words.link("/team", team=row["team_id"], month=of.month, currency=of.currency)
        breakdowns.append(comparison(key, of, dimension, rows, whose, with_shared=True, names=names, is_narrow=True))
    moves = transitions(publication, of, project, whose)
    profile = profiles(publication, of, project, whose)
    unit_costs = units(publication, of, project, whose, months)
    budgeted = budgets(publication, of, whose, project=project)
    return Page(
        publication.projects[project],
        "project.html",
        [*breakdowns, profile, moves, unit_costs, budgeted],
        {
            "period": of,
            "currencies": currencies(publication, of.month),
            "project": project,
            "projects": publication.projects,
            "total": breakdowns[0].total,
            "shared": breakdowns[0].total["shown"].get("shared_cost"),
            "breakdowns": breakdowns,
            "moves": moves,
            "profile": profile,
            "budgets": budgeted,
            "units": unit_costs,
            "charts": [
                over_time(publication, of, dimension, project, whose, months)
                for dimension in ("lifecycle_stage", "ai_activity")
            ],
        },
    )


def over_time(
    publication: Publication, of: Period, dimension: str, project: str, whose: str, months: list[str]
) -> charts.Chart:
    """The months of a project by stage or by activity."""
    name = {"lifecycle_stage": "stage", "ai_activity": "activity"}[dimension]
    return charts.stacked_months(
        f"By {name}, month by month",
        f"Effective cost{whose} by {name}, {of.currency}, {words.period_words(months)}.",
        by_month(publication, of, dimension, months, "project_id = $project", project=project),
        dimension,
        months,
        of.currency,
    )


def transitions(publication: Publication, of: Period, project: str, whose: str) -> Table:
    """When most of its money went to another stage than before."""
    return Table(
        "transitions",
        "Moves between stages",
        f"Months in which another stage than before had most of the effective cost{whose}; cost per day of the whole"
        f" project, {of.currency}.",
        [
            Column("month", "Month"),
            Column("from_stage", "From", "label"),
            Column("to_stage", "To", "label"),
            Column("month_before", "Compared with"),
            Column("cost_per_day_before", "A day before", "money"),
            Column("cost_per_day_after", "A day after", "money"),
            Column("cost_per_day_change", "Change", "change", minus=("cost_per_day_after", "cost_per_day_before")),
        ],
        publication.rows(TRANSITIONS, project=project, currency=of.currency),
        empty="It did not move to another stage in the months that were delivered.",
        has_total=False,
    )


def profiles(publication: Publication, of: Period, project: str, whose: str) -> Table:
    """What a day of a stage costs."""
    return Table(
        "profiles",
        "What a day costs",
        f"Effective cost{whose} per day with costs, {of.currency}, {words.month_words(of.month)}.",
        [
            Column("lifecycle_stage", "Stage", "label"),
            Column("active_days", "Days", "number"),
            Column("cost_per_day", "A day", "money"),
            Column("peak_cost_per_day", "Highest day", "money"),
            Column("change_from_month_before", "Against the month before", "change_percent"),
        ],
        publication.rows(PROFILES, project=project, currency=of.currency, month=of.month),
        empty=f"It had no costs in {words.month_words(of.month)}.",
        has_total=False,
    )


def units(publication: Publication, of: Period, project: str, whose: str, months: list[str]) -> Table:
    """What a million tokens and a GPU-hour cost, where both cost and use are known."""
    rows = publication.rows(UNITS, project=project, currency=of.currency, months=months)
    for row in rows:
        for name, cost, use in (
            ("cost_per_million", "model_api_cost", "tokens_million"),
            ("cost_per_gpu_hour", "compute_cost", "gpu_hours"),
            ("cost_per_run", "run_cost", "runs"),
        ):
            row[name] = row[cost] / row[use] if row[cost] is not None and row[use] else None
    return Table(
        "units",
        "Unit costs",
        f"Effective cost{whose}, {of.currency}. Tokens and GPU-hours that bills charge by, at the direct cost of"
        " these charges, from the second month on. Where no bill does, those that tools counted, with all cost of model"
        " APIs or compute (also without GPUs): what no tool reported is missing, which makes a unit look dearer. A run:"
        " the compute of training, fine tuning and evaluation by the runs of these that were tracked.",
        [
            Column("month", "Month"),
            Column("model_api_cost", "Model APIs", "money"),
            Column("tokens_million", "Million tokens", "number"),
            Column("tokens_by", "Counted by"),
            Column("cost_per_million", "Per million tokens", "money"),
            Column("compute_cost", "Compute", "money"),
            Column("gpu_hours", "GPU-hours", "number"),
            Column("gpu_hours_by", "Counted by"),
            Column("cost_per_gpu_hour", "Per GPU-hour", "money"),
            Column("run_cost", "Compute of runs", "money"),
            Column("runs", "Runs", "number"),
            Column("cost_per_run", "Per run", "money"),
        ],
        rows,
        empty="Neither cost nor use of it is known in these months.",
        has_total=False,
    )
