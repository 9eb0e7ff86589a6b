"""The untagged resources' most likely owners, as rows to review for `tag_overrides.csv`. Assigns nothing by itself."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from orchestration.explain.explanation import Row
from orchestration.explain.reading import fetched, reading

COLUMNS = [
    "resource_id", "team_id", "project_id", "lifecycle_stage", "ai_activity", "valid_from", "valid_to", "reason"
]  # fmt: skip
BANDS = ["strong", "medium", "weak"]

# An override names a resource by its id alone, whatever account it is in, without blanks around it: so do these rows.
FIXES = """
with

untagged_resources as (
    select * replace (nullif(trim(resource_id), '') as resource_id) from coverage.untagged_resources
),

listed as (
    select * from untagged_resources
    where $month is null or month = $month
),

proposed as (
    select
        resource_id,
        min(proposed_team_id) as team_id,
        count(distinct proposed_team_id) as teams,
        min(list_position($bands, confidence)) as band,
        min(score) as score,
        min_by(evidence, (score, evidence)) as evidence,
        -- Accounts that differ leave project and stage open.
        list(distinct proposed_project_id) filter (list_contains($bands, project_confidence)) as projects,
        list(distinct proposed_lifecycle_stage) filter (list_contains($bands, stage_confidence)) as stages,
        sum(effective_cost) as effective_cost,
        any_value(currency) as currency,
        min(month) as first_month,
        max(month) as last_month
    from listed
    where resource_id is not null and list_contains($bands, confidence)
    group by resource_id
),

untagged as (
    select
        resource_id,
        min(first_charge_date) as untagged_from,
        max(last_charge_date) as untagged_until
    from untagged_resources
    group by resource_id
),

owned as (
    select
        trim(groups.resource_id) as resource_id,
        owners.team_id,
        owners.pool_id,
        greatest(owners.valid_from, groups.first_charge_date) as owned_from,
        least(owners.valid_to - 1, groups.last_charge_date) as owned_until
    from charges.int_charges__groups as groups
    inner join ownership.int_ownership__owners as owners
        on groups.billing_period = owners.billing_period
            and groups.charge_group_id = owners.charge_group_id
            and owners.valid_from <= groups.last_charge_date
            and owners.valid_to > groups.first_charge_date
    where owners.pool_id is not null
        or (owners.team_id <> 'unallocated' and owners.owner_confidence <> 'weak')
),

held as (
    select
        proposed.resource_id,
        min(owned.owned_from) filter (owned.owned_from > untagged.untagged_until) as owned_again_from,
        coalesce(bool_or(
            (owned.team_id <> proposed.team_id or owned.pool_id is not null)
            and owned.owned_from <= untagged.untagged_until
            and owned.owned_until >= untagged.untagged_from
        ), false) as is_others
    from proposed
    inner join untagged using (resource_id)
    left join owned using (resource_id)
    group by proposed.resource_id
),

overridden as (
    select
        proposed.resource_id,
        min(overrides.valid_from) filter (overrides.valid_from > untagged.untagged_until) as overridden_from,
        coalesce(bool_or(
            overrides.resource_id is not null
            and coalesce(overrides.valid_from, date '0001-01-01') <= untagged.untagged_until
            and coalesce(overrides.valid_to, date '9999-12-31') > untagged.untagged_from
        ), false) as is_overridden
    from proposed
    inner join untagged using (resource_id)
    left join policy.tag_overrides as overrides on proposed.resource_id = trim(overrides.resource_id)
    group by proposed.resource_id
)

select
    proposed.* exclude (band, projects, stages),
    case when len(proposed.projects) = 1 then proposed.projects[1] end as project_id,
    case when len(proposed.stages) = 1 then proposed.stages[1] end as lifecycle_stage,
    $bands[proposed.band] as confidence,
    untagged.untagged_from as valid_from,
    least(held.owned_again_from, overridden.overridden_from) as valid_to,
    case
        when proposed.teams > 1 then 'has a proposal of its own in each of several accounts'
        when held.is_others then 'also has charges that somebody else owns'
        when overridden.is_overridden then 'has an override already'
        when proposed.team_id not in (select team_id from policy.teams) and exists (from policy.teams)
            then 'would go to a team that teams.csv does not list'
    end as why_not
from proposed
inner join untagged using (resource_id)
inner join held using (resource_id)
inner join overridden using (resource_id)
order by proposed.effective_cost desc, proposed.resource_id
"""

PROJECTS = "select distinct project_id from policy.projects"

RECOVERED = """
select
    confidence,
    count(distinct (provider_name, billing_account_id, sub_account_id, resource_id)) as resources,
    coalesce(sum(effective_cost) filter (team_id = 'unallocated'), 0) as unallocated_cost,
    coalesce(sum(effective_cost) filter (team_id <> 'unallocated'), 0) as weak_cost,
    any_value(currency) as currency
from coverage.untagged_resources
where ($month is null or month = $month) and resource_id is not null
group by confidence
"""


@dataclass(frozen=True)
class Fixes:
    """What can be proposed: rows for the policy, what was left out and why, and the money of each band."""

    rows: list[Row]
    left_out: dict[str, int]
    recovered: list[Row]


def propose(warehouse: Path, month: str | None = None, confidence: str = "strong") -> Fixes:
    """The fixes of at least this confidence, of one month's untagged resources or of all.

    Raises `ExplainError` when there is no warehouse to read.
    """
    bands = BANDS[: BANDS.index(confidence) + 1]
    with reading(warehouse) as connection:
        found = fetched(connection, FIXES, {"month": month, "bands": bands})
        projects = {row["project_id"] for row in fetched(connection, PROJECTS)}
        recovered = fetched(connection, RECOVERED, {"month": month})
    left_out: dict[str, int] = {}
    rows = []
    for row in found:
        if row["why_not"]:
            left_out[row["why_not"]] = left_out.get(row["why_not"], 0) + 1
            continue
        if projects and row["project_id"] not in projects:
            row["project_id"] = None
        rows.append({**row, "ai_activity": None, "reason": reason(row)})
    order = [*BANDS, "none"]
    return Fixes(rows, left_out, sorted(recovered, key=lambda row: order.index(row["confidence"])))


def reason(row: Row) -> str:
    """Confidence, money and evidence, for whoever reviews the row."""
    months = " to ".join(dict.fromkeys([row["first_month"], row["last_month"]]))
    return (
        f"proposed, {row['confidence']} ({row['score']:.2f}): {row['effective_cost']:,.2f} {row['currency']}"
        f" in {months}; {row['evidence']}"
    )


def write(fixes: Fixes, file: Path) -> None:
    """The rows, in the columns of tag_overrides.csv."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([row[column] for column in COLUMNS] for row in fixes.rows)


def report(fixes: Fixes) -> str:
    """What each band of confidence would recover, and what was left out."""
    currency = fixes.recovered[0]["currency"] if fixes.recovered else ""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("confidence")
    for title in ("resources", f"unallocated {currency}", f"held by a pattern {currency}"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in fixes.recovered:
        table.add_row(
            row["confidence"], f"{row['resources']:,}", money(row["unallocated_cost"]), money(row["weak_cost"])
        )
    out = io.StringIO()
    Console(file=out, width=100, color_system=None).print(table)
    left_out = [f"left out: {count:,} that {why}" for why, count in sorted(fixes.left_out.items())]
    return "\n".join([line.rstrip() for line in out.getvalue().splitlines()] + left_out)


def money(amount: Decimal) -> str:
    """In cents: for a look, not for the books."""
    return f"{amount:,.2f}"
