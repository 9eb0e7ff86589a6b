"""Where an amount came from, and where a charge went: read from the warehouse, never computed twice."""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NARROWEST = 100
SOURCES_OF_A_POOL = 3
FILES_SHOWN = 3
NAMES_SUGGESTED = 8

# The attributes of a charge group, as macros/charge_group_columns.sql lists them, and the FOCUS
# column that holds each. What a register states is not in the FOCUS dataset.
GROUP_COLUMNS = {
    "feed": "x_Feed",
    "billing_account_id": "BillingAccountId",
    "sub_account_id": "SubAccountId",
    "provider_name": "ProviderName",
    "service_category": "ServiceCategory",
    "service_name": "ServiceName",
    "sku_id": "SkuId",
    "resource_id": "ResourceId",
    "region_id": "RegionId",
    "charge_category": "ChargeCategory",
    "invoice_id": "InvoiceId",
    "cost_component": "x_CostComponent",
    "tags": "Tags",
    "stated_team": None,
    "stated_project": None,
    "stated_activity": None,
    "pool_id": None,
    "billing_currency": "BillingCurrency",
}


class ExplainError(Exception):
    """Nothing to explain, or not here: what is wrong and what exists instead."""


@dataclass(frozen=True)
class Column:
    """A column of a section. `kind`: text, name (never broken), money, share or number."""

    key: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Section:
    """A table of an explanation. The rows may know more than the columns show."""

    title: str
    columns: tuple[Column, ...]
    rows: list[dict[str, object]]


@dataclass(frozen=True)
class Explanation:
    """An amount taken apart. `total` is exact, and was compared with what `check` names."""

    title: str
    currency: str
    total: Decimal
    check: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    smaller_sources: int = 0
    smaller_amount: Decimal = Decimal(0)

    def rows(self, title: str) -> list[dict[str, object]]:
        """The rows of a section; none when it is not there."""
        return [row for section in self.sections if section.title == title for row in section.rows]


# --- The amount: from a team's month back to deliveries and files ------------------------------

DIRECT = "Direct charges"
RECEIVED = "Received from pools"
GIVEN = "Given away by its own pools"
INSIDE = "Largest charges in these pools"
DELIVERIES = "Deliveries"
OWNERS = "Where it went"

# All postings of the cell, whatever their kind: nothing that the mart counts may be left out.
POSTINGS = """
create or replace temp table postings as
select
    billing_period,
    charge_date,
    posting_kind,
    charge_group_id,
    pool_id,
    policy_id,
    project_id,
    cost_component,
    provider_name,
    currency,
    effective_cost
from sharing.int_sharing__ledger
where posting_period = $month
    and team_id = $team
    and project_id = coalesce(cast($project as varchar), project_id)
    and cost_component = coalesce(cast($component as varchar), cost_component)
"""

SOURCES = """
create or replace temp table sources as
with

direct_sources as (
    select
        postings.posting_kind,
        postings.billing_period,
        postings.charge_group_id,
        postings.pool_id,
        null as policy_id,
        postings.project_id,
        owners.owner_evidence,
        owners.rule_id,
        postings.cost_component,
        postings.provider_name,
        sum(postings.effective_cost) as amount
    from postings
    left join ownership.int_ownership__owners as owners
        on postings.billing_period = owners.billing_period
            and postings.charge_group_id = owners.charge_group_id
            and postings.charge_date >= owners.valid_from
            and postings.charge_date < owners.valid_to
    where postings.charge_group_id is not null
    group by all
),

pool_sources as (
    select
        posting_kind,
        null as billing_period,
        null as charge_group_id,
        pool_id,
        policy_id,
        null as project_id,
        null as owner_evidence,
        null as rule_id,
        cost_component,
        provider_name,
        sum(effective_cost) as amount
    from postings
    where charge_group_id is null
    group by all
),

all_sources as (
    select * from direct_sources
    union all
    select * from pool_sources
),

sources_ranked as (
    select
        *,
        row_number() over (
            order by
                abs(amount) desc, posting_kind, pool_id, policy_id, provider_name, cost_component,
                billing_period, charge_group_id, project_id, owner_evidence, rule_id
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
    count(*) filter (not is_shown) as smaller_sources,
    (
        select cast(coalesce(sum(total_cost), 0) as decimal(38, 12))
        from showback.monthly_costs
        where month = $month
            and team_id = $team
            and project_id = coalesce(cast($project as varchar), project_id)
            and cost_component = coalesce(cast($component as varchar), cost_component)
    ) as mart_total
from sources
"""

CURRENCIES = """
select distinct currency
from showback.monthly_costs
where month = $month
    and team_id = $team
    and project_id = coalesce(cast($project as varchar), project_id)
    and cost_component = coalesce(cast($component as varchar), cost_component)
order by currency
"""

# A group of one period may have come in several deliveries: they are listed, its money is not repeated.
DIRECT_SOURCES = """
with

direct_sources as (
    select *
    from sources
    where is_shown and charge_group_id is not null
),

groups as (
    select
        billing_period,
        charge_group_id,
        any_value(service_name) as service_name,
        any_value(resource_id) as resource_id,
        list(distinct delivery_id order by delivery_id) as delivery_ids
    from charges.int_charges__groups
    where (billing_period, charge_group_id) in (select (billing_period, charge_group_id) from direct_sources)
    group by billing_period, charge_group_id
)

select
    direct_sources.*,
    groups.service_name,
    groups.resource_id,
    groups.delivery_ids
from direct_sources
left join groups
    on direct_sources.billing_period = groups.billing_period
        and direct_sources.charge_group_id = groups.charge_group_id
order by direct_sources.place
"""

# What the pools of the month gave away, by day: a day without a target gave nothing.
POOL_DAYS = """
create or replace temp table pools_given as
select
    billing_period,
    charge_date,
    pool_id,
    policy_id,
    cost_component,
    provider_name,
    -sum(effective_cost) as pool_amount
from sharing.int_sharing__ledger
where posting_period = $month
    and posting_kind = 'pool_out'
    and pool_id in (select pool_id from sources where is_shown and charge_group_id is null)
group by all
"""

RECEIVED_SOURCES = """
with

shares_received as (
    select
        billing_period,
        charge_date,
        pool_id,
        sum(share) as share
    from sharing.int_sharing__shares
    where team_id = $team
        and project_id = coalesce(cast($project as varchar), project_id)
        and pool_id in (select pool_id from sources where is_shown and charge_group_id is null)
    group by all
),

pools_totalled as (
    select
        pools_given.pool_id,
        pools_given.policy_id,
        pools_given.cost_component,
        pools_given.provider_name,
        sum(pools_given.pool_amount) as pool_total,
        min(coalesce(shares_received.share, 0)) as lowest_share,
        max(coalesce(shares_received.share, 0)) as highest_share
    from pools_given
    left join shares_received
        on pools_given.billing_period = shares_received.billing_period
            and pools_given.charge_date = shares_received.charge_date
            and pools_given.pool_id = shares_received.pool_id
    group by all
),

methods as (
    select
        policy_id,
        any_value(method) as method
    from sharing.int_sharing__pool_days
    where policy_id is not null
    group by policy_id
)

select
    sources.amount,
    sources.posting_kind,
    sources.pool_id,
    sources.policy_id,
    methods.method,
    sources.cost_component,
    sources.provider_name,
    pools_totalled.pool_total,
    cast(sources.amount as double) / nullif(cast(pools_totalled.pool_total as double), 0) as average_share,
    pools_totalled.lowest_share,
    pools_totalled.highest_share
from sources
left join pools_totalled
    on sources.pool_id is not distinct from pools_totalled.pool_id
        and sources.policy_id is not distinct from pools_totalled.policy_id
        and sources.cost_component = pools_totalled.cost_component
        and sources.provider_name is not distinct from pools_totalled.provider_name
left join methods
    on sources.policy_id = methods.policy_id
where sources.is_shown and sources.charge_group_id is null
order by sources.place
"""

POOL_CHARGES = """
with

pools_received as (
    select
        pool_id,
        policy_id,
        cost_component,
        provider_name,
        min(place) as place
    from sources
    where is_shown and posting_kind = 'pool_in'
    group by all
),

charges_pooled as (
    select
        pools_received.place as pool_place,
        direct_postings.billing_period,
        direct_postings.charge_group_id,
        pools_received.pool_id,
        direct_postings.cost_component,
        direct_postings.provider_name,
        owners.owner_evidence,
        owners.rule_id,
        sum(direct_postings.effective_cost) as amount
    from sharing.int_sharing__direct_postings as direct_postings
    inner join pools_given
        on direct_postings.billing_period = pools_given.billing_period
            and direct_postings.charge_date = pools_given.charge_date
            and direct_postings.pool_id = pools_given.pool_id
            and direct_postings.cost_component = pools_given.cost_component
            and direct_postings.provider_name is not distinct from pools_given.provider_name
    inner join pools_received
        on pools_given.pool_id = pools_received.pool_id
            and pools_given.policy_id is not distinct from pools_received.policy_id
            and pools_given.cost_component = pools_received.cost_component
            and pools_given.provider_name is not distinct from pools_received.provider_name
    left join ownership.int_ownership__owners as owners
        on direct_postings.billing_period = owners.billing_period
            and direct_postings.charge_group_id = owners.charge_group_id
            and direct_postings.charge_date >= owners.valid_from
            and direct_postings.charge_date < owners.valid_to
    group by all
),

charges_largest as (
    select *
    from charges_pooled
    where amount <> 0
    qualify row_number() over (
        partition by pool_place
        order by abs(amount) desc, billing_period, charge_group_id, owner_evidence, rule_id
    ) <= $sources_of_a_pool
),

groups as (
    select
        billing_period,
        charge_group_id,
        any_value(service_name) as service_name,
        any_value(resource_id) as resource_id,
        list(distinct delivery_id order by delivery_id) as delivery_ids
    from charges.int_charges__groups
    where (billing_period, charge_group_id) in (select (billing_period, charge_group_id) from charges_largest)
    group by billing_period, charge_group_id
)

select
    charges_largest.*,
    groups.service_name,
    groups.resource_id,
    groups.delivery_ids
from charges_largest
left join groups
    on charges_largest.billing_period = groups.billing_period
        and charges_largest.charge_group_id = groups.charge_group_id
order by charges_largest.pool_place, abs(charges_largest.amount) desc, charges_largest.charge_group_id
"""

DELIVERIES_NAMED = """
select
    deliveries.delivery_id,
    deliveries.feed,
    deliveries.account_id,
    deliveries.status,
    deliveries.received_at,
    list(distinct files.path order by files.path) filter (files.path is not null) as files
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
) -> Explanation:
    """The largest sources of a team's total cost in a month, down to delivery and file.

    Raises `ExplainError` when there is nothing of that name, no warehouse to read, or when
    the sources do not add up to showback.monthly_costs.
    """
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise ExplainError(f"{shown(month)} is not a month; write it as YYYY-MM")
    if limit < 1:
        raise ExplainError("at least one source has to be shown")
    with reading(warehouse) as connection:
        cell = named_cell(connection, month, team, project, component)
        currencies = [row["currency"] for row in fetched(connection, CURRENCIES, cell)]
        if len(currencies) > 1:
            raise ExplainError(f"{month} is in several currencies ({', '.join(currencies)}); build it again")
        currency = currencies[0]
        connection.execute(POSTINGS, cell)
        connection.execute(SOURCES, {"limit": limit})
        (totals,) = fetched(connection, TOTALS, cell)
        if totals["total"] != totals["mart_total"]:
            raise ExplainError(
                f"the sources add up to {money(totals['total'])} {currency}, but showback.monthly_costs says"
                f" {money(totals['mart_total'])}: build {month} again"
            )
        direct = fetched(connection, DIRECT_SOURCES)
        connection.execute(POOL_DAYS, {"month": month})
        pooled = fetched(connection, RECEIVED_SOURCES, {"team": cell["team"], "project": cell["project"]})
        inside = fetched(connection, POOL_CHARGES, {"sources_of_a_pool": SOURCES_OF_A_POOL})
        deliveries = deliveries_named(connection, direct + inside)

    received = [row for row in pooled if row["posting_kind"] != "pool_out"]
    given = [row for row in pooled if row["posting_kind"] == "pool_out"]
    for row in direct + inside:
        row["source"] = "\n".join(
            [", ".join(shown(row[key]) for key in ("provider_name", "service_name") if row[key])]
            + [shown(row["resource_id"])] * (row["resource_id"] is not None)
        )
        row["evidence"] = evidence(row)
    for row in pooled:
        row["policy"] = "\n".join(shown(row[key]) for key in ("policy_id", "method") if row[key])
        row["origin"] = "\n".join(shown(row[key]) for key in ("cost_component", "provider_name") if row[key])
        row["share"] = share_range(row)
    of = [f"project {shown(cell['project'])}"] if cell["project"] else []
    of += [f"component {shown(cell['component'])}"] if cell["component"] else []
    amount = Column("amount", f"Amount {currency}", "money")
    return Explanation(
        title=", ".join([f"Total cost of team {shown(cell['team'])} in {month}", *of]),
        currency=currency,
        total=totals["total"],
        check="equals showback.monthly_costs: yes",
        smaller_sources=totals["smaller_sources"],
        smaller_amount=totals["smaller_amount"],
        sections=present(
            Section(
                DIRECT,
                (
                    amount,
                    Column("source", "Source"),
                    Column("cost_component", "Component", "name"),
                    Column("project_id", "Project"),
                    Column("evidence", "Evidence"),
                    Column("delivery", "Delivery", "name"),
                ),
                direct,
            ),
            Section(
                RECEIVED,
                (
                    amount,
                    Column("pool_id", "Pool"),
                    Column("policy", "Policy, method"),
                    Column("origin", "Component, provider"),
                    Column("share", "Share"),
                    Column("pool_total", "Pool's total", "money"),
                ),
                received,
            ),
            Section(
                INSIDE,
                (
                    amount,
                    Column("pool_id", "Pool"),
                    Column("source", "Source"),
                    Column("evidence", "Evidence"),
                    Column("delivery", "Delivery", "name"),
                ),
                inside,
            ),
            Section(
                GIVEN,
                (
                    amount,
                    Column("pool_id", "Pool"),
                    Column("policy", "Policy, method"),
                    Column("origin", "Component, provider"),
                ),
                given,
            ),
            deliveries,
        ),
    )


def named_cell(
    connection: DuckDBPyConnection, month: str, team: str, project: str | None, component: str | None
) -> dict[str, str | None]:
    """The names as the marts write them. Raises `ExplainError` that lists what there is."""
    months = [row["month"] for row in fetched(connection, "select distinct month from showback.monthly_costs")]
    if month not in months:
        raise ExplainError(f"nothing in {month}; there is {listed(sorted(months, reverse=True))}")
    cell = {"month": month, "team": None, "project": None, "component": None}
    wanted = {"team": team, "project": project, "component": component}
    # Each name is looked for in what is left by the names before it; the directories know full names.
    candidates = {
        "team": """
            select distinct costs.team_id as id, teams.team_name as name
            from showback.monthly_costs as costs
            left join showback.teams on costs.team_id = teams.team_id
            where costs.month = $month
        """,
        "project": """
            select distinct costs.project_id as id, projects.project_name as name
            from showback.monthly_costs as costs
            left join showback.projects on costs.project_id = projects.project_id
            where costs.month = $month and costs.team_id = $team
        """,
        "component": """
            select distinct cost_component as id, cost_component as name
            from showback.monthly_costs
            where month = $month
                and team_id = $team
                and project_id = coalesce(cast($project as varchar), project_id)
        """,
    }
    known = {"team": ("month",), "project": ("month", "team"), "component": ("month", "team", "project")}
    for dimension, given in wanted.items():
        if given is not None:
            where = f"in {month}" if dimension == "team" else f"of team {shown(cell['team'])} in {month}"
            if dimension == "component" and cell["project"]:
                where = f"of project {shown(cell['project'])} {where}"
            values = {name: cell[name] for name in known[dimension]}
            cell[dimension] = matched(connection, dimension, candidates[dimension], values, given, where)
    return cell


def matched(
    connection: DuckDBPyConnection,
    dimension: str,
    candidates: str,
    known: dict[str, str | None],
    given: str,
    where: str,
) -> str:
    """The one id that a name means: as written, else in any case, else by its full name."""
    ranked = fetched(
        connection,
        f"""
        with

        candidates as ({candidates}),

        compared as (
            select
                id,
                case
                    when id = $given then 1
                    when lower(id) = lower($given) then 2
                    when lower(name) = lower($given) then 3
                end as place,
                greatest(
                    jaro_winkler_similarity(lower(id), lower($given)),
                    jaro_winkler_similarity(lower(coalesce(name, id)), lower($given))
                ) as likeness
            from candidates
        )

        select id, place, min(place) over () as best_place
        from compared
        order by place nulls last, likeness desc, id
        """,
        {**known, "given": given.strip()},
    )
    best = [row["id"] for row in ranked if row["place"] is not None and row["place"] == row["best_place"]]
    if len(best) > 1:
        raise ExplainError(f"{dimension} {shown(given)} may be {listed(best)}; write it as it is written there")
    if not best:
        raise ExplainError(f"no {dimension} {shown(given)} {where}; there is {listed([row['id'] for row in ranked])}")
    return best[0]


# --- The charge: from a row of a bill to the owners of its money --------------------------------

# The feed and the months that a file holds: so that no other month's rows are read.
PLACES = """
select distinct
    files.feed,
    deliveries.billing_period,
    deliveries.status
from ingestion.files
inner join ingestion.deliveries
    on files.delivery_id = deliveries.delivery_id
where files.file_id = $file_id
order by deliveries.billing_period
"""

# The row itself, by what Parquet keeps statistics of. Its values then spare the dataset's view from
# composing the id of every row of the month.
ROW_OF_BILL = """
select
    billing_period,
    "ChargePeriodStart" as charge_period_start_at,
    "ResourceId" as resource_id
from raw.focus
where file_id = $file_id and source_row = $source_row
"""

CHARGE = f"""
create or replace temp table charge as
select
    "x_ChargeId" as charge_id,
    "x_DeliveryId" as delivery_id,
    "x_BillingPeriod" as billing_period,
    cast("ChargePeriodStart" as date) as charge_date,
    "ChargeDescription" as charge_description,
    "BilledCost" as billed_cost,
    "EffectiveCost" as effective_cost,
    {", ".join(f'cast("{column}" as varchar) as {name}' for name, column in GROUP_COLUMNS.items() if column)},
    cast(null as varchar) as stated_team,
    cast(null as varchar) as stated_project,
    cast(null as varchar) as stated_activity,
    cast(null as varchar) as pool_id
from focus.cost_and_usage
where "x_ChargeId" = $charge_id
    and "x_Feed" = coalesce(cast($feed as varchar), "x_Feed")
    and "x_BillingPeriod" = coalesce(cast($billing_period as varchar), "x_BillingPeriod")
"""

CHARGE_OF_BILL = f"""{CHARGE}
    and "ChargePeriodStart" = $charge_period_start_at
    and ("ResourceId" = $resource_id or cast($resource_id as varchar) is null)
"""

# The dataset has no column for what a timesheet states: it is read where it is kept.
STATED = """
update charge
set
    stated_project = hours.project_name,
    stated_activity = hours.activity_name,
    cost_component = 'people'
from staging.stg_timesheets__hours as hours
where charge.charge_id = hours.charge_id and charge.feed = 'timesheets'
"""

# A license's day is one charge that several groups hold, one for each holder of its seats.
PARTS = f"""
create or replace temp table parts as
with

license_days as (
    select
        daily.billing_period,
        daily.charge_group_id,
        sum(daily.effective_cost) as effective_cost
    from charge
    inner join charges.int_charges__daily as daily
        on charge.billing_period = daily.billing_period
            and charge.charge_date = daily.charge_date
            and charge.feed = daily.feed
            and charge.resource_id = daily.resource_id
            and charge.charge_category = daily.charge_category
            and charge.delivery_id = daily.delivery_id
    where charge.feed = 'licenses' and charge.charge_category = 'Usage'
    group by all
),

groups_of_one as (
    select distinct
        groups.billing_period,
        groups.charge_group_id,
        charge.effective_cost
    from charge
    inner join charges.int_charges__groups as groups
        on charge.billing_period = groups.billing_period
            and {" and ".join(f"charge.{name} is not distinct from groups.{name}" for name in GROUP_COLUMNS)}
    where not (charge.feed = 'licenses' and charge.charge_category = 'Usage')
),

all_groups as (
    select * from license_days
    union all
    select * from groups_of_one
),

parts_ranked as (
    select
        *,
        row_number() over (order by abs(effective_cost) desc, charge_group_id) = 1 as takes_remainder,
        cast(effective_cost * (select rate from rate) as decimal(38, 12)) as amount
    from all_groups
)

select
    parts_ranked.billing_period,
    parts_ranked.charge_group_id,
    parts_ranked.amount + case
        when parts_ranked.takes_remainder
            then (select amount from rate) - sum(parts_ranked.amount) over ()
        else 0
    end as amount,
    owners.pool_id,
    owners.team_id,
    owners.project_id,
    owners.lifecycle_stage,
    owners.ai_activity,
    owners.owner_evidence,
    owners.rule_id
from parts_ranked
cross join charge
left join ownership.int_ownership__owners as owners
    on parts_ranked.billing_period = owners.billing_period
        and parts_ranked.charge_group_id = owners.charge_group_id
        and charge.charge_date >= owners.valid_from
        and charge.charge_date < owners.valid_to
"""

# The provider's month and currency decide the rate, as for the ledger.
RATE = """
create or replace temp table rate as
select
    rates.rate,
    cast(charge.effective_cost * rates.rate as decimal(38, 12)) as amount,
    (
        select any_value(currency)
        from showback.monthly_costs
        where month = charge.billing_period
    ) as currency
from charge
inner join charges.int_charges__rates as rates
    on charge.billing_period = rates.billing_period
        and charge.billing_currency = rates.billing_currency
"""

# The ledger's own splitting, on one charge: the largest share takes what rounding left.
WENT = """
create or replace temp table went as
with

parts_split as (
    select
        parts.charge_group_id,
        parts.amount as whole,
        parts.pool_id,
        shares.policy_id,
        shares.method,
        coalesce(shares.team_id, parts.team_id) as team_id,
        coalesce(shares.project_id, parts.project_id) as project_id,
        coalesce(shares.lifecycle_stage, parts.lifecycle_stage) as lifecycle_stage,
        parts.ai_activity,
        parts.owner_evidence,
        parts.rule_id,
        coalesce(shares.share, 1) as share,
        coalesce(shares.takes_remainder, true) as takes_remainder,
        cast(cast(parts.amount as double) * cast(shares.share as double) as decimal(38, 12)) as rounded_amount
    from parts
    cross join charge
    left join sharing.int_sharing__shares as shares
        on parts.billing_period = shares.billing_period
            and charge.charge_date = shares.charge_date
            and parts.pool_id = shares.pool_id
)

select
    * exclude (whole, takes_remainder, rounded_amount),
    cast(
        case
            when takes_remainder
                then whole - coalesce(
                    sum(case when not takes_remainder then rounded_amount end) over (partition by charge_group_id),
                    0
                )
            else rounded_amount
        end
        as decimal(38, 12)
    ) as amount
from parts_split
"""


def explain_charge(warehouse: Path, charge_id: str) -> Explanation:
    """The owners that a charge's effective cost went to, and the delivery that it came in.

    Raises `ExplainError` when no current delivery holds it, there is no warehouse to read,
    or when the parts do not add up to the charge.
    """
    charge_id = charge_id.strip()
    with reading(warehouse) as connection:
        find_charge(connection, charge_id)
        connection.execute(STATED)
        connection.execute(RATE)
        connection.execute(PARTS)
        connection.execute(WENT)
        rates = fetched(connection, "select * from rate")
        parts = fetched(connection, "select * from parts order by abs(amount) desc, charge_group_id")
        if not rates or not parts or any(part["team_id"] is None for part in parts):
            raise ExplainError(f"charge {shown(charge_id)} is landed but not built: run `apportion build`")
        (charge,) = fetched(connection, "select * from charge")
        (sums,) = fetched(connection, "select cast(sum(amount) as decimal(38, 12)) as total from went")
        went = fetched(connection, "select * from went order by abs(amount) desc, team_id, project_id, lifecycle_stage")
        source = charge_id.rsplit("-", 1) if re.fullmatch(r"[0-9a-f]{16}-[0-9]+", charge_id) else (None, None)
        paths = fetched(
            connection,
            "select distinct path from ingestion.files where file_id = $file_id and delivery_id = $delivery_id",
            {"file_id": source[0], "delivery_id": charge["delivery_id"]},
        )
    (rate,) = rates
    if sums["total"] != rate["amount"]:
        raise ExplainError(
            f"the parts of charge {shown(charge_id)} add up to {money(sums['total'])},"
            f" the charge is {money(rate['amount'])} {rate['currency']}: build {charge['billing_period']} again"
        )
    for row in went:
        row["evidence"] = evidence(row)
        row["stage"] = f"{shown(row['lifecycle_stage'])}\n{shown(row['ai_activity'])}"
        row["policy"] = "\n".join(shown(row[key]) for key in ("policy_id", "method") if row[key])

    billing_currency = shown(charge["billing_currency"])
    service = ", ".join(shown(charge[key]) for key in ("provider_name", "service_name") if charge[key])
    facts = [
        ("Provider, service", service),
        ("Resource", shown(charge["resource_id"])),
        ("Description", shown(charge["charge_description"])),
        ("Category, component", f"{shown(charge['charge_category'])}, {shown(charge['cost_component'])}"),
        ("Billing period, day", f"{shown(charge['billing_period'])}, {charge['charge_date']}"),
        ("Account", shown(charge["billing_account_id"])),
        ("Tags", shown(charge["tags"])),
        ("Billed cost", f"{money(charge['billed_cost'])} {billing_currency}"),
        ("Effective cost", f"{money(charge['effective_cost'])} {billing_currency}"),
    ]
    if rate["currency"] != charge["billing_currency"]:
        facts.append(("Exchange rate", f"{money(rate['rate'])} {rate['currency']}"))
    facts += [
        ("Delivery", shown(charge["delivery_id"])),
        ("File, row", ", ".join([*(shown(row["path"]) for row in paths), f"row {source[1]}"]) if paths else ""),
        ("Charge group", "\n".join(shown(part["charge_group_id"]) for part in parts)),
    ]
    columns = [
        Column("amount", f"Amount {rate['currency']}", "money"),
        Column("share", "Share", "share"),
        Column("team_id", "Team"),
        Column("project_id", "Project"),
        Column("stage", "Stage, activity"),
    ]
    if len(parts) == 1:
        (part,) = parts
        policy = ", ".join(went[0]["policy"].splitlines())
        facts += [
            ("Owner", f"team {shown(part['team_id'])}, project {shown(part['project_id'])}"),
            ("Evidence", evidence(part)),
            ("Policy, method", policy or ("no target on that day, it stays with its owner" if part["pool_id"] else "")),
        ]
    else:
        columns += [Column("policy", "Policy, method"), Column("evidence", "Evidence")]
    return Explanation(
        title=f"Charge {shown(charge_id)}",
        currency=rate["currency"],
        total=sums["total"],
        check="equals the charge's effective cost: yes",
        facts=[(label, value) for label, value in facts if value],
        sections=present(Section(OWNERS, tuple(columns), went)),
    )


def find_charge(connection: DuckDBPyConnection, charge_id: str) -> None:
    """Fill the temporary table `charge` with the one row. Raises `ExplainError` when there is none."""
    name = shown(charge_id)
    in_file = re.fullmatch(r"([0-9a-f]{16})-(0|[1-9][0-9]{0,17})", charge_id)
    of_day = re.fullmatch(r"license-.*-([0-9]{4}-[0-9]{2})-[0-9]{2}", charge_id, re.DOTALL)
    if of_day:
        places = [{"feed": "licenses", "billing_period": of_day[1], "status": "current"}]
    elif in_file:
        places = fetched(connection, PLACES, {"file_id": in_file[1]})
        if not places:
            raise ExplainError(f"no charge {name}: no delivery holds a file {in_file[1]}")
    else:
        raise ExplainError(f"no charge {name}: an id is that of its file, a hyphen and the row, as x_ChargeId shows")
    current = [place for place in places if place["status"] == "current"]
    if not current:
        raise ExplainError(f"charge {name} is not current: its delivery is {places[0]['status']}")
    feed = current[0]["feed"]
    found = {"charge_id": charge_id, "feed": feed}
    if feed == "focus":
        row = {"file_id": in_file[1], "source_row": int(in_file[2])}
        for values in fetched(connection, ROW_OF_BILL, row):
            connection.execute(CHARGE_OF_BILL, found | values)
            return
    else:
        # A register has no month of its own: it is read whole.
        for period in {place["billing_period"] for place in current}:
            connection.execute(CHARGE, found | {"billing_period": period})
            if connection.execute("select count(*) from charge").fetchone()[0]:
                return
    raise ExplainError(f"no charge {name}: no current delivery holds that row")


# --- Reading --------------------------------------------------------------------------------------


@contextmanager
def reading(warehouse: Path) -> Iterator[DuckDBPyConnection]:
    """The warehouse, to read only. Raises `ExplainError` in words where DuckDB has codes."""
    import duckdb

    from orchestration.warehouse import connect

    if not warehouse.is_file():
        raise ExplainError(f"{warehouse}: no such warehouse; run `apportion run` first, or name one with --warehouse")
    try:
        with connect(warehouse, read_only=True) as connection:
            yield connection
    except duckdb.CatalogException as error:
        raise ExplainError(f"{warehouse}: nothing is built in it yet; run `apportion run` first") from error
    except duckdb.Error as error:
        words = str(error).splitlines()[0]
        if "Could not set lock" in words:
            message = "another process is writing to it, perhaps a run; try again when it is done"
        else:
            message = f"cannot be read: {words}"
        raise ExplainError(f"{warehouse}: {message}") from error


def fetched(
    connection: DuckDBPyConnection, statement: str, values: dict[str, object] | None = None
) -> list[dict[str, object]]:
    """The rows of a query, by column name."""
    result = connection.execute(statement, values) if values else connection.execute(statement)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def deliveries_named(connection: DuckDBPyConnection, rows: list[dict[str, object]]) -> Section:
    """The deliveries of some sources, with their files. Each source is told its files and short names."""
    ids = sorted({found for row in rows for found in row["delivery_ids"] or [] if found})
    deliveries = fetched(connection, DELIVERIES_NAMED, {"deliveries": ids})
    files = {row["delivery_id"]: row["files"] or [] for row in deliveries}
    length = next(size for size in range(8, 65) if len({found[:size] for found in ids}) == len(ids))
    for row in rows:
        row["delivery"] = "\n".join(shown(found[:length]) for found in row["delivery_ids"] or [] if found)
        row["files"] = sorted({path for found in row["delivery_ids"] or [] for path in files.get(found, [])})
    for row in deliveries:
        row["feed_and_status"] = f"{shown(row['feed'])}\n{shown(row['status'])}"
        paths = [shown(path) for path in (row["files"] or [])[:FILES_SHOWN]]
        more = len(row["files"] or []) - len(paths)
        row["paths"] = "\n".join(paths + [f"and {more} more"] * (more > 0))
    columns = (
        Column("delivery_id", "Delivery", "name"),
        Column("feed_and_status", "Feed, status"),
        Column("account_id", "Account"),
        Column("paths", "Files"),
    )
    return Section(DELIVERIES, columns, deliveries)


def present(*sections: Section) -> list[Section]:
    """Those that have something to say."""
    return [section for section in sections if section.rows]


def evidence(row: dict[str, object]) -> str:
    """Why it is this owner's: `tag`, `rule r1`, `rule r1, pool gpu` and so on."""
    found = [] if row["owner_evidence"] == "rule" else [shown(row["owner_evidence"] or "none")]
    if row["rule_id"]:
        found.insert(0, f"rule {shown(row['rule_id'])}")
    if row["pool_id"] and "pool_total" not in row:
        found.append(f"pool {shown(row['pool_id'])}")
    return ", ".join(found)


# --- Words ----------------------------------------------------------------------------------------


def render(explanation: Explanation) -> str:
    """An explanation as plain text, as wide as the terminal and never breaking a number."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    tables = [section_table(section) for section in explanation.sections]
    width = max([terminal_width(), *(needed for _, _, needed in tables)])
    out = io.StringIO()
    console = Console(
        file=out, width=width, color_system=None, force_terminal=False, markup=False, emoji=False, highlight=False
    )

    def grid(rows: Iterable[tuple[str, str]], justify: str) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(justify=justify, overflow="fold")
        for label, value in rows:
            table.add_row(Text(label), Text(value))
        return table

    console.print(Text(explanation.title, overflow="fold"))
    if explanation.facts:
        console.print()
        console.print(grid(explanation.facts, "left"))
    for section, (columns, rows, _) in zip(explanation.sections, tables, strict=True):
        console.print()
        console.print(Text(section.title))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column, size in columns:
            is_number = column.kind in ("money", "share", "number")
            table.add_column(
                Text(column.title),
                justify="right" if is_number else "left",
                no_wrap=size is not None,
                width=size,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)
    summary = []
    if explanation.smaller_sources:
        words = "smaller source" + "s" * (explanation.smaller_sources > 1)
        summary.append(
            (f"{explanation.smaller_sources} {words}", f"{money(explanation.smaller_amount)} {explanation.currency}")
        )
    summary.append(("TOTAL", f"{money(explanation.total)} {explanation.currency}"))
    console.print()
    console.print(grid(summary, "right"))
    console.print(Text(explanation.check))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def section_table(section: Section) -> tuple[list[tuple[Column, int | None]], list[list[str]], int]:
    """The cells of a section, the width of each column that must not break, and the least width of all."""
    from rich.cells import cell_len

    rows = [[cell(row[column.key], column.kind) for column in section.columns] for row in section.rows]
    columns = []
    needed = 0
    for place, column in enumerate(section.columns):
        size = None
        if column.kind != "text":
            lines = [line for row in rows for line in row[place].splitlines()]
            size = max(cell_len(line) for line in [column.title, *lines])
        columns.append((column, size))
        needed += (12 if size is None else size) + 2
    return columns, rows, needed


def cell(value: object, kind: str) -> str:
    """A value as text. Composed cells come with their line breaks."""
    if value is None:
        return ""
    if kind == "money":
        return money(value)
    if kind == "share":
        return percent(value)
    return "\n".join(shown(line) for line in str(value).split("\n"))


def money(amount: Decimal) -> str:
    """Exact: no digit is dropped but zeros beyond the cents."""
    whole, _, decimals = format(amount, ",f").partition(".")
    decimals = decimals.rstrip("0").ljust(2, "0")
    text = f"{whole}.{decimals}"
    return text.removeprefix("-") if set(text) <= set("-0.") else text


def percent(share: Decimal | float) -> str:
    """A share as people say it; one that rounds to nothing or to all is not one."""
    share = Decimal(str(share)) * 100
    text = format(share, ".4f").rstrip("0").rstrip(".")
    return f"{'about ' if Decimal(text) in (0, 100) and share not in (0, 100) else ''}{text}%"


def share_range(row: dict[str, object]) -> str:
    """`60%`, or the average with what it was between."""
    if row["pool_total"] is None or row["lowest_share"] is None:
        return ""
    lowest, highest = percent(row["lowest_share"]), percent(row["highest_share"])
    if lowest == highest:
        return lowest
    average = f"{percent(row['average_share'])} on average\n" if row["average_share"] is not None else ""
    return f"{average}{lowest} to {highest} a day"


def shown(value: object) -> str:
    """A name as it may be printed: what would move a cursor or turn the text around is spelled out."""
    text = "" if value is None else str(value)
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMES_SUGGESTED
    text = ", ".join(shown(name) for name in names[:NAMES_SUGGESTED]) or "nothing yet"
    return f"{text} and {more} more" if more > 0 else text


def terminal_width() -> int:
    """The terminal's columns; a file or a pipe has at least a hundred."""
    columns = shutil.get_terminal_size((NARROWEST, 24)).columns
    return columns if sys.stdout.isatty() else max(columns, NARROWEST)
