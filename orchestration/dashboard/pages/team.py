"""Team: what it spent against its budgets, what moved and why, and what it could fix."""

from __future__ import annotations

from orchestration.dashboard import charts, words
from orchestration.dashboard.asking import Asked, Period, currencies, months_delivered, period
from orchestration.dashboard.pages import Page
from orchestration.dashboard.pages.budgets import budgets, main_budget
from orchestration.dashboard.pages.comparing import compared, comparison
from orchestration.dashboard.pages.movers import movers
from orchestration.dashboard.pages.open_days import estimates, provisional
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

BY = {
    "project_id": "projects",
    "lifecycle_stage": "stages",
    "ai_activity": "activities",
    "cost_component": "components",
}

MONTHS = """
select
    month,
    sum(direct_cost) as direct,
    sum(shared_cost) as shared
from showback.monthly_costs
where team_id = $team and currency = $currency and month in (select unnest($months))
group by all
"""

UNTAGGED = """
select
    provider_name,
    service_name,
    resource_id,
    confidence,
    evidence,
    effective_cost
from coverage.untagged_resources
where month = $month and currency = $currency and proposed_team_id = $team and confidence <> 'none'
order by abs(effective_cost) desc, provider_name, service_name, resource_id
"""

COMPLIANCE = """
select
    provider_name,
    service_name,
    usage_cost,
    usage_cost - compliant_cost as missing_cost
from coverage.tag_compliance
where month = $month and currency = $currency and team_id = $team
    and usage_cost <> compliant_cost
order by abs(missing_cost) desc, provider_name, service_name
"""

IDLE = """
select
    project_id,
    cost_component,
    provider_name,
    sum(total_cost) as total_cost
from showback.monthly_costs
where month = $month and currency = $currency and team_id = $team and ai_activity = 'idle'
group by all
order by abs(sum(total_cost)) desc, project_id, cost_component, provider_name
"""

# The mart knows a machine, not whose job let it idle: of a cluster, and for everybody.
IDLE_GPUS = """
select
    cluster_name,
    sum(gpu_hours_requested) as gpu_hours_requested,
    sum(gpu_hours_used) as gpu_hours_used,
    sum(gpu_hours_idle) as gpu_hours_idle
from (
    select distinct cluster_name, machine_id, gpu_hours_requested, gpu_hours_used, gpu_hours_idle
    from reconciliation.clusters_vs_bill
    where month = $month
)
group by all
having sum(gpu_hours_idle) > 0
order by gpu_hours_idle desc, cluster_name
"""

RESTATED = """
select
    restated_at,
    month,
    total_cost_before,
    total_cost,
    total_cost_change
from reconciliation.restatements
where team_id = $team and currency = $currency and month in ($month, $before)
order by restated_at desc, month
"""


def page(publication: Publication, asked: Asked) -> Page:
    """One team, or the choice of one."""
    of = period(publication, asked)
    team = asked.known("team", publication.teams)
    if of is None:
        waiting = None if team is None else estimates(publication, None, team, f" of {publication.teams[team]}")
        tables = [] if waiting is None else [waiting]
        return Page("Team", "team.html", tables, {"period": None, "estimates": waiting})
    if team is None:
        return Page(
            "Team", "team.html", shows={"period": of, "currencies": [], "team": None, "teams": publication.teams}
        )
    whose = f" of {words.name_words(publication.teams[team])}"
    tables = []
    found = compared(publication, of, list(BY), "team_id = $team", team=team)
    for (dimension, key), rows in zip(BY.items(), found, strict=True):
        names = publication.projects if dimension == "project_id" else None
        for row in rows if names else ():
            row["link"] = words.link("/project", project=row["project_id"], month=of.month, currency=of.currency)
        tables.append(comparison(key, of, dimension, rows, whose, with_shared=True, names=names, is_narrow=True))
    moved = movers(publication, of, team, whose)
    fixes = [
        untagged(publication, of, team, whose),
        unnamed(publication, of, team, whose),
        idle(publication, of, team, whose),
        idle_gpus(publication, of),
    ]
    restatements = restated(publication, of, team, whose)
    estimated = estimates(publication, of, team, whose)
    budgeted = budgets(publication, of, whose, team)
    return Page(
        publication.teams[team],
        "team.html",
        [*tables, moved, *fixes, restatements, estimated, budgeted],
        {
            "period": of,
            "currencies": currencies(publication, of.month),
            "team": team,
            "teams": publication.teams,
            "total": tables[0].total,
            "budgets": budgeted,
            "budget": main_budget(budgeted, team),
            "moved": moved,
            "restatements": restatements,
            "provisional": provisional(publication, of, team),
            "estimates": estimated,
            "fixes": fixes,
            "breakdowns": tables,
            "charts": [months(publication, of, team, whose)],
        },
    )


def months(publication: Publication, of: Period, team: str, whose: str) -> charts.Chart:
    """Direct and shared cost of the last months; what a pool's owner gave away is below zero."""
    shown = months_delivered(publication, of.currency, of.month)
    found = publication.rows(MONTHS, team=team, currency=of.currency, months=shown)
    return charts.stacked_months(
        "Month by month",
        f"Effective cost{whose}, {of.currency}, {words.period_words(shown)}. Below zero: given away by its own pools.",
        [{"month": row["month"], "name": name, "amount": row[name]} for row in found for name in ("direct", "shared")],
        "name",
        shown,
        of.currency,
    )


def untagged(publication: Publication, of: Period, team: str, whose: str) -> Table:
    """What is likely this team's and has no owner, or one by a pattern of names alone."""
    return Table(
        "untagged",
        "Untagged resources that are likely yours",
        "Effective cost of resources that nobody owns, or that only a pattern of names gives to another team, and whose"
        f" likely owner is this team, {of.currency}, {words.month_words(of.month)}. It is not in the team's cost."
        " Evidence that is too weak to propose an owner is left out.",
        [
            Column("resource_id", "Resource", "name"),
            Column("provider_name", "Provider"),
            Column("service_name", "Service"),
            Column("confidence", "Confidence"),
            Column("evidence", "Evidence"),
            Column("effective_cost", "Effective cost", "money", has_bar=True),
        ],
        publication.rows(UNTAGGED, month=of.month, currency=of.currency, team=team),
        empty=f"No untagged resource points to this team in {words.month_words(of.month)}.",
        limit=10,
    )


def unnamed(publication: Publication, of: Period, team: str, whose: str) -> Table:
    """Usage that does not name team, project and stage itself."""
    return Table(
        "unnamed",
        "Usage with incomplete tags",
        f"Effective cost of usage before sharing{whose}, {of.currency}, {words.month_words(of.month)};"
        " incomplete: it does not name its team, project and stage itself.",
        [
            Column("provider_name", "Provider"),
            Column("service_name", "Service"),
            Column("missing_cost", "Incomplete", "money", has_bar=True),
            Column("usage_cost", "Usage", "money"),
            Column("missing_percent", "%", "percent", ratio=("missing_cost", "usage_cost")),
        ],
        publication.rows(COMPLIANCE, month=of.month, currency=of.currency, team=team),
        empty="All usage names its team, project and stage.",
        limit=10,
    )


def idle(publication: Publication, of: Period, team: str, whose: str) -> Table:
    """What was paid for doing nothing."""
    return Table(
        "idle",
        "Paid while idle",
        f"Effective cost of activity idle{whose}, {of.currency}, {words.month_words(of.month)}.",
        [
            Column("project_id", "Project", names=publication.projects),
            Column("cost_component", "Component", "label"),
            Column("provider_name", "Provider"),
            Column("total_cost", "Effective cost", "money"),
        ],
        publication.rows(IDLE, month=of.month, currency=of.currency, team=team),
        empty="Nothing is charged to this team as idle.",
    )


def idle_gpus(publication: Publication, of: Period) -> Table:
    """GPU-hours that clusters kept and nobody held."""
    return Table(
        "idle_gpus",
        "Idle GPUs of the clusters",
        f"GPU-hours of all teams together, {words.month_words(of.month)}. Requested: held by somebody. Used: busy, of"
        " those. Idle: held by nobody; a cluster does not report for whom.",
        [
            Column("cluster_name", "Cluster"),
            Column("gpu_hours_requested", "Requested", "number"),
            Column("gpu_hours_used", "Used", "number"),
            Column("gpu_hours_idle", "Idle", "number"),
        ],
        publication.rows(IDLE_GPUS, month=of.month),
        empty=f"No cluster reports idle GPUs in {words.month_words(of.month)}.",
        has_total=False,
    )


def restated(publication: Publication, of: Period, team: str, whose: str) -> Table:
    """Later changes of the two months that are compared."""
    return Table(
        "restatements",
        "Restatements",
        f"Changes of effective cost{whose} after a month was first built, {of.currency}, by a newer delivery or an"
        " edited policy. They are in the numbers above.",
        [
            Column("restated_at", "When", "time"),
            Column("month", "Month"),
            Column("total_cost_before", "Before", "money"),
            Column("total_cost", "After", "money"),
            Column("total_cost_change", "Change", "change", minus=("total_cost", "total_cost_before")),
        ],
        publication.rows(RESTATED, month=of.month, before=of.before, currency=of.currency, team=team),
        empty="Neither month was restated.",
        has_total=False,
    )
