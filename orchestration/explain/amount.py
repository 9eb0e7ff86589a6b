"""From a team's month back to its largest sources, and on to the deliveries and files they came in."""

from __future__ import annotations

import re
from pathlib import Path

from duckdb import DuckDBPyConnection

from orchestration.explain import pools
from orchestration.explain.explanation import Column, ExplainError, Explanation, Row, Section, present
from orchestration.explain.lookup import CANDIDATES, IN_CELL, ON_DAY, find_cell
from orchestration.explain.reading import describe_groups, evidence_of, executed, fetched, join_owners, reading
from orchestration.explain.words import evidence, joined, money, shown

FILES_SHOWN = 3

DIRECT = "Direct charges"
DELIVERIES = "Deliveries"

# All postings of the cell, whatever their kind: nothing that the mart counts may be left out.
# A charge group is a source by itself; a pool is one, whatever its days, periods and projects.
SOURCES = f"""
create or replace temp table sources as
with

postings as (
    select *
    from sharing.int_sharing__ledger
    where posting_period = $month and {IN_CELL} and {ON_DAY}
),

all_sources as (
    select
        postings.posting_kind,
        case when postings.charge_group_id is not null then postings.billing_period end as billing_period,
        postings.charge_group_id,
        postings.pool_id,
        postings.policy_id,
        case when postings.charge_group_id is not null and postings.policy_id is not null then postings.pool_id end
            as benefit_pool_id,
        postings.target_pool_id,
        postings.rung,
        postings.method,
        case when postings.charge_group_id is not null then postings.project_id end as project_id,
        {evidence_of("owners")},
        postings.cost_component,
        postings.provider_name,
        sum(postings.effective_cost) as amount
    from postings
    {join_owners("postings")}
    group by all
),

sources_ranked as (
    select
        *,
        row_number() over (
            order by
                abs(amount) desc, posting_kind, pool_id, policy_id, rung, target_pool_id, provider_name, cost_component,
                billing_period, charge_group_id, project_id, {evidence_of("all_sources")}
        ) as place,
        max(abs(amount)) over () = 0 as is_all_zero
    from all_sources
)

select
    * exclude (is_all_zero),
    place <= $limit and (amount <> 0 or is_all_zero) as is_shown
from sources_ranked
"""

TOTALS = """
select
    cast(coalesce(sum(amount), 0) as decimal(38, 12)) as total,
    cast(coalesce(sum(amount) filter (not is_shown), 0) as decimal(38, 12)) as smaller_amount,
    count(*) filter (not is_shown) as smaller_sources
from sources
"""

# What the mart says of the cell: that of days, where one is asked for.
MARTS = {
    mart: f"""
    select currency, cast(sum(total_cost) as decimal(38, 12)) as total
    from {mart}
    where month = $month and {condition}
    group by currency
    order by currency
    """
    for mart, condition in {
        "showback.monthly_costs": IN_CELL,
        "showback.daily_costs": f"{IN_CELL} and {ON_DAY}",
    }.items()
}

DIRECT_SOURCES = f"""
with

direct_sources as (
    select *
    from sources
    where is_shown and charge_group_id is not null
),

{describe_groups("direct_sources")}

select *
from charges_described
order by place
"""

DELIVERIES_NAMED = """
select
    deliveries.delivery_id,
    deliveries.feed,
    deliveries.account_id,
    deliveries.status,
    coalesce(list(distinct files.path order by files.path) filter (files.path is not null), []) as files
from ingestion.deliveries
left join ingestion.files
    on deliveries.delivery_id = files.delivery_id
where list_contains(cast($deliveries as varchar[]), deliveries.delivery_id)
group by all
order by deliveries.delivery_id
"""


def explain_amount(
    warehouse: Path,
    month: str,
    team: str,
    project: str | None = None,
    component: str | None = None,
    limit: int = 20,
    *,
    stage: str | None = None,
    activity: str | None = None,
    provider: str | None = None,
    day: str | None = None,
) -> Explanation:
    """The largest sources of a team's total cost in a month, down to delivery and file.

    Raises `ExplainError` when there is nothing of that name, no warehouse to read, or when
    the sources do not add up to showback.monthly_costs, or of a day to showback.daily_costs.
    """
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise ExplainError(f"{shown(month)} is not a month; write it as YYYY-MM")
    if day is not None and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        raise ExplainError(f"{shown(day)} is not a day; write it as YYYY-MM-DD")
    if limit < 1:
        raise ExplainError("at least one source has to be shown")
    with reading(warehouse) as connection:
        asked = {"month": month, "team": team, "project": project, "component": component, "day": day}
        cell = find_cell(connection, asked | {"stage": stage, "activity": activity, "provider": provider})
        mart = "showback.monthly_costs" if day is None else "showback.daily_costs"
        in_mart = fetched(connection, MARTS[mart], cell)
        if len(in_mart) > 1:
            currencies = ", ".join(row["currency"] for row in in_mart)
            raise ExplainError(f"{month} is in several currencies ({currencies}); build it again")
        currency = in_mart[0]["currency"]
        executed(connection, SOURCES, {**cell, "limit": limit})
        (totals,) = fetched(connection, TOTALS)
        if totals["total"] != in_mart[0]["total"]:
            raise ExplainError(
                f"the sources add up to {money(totals['total'])} {currency}, but {mart} says"
                f" {money(in_mart[0]['total'])}: build {month} again"
            )
        direct = fetched(connection, DIRECT_SOURCES)
        pooled = pools.read(connection, cell)
        deliveries = deliveries_named(connection, direct + pooled.inside)

    for row in direct + pooled.inside:
        resource = [] if row["resource_id"] is None else [shown(row["resource_id"])]
        row["source"] = "\n".join([joined(row, "provider_name", "service_name", by=", "), *resource])
        row["evidence"] = evidence(row)
    amount = Column("amount", f"Amount {currency}", "money")
    columns = (
        amount,
        Column("source", "Source"),
        Column("cost_component", "Component", "name"),
        Column("project_id", "Project"),
        Column("evidence", "Evidence"),
        Column("delivery", "Delivery", "name"),
    )
    of = [f"{name} {shown(cell[name])}" for name in CANDIDATES if name != "team" and cell[name]]
    return Explanation(
        title=", ".join([f"Total cost of team {shown(cell['team'])} {f'on {day} ' if day else ''}in {month}", *of]),
        currency=currency,
        total=totals["total"],
        check=f"equals {mart}: yes",
        smaller_sources=totals["smaller_sources"],
        smaller_amount=totals["smaller_amount"],
        sections=present(
            Section(DIRECT, columns, direct),
            *pools.sections(amount, pooled),
            deliveries,
        ),
    )


def deliveries_named(connection: DuckDBPyConnection, rows: list[Row]) -> Section:
    """The deliveries of some sources, with their files. Each source is told its files and short names."""
    ids = sorted({found for row in rows for found in row["delivery_ids"] or [] if found})
    deliveries = fetched(connection, DELIVERIES_NAMED, {"deliveries": ids})
    files = {row["delivery_id"]: row["files"] for row in deliveries}
    length = next(size for size in range(8, 65) if len({found[:size] for found in ids}) == len(ids))
    for row in rows:
        row["delivery"] = "\n".join(shown(found[:length]) for found in row["delivery_ids"] or [] if found)
        row["files"] = sorted({path for found in row["delivery_ids"] or [] for path in files.get(found, [])})
    for row in deliveries:
        row["feed_and_status"] = f"{shown(row['feed'])}\n{shown(row['status'])}"
        more = len(row["files"]) - FILES_SHOWN
        paths = [shown(path) for path in row["files"][:FILES_SHOWN]]
        row["paths"] = "\n".join(paths + [f"and {more} more"] * (more > 0))
    columns = (
        Column("delivery_id", "Delivery", "name"),
        Column("feed_and_status", "Feed, status"),
        Column("account_id", "Account"),
        Column("paths", "Files"),
    )
    return Section(DELIVERIES, columns, deliveries)
