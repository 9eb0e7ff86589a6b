"""What there is to decide: on budgets, restatements, what nobody owns, what evidence disagrees on, what stood idle."""

from __future__ import annotations

from orchestration.dashboard import words
from orchestration.dashboard.asking import Period
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Row, Table
from orchestration.explain.words import candidate_reason
from orchestration.review.sentences import MONTHLY, Sentence

RESTATED = """
select
    month,
    count(distinct restated_at) as builds,
    sum(total_cost_change) as total_cost_change,
    sum(abs(total_cost_change)) as moved
from reconciliation.restatements
where month in ($month, $before) and currency = $currency and (cast($team as varchar) is null or team_id = $team)
group by all
order by month
"""

# What only a pattern of names gives to somebody is listed there too, and has an owner.
UNTAGGED = """
select
    count(*) as resources,
    coalesce(sum(effective_cost), 0) as effective_cost,
    count(*) filter (confidence = 'strong') as strong_resources,
    coalesce(sum(effective_cost) filter (confidence = 'strong'), 0) as strong_cost
from coverage.untagged_resources
where month = $month and currency = $currency and team_id = 'unallocated'
    and (cast($team as varchar) is null or (proposed_team_id = $team and confidence <> 'none'))
"""

LARGEST_UNTAGGED = """
select
    resource_id,
    provider_name,
    service_name,
    proposed_team_id,
    confidence,
    evidence,
    effective_cost
from coverage.untagged_resources
where month = $month and currency = $currency and team_id = 'unallocated'
    and (cast($team as varchar) is null or (proposed_team_id = $team and confidence <> 'none'))
order by abs(effective_cost) desc, provider_name, service_name, resource_id
limit 3
"""

# Of a team only what is about teams: the other contradictions do not say whose they are.
CONFLICTS = """
select
    dimension,
    answer,
    is_pool,
    evidence,
    is_of_project,
    cause,
    other_answer,
    other_is_pool,
    other_evidence,
    other_is_of_project,
    other_cause,
    effective_cost,
    count(*) over (partition by dimension) as contradictions,
    sum(effective_cost) over (partition by dimension) as dimension_cost
from coverage.conflicts
where month = $month and currency = $currency
    and (cast($team as varchar) is null or (dimension = 'team' and $team in (answer, other_answer)))
qualify row_number() over (
    partition by dimension
    order by abs(effective_cost) desc, answer, is_pool, evidence, is_of_project, cause, other_answer, other_is_pool,
        other_evidence, other_is_of_project, other_cause
) = 1
order by abs(effective_cost) desc, dimension
"""

GPU_COSTS = """
select
    step,
    sum(gpu_hours) as gpu_hours,
    sum(effective_cost) as effective_cost,
    sum(sum(effective_cost)) over () as total_cost
from showback.gpu_costs
where month = $month and currency = $currency and basis = 'allocation'
    and (cast($team as varchar) is null or team_id = $team)
group by all
order by abs(sum(effective_cost)) desc, step
"""

UNUSED_STEPS = ("idle", "under_used", "not_allocated")

# A machine may be on two bills: its days are counted once, in the first of its rows.
CLUSTERS = """
select
    coalesce(cluster_name, 'a cluster without a name') as cluster_name,
    count(distinct machine_id) as machines,
    sum(days_without_bill) as days_without_bill
from reconciliation.clusters_vs_bill
where month = $month and days_without_bill > 0
group by all
order by days_without_bill desc, cluster_name
"""

IDLE = """
select sum(total_cost) as total_cost
from showback.monthly_costs
where month = $month and currency = $currency and ai_activity = 'idle'
    and (cast($team as varchar) is null or team_id = $team)
"""


def decisions(publication: Publication, of: Period, team: str | None, budgets: Table) -> list[Sentence]:
    """Sentences in the order of how near they are to the statement; none where there is nothing to decide."""
    values = {"month": of.month, "currency": of.currency, "team": team}
    found = [exceeded(of, row) for row in budgets.rows if row["spent_to_date"] > row["expected_to_date"]]
    found += [restated(of, row) for row in publication.rows(RESTATED, **values, before=of.before)]
    untagged = publication.one(UNTAGGED, **values)
    if untagged["resources"]:
        found.append(unowned(of, untagged, team))
        found += [candidate(publication, of, row) for row in publication.rows(LARGEST_UNTAGGED, **values)]
    found += [contradicted(publication, of, row) for row in publication.rows(CONFLICTS, **values)]
    found += [gpus(of, row) for row in publication.rows(GPU_COSTS, **values) if row["step"] in UNUSED_STEPS]
    idle = publication.one(IDLE, **values)["total_cost"]
    if idle:
        found.append(
            Sentence(
                f"{words.money(idle)} {of.currency} are of the activity idle: decide what can be switched off or given"
                " back.",
                MONTHLY,
                {"idle": idle},
            )
        )
    if team is None:
        found += [unbilled(of, row) for row in publication.rows(CLUSTERS, month=of.month)]
    return found


def exceeded(of: Period, row: Row) -> Sentence:
    amounts = {"budget": row["monthly_budget"], "spent": row["spent_to_date"], "expected": row["expected_to_date"]}
    return Sentence(
        f"Budget {words.name_words(row['budget_id'])} ({words.name_words(row['of'])}):"
        f" {words.money(row['spent_to_date'])} of {words.money(row['monthly_budget'])} {of.currency} are spent,"
        f" {row['state']}: decide what is stopped, or what the budget is to be.",
        "showback.budgets",
        amounts,
    )


def restated(of: Period, row: Row) -> Sentence:
    return Sentence(
        f"{words.month_words(row['month'])} was restated in {counted(row['builds'], 'build')}: a net change of"
        f" {words.change(row['total_cost_change'])} {of.currency}, and {words.money(row['moved'])} moved up or down in"
        " all; decide whether a statement that was sent is sent again.",
        "reconciliation.restatements",
        {"net change": row["total_cost_change"], "moved": row["moved"], "builds": row["builds"]},
    )


def unowned(of: Period, row: Row, team: str | None) -> Sentence:
    whose = "have no owner" if team is None else "that nobody owns are likely this team's, and not in its cost"
    strong = (
        f"For {words.number(row['strong_resources'])} of them, {words.money(row['strong_cost'])} {of.currency}, the"
        " evidence for an owner is strong: review them with the command apportion fix-tags."
        if row["strong_resources"]
        else "For none of them the evidence for an owner is strong: write rules for the largest."
    )
    return Sentence(
        f"{counted(row['resources'], 'resource')} of {words.money(row['effective_cost'])} {of.currency} {whose}."
        f" {strong}",
        "coverage.untagged_resources",
        {
            "effective cost": row["effective_cost"],
            "with strong evidence": row["strong_cost"],
            "resources": row["resources"],
            "resources with strong evidence": row["strong_resources"],
        },
    )


def candidate(publication: Publication, of: Period, row: Row) -> Sentence:
    proposed = row["proposed_team_id"]
    if proposed is None:
        likely = "nothing points to anybody"
    else:
        team = words.name_words(publication.teams.get(proposed, proposed))
        hint = f"a hint at {team}, too weak to propose it" if row["confidence"] == "none" else f"likely {team}"
        confidence = "" if row["confidence"] == "none" else f", confidence {row['confidence']}"
        likely = f"{hint}{confidence} ({words.name_words(row['evidence'])})"
    called = " ".join(
        words.name_words(row[key]) for key in ("provider_name", "service_name", "resource_id") if row[key]
    )
    return Sentence(
        f"Whose is {called}? {words.money(row['effective_cost'])} {of.currency}; {likely}.",
        "coverage.untagged_resources",
        {"effective cost": row["effective_cost"]},
    )


def contradicted(publication: Publication, of: Period, row: Row) -> Sentence:
    names = {"team": publication.teams, "project": publication.projects}.get(row["dimension"], {})
    sides = [{key.removeprefix(side): row[key] for key in row if key.startswith(side)} for side in ("", "other_")]
    answer, other = (
        f"pool {words.name_words(each['answer'])}"
        if each["is_pool"]
        else words.name_words(names.get(each["answer"], each["answer"]))
        for each in sides
    )
    reason, other_reason = map(candidate_reason, sides)
    return Sentence(
        f"Evidence disagrees on the {words.label(row['dimension'])} of {words.money(row['dimension_cost'])}"
        f" {of.currency} ({counted(row['contradictions'], 'contradiction')}). The largest is"
        f" {words.money(row['effective_cost'])}:"
        f" {answer} was believed, by {reason}; {other_reason} says {other}. Decide which is right.",
        "coverage.conflicts",
        {
            "in dispute": row["dimension_cost"],
            "largest": row["effective_cost"],
            "contradictions": row["contradictions"],
        },
    )


def gpus(of: Period, row: Row) -> Sentence:
    hours = "" if row["gpu_hours"] is None else f" for {words.number(row['gpu_hours'])} GPU-hours"
    share = f", {words.percent(row['effective_cost'] / row['total_cost'])} of" if row["total_cost"] else ", of"
    return Sentence(
        f"GPU-hours that were {words.label(row['step'])} cost {words.money(row['effective_cost'])} {of.currency}{hours}"
        f"{share} {words.money(row['total_cost'])} for GPUs in pools that are split by utilization: decide whether"
        " they are needed.",
        "showback.gpu_costs",
        {
            words.label(row["step"]): row["effective_cost"],
            "all steps": row["total_cost"],
            "GPU-hours": row["gpu_hours"],
        },
    )


def unbilled(of: Period, row: Row) -> Sentence:
    return Sentence(
        f"{counted(row['machines'], 'machine')} of {words.name_words(row['cluster_name'])} ran on"
        f" {counted(row['days_without_bill'], 'day')} that no bill has, and what these cost is in no number: decide"
        " whether a bill is missing.",
        "reconciliation.clusters_vs_bill",
        {"machines": row["machines"], "days without a bill": row["days_without_bill"]},
    )


def counted(count: int, what: str) -> str:
    return f"{words.number(count)} {what}{'' if count == 1 else 's'}"
