"""What a person asked for, found in the warehouse: a cell of the mart, or the one row of a charge."""

from __future__ import annotations

import re
from collections.abc import Iterator

from duckdb import DuckDBPyConnection

from orchestration.explain.explanation import ExplainError
from orchestration.explain.reading import fetched
from orchestration.explain.words import shown

NAMES_SUGGESTED = 8

# --- A cell of the mart -------------------------------------------------------------------------

# The condition that puts a row of a month in the cell: what is not said is any.
OF_TEAM = """team_id = $team
    and project_id = coalesce(cast($project as varchar), project_id)
    and lifecycle_stage = coalesce(cast($stage as varchar), lifecycle_stage)"""
OF_TEAM_IN_SHARES = """shares.team_id = $team
            and shares.project_id = coalesce(cast($project as varchar), shares.project_id)
            and shares.lifecycle_stage = coalesce(cast($stage as varchar), shares.lifecycle_stage)"""
ON_DAY = "charge_date = coalesce(cast($day as date), charge_date)"
IN_CELL = f"""{OF_TEAM}
    and cost_component = coalesce(cast($component as varchar), cost_component)
    and ai_activity = coalesce(cast($activity as varchar), ai_activity)
    and (cast($provider as varchar) is null or provider_name = $provider)"""

# Each name is looked for in what is left by the names before it; the directories know full names.
CANDIDATES = {
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
    **{
        name: f"""
        select distinct {column} as id, {column} as name
        from showback.monthly_costs
        where month = $month and team_id = $team and project_id = coalesce(cast($project as varchar), project_id)
        """
        for name, column in {
            "component": "cost_component",
            "stage": "lifecycle_stage",
            "activity": "ai_activity",
            "provider": "provider_name",
        }.items()
    },
}


DAYS = f"select distinct charge_date from showback.daily_costs where month = $month and {IN_CELL}"


def find_cell(connection: DuckDBPyConnection, asked: dict[str, str | None]) -> dict[str, str | None]:
    """The names as the marts write them. Raises `ExplainError` that lists what there is."""
    month, day = asked["month"], asked["day"]
    months = [row["month"] for row in fetched(connection, "select distinct month from showback.monthly_costs")]
    if month not in months:
        raise ExplainError(f"nothing in {month}; there is {listed(sorted(months, reverse=True))}")
    cell = {"month": month}
    for dimension in CANDIDATES:
        given = asked[dimension]
        cell[dimension] = None if given is None else matched(connection, dimension, given, cell)
    cell["day"] = day
    days = sorted(str(row["charge_date"]) for row in fetched(connection, DAYS, cell))
    if not days or (day is not None and day not in days):
        of = ", ".join(f"{name} {shown(cell[name])}" for name in CANDIDATES if cell[name] is not None)
        raise ExplainError(
            f"nothing of {of} on {shown(day)} in {month}; there is {listed(days)}"
            if days
            else f"nothing of {of} in {month}"
        )
    return cell


def matched(connection: DuckDBPyConnection, dimension: str, given: str, known: dict[str, str | None]) -> str:
    """The one id that a name means: as written, else in any case, else by its full name."""
    ranked = fetched(
        connection,
        f"""
        with

        candidates as ({CANDIDATES[dimension]}),

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
        of = "".join(f"of {name} {shown(known[name])} " for name in ("project", "team") if known.get(name))
        there = listed([row["id"] for row in ranked])
        raise ExplainError(f"no {dimension} {shown(given)} {of}in {known['month']}; there is {there}")
    return best[0]


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMES_SUGGESTED
    text = ", ".join(shown(name) for name in names[:NAMES_SUGGESTED]) or "nothing yet"
    return f"{text} and {more} more" if more > 0 else text


# --- The row of a charge ------------------------------------------------------------------------

# The attributes of a charge group, as macros/charge_group_columns.sql lists them.
GROUP_COLUMNS = (
    "feed",
    "billing_account_id",
    "sub_account_id",
    "provider_name",
    "service_category",
    "service_name",
    "sku_id",
    "resource_id",
    "region_id",
    "charge_category",
    "invoice_id",
    "cost_component",
    "tags",
    "stated_team",
    "stated_project",
    "stated_activity",
    "activity_hint",
    "unused_commitment_id",
    "pool_id",
    "billing_currency",
)

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

# The row itself, by the few columns that its id is made of and what Parquet keeps statistics of. These
# then spare the view of all charges from reading every column of every row of the month.
ROW_OF_BILL = """
select billing_period, charge_period_start_at, resource_id
from staging.stg_{feed}__charges
where charge_id = $charge_id and billing_period = $billing_period
"""

CHARGE = f"""
create or replace temp table charge as
select
    charge_id,
    delivery_id,
    billing_period,
    charge_date,
    charge_description,
    billed_cost,
    effective_cost,
    covered_cost,
    benefit_pool_id,
    {", ".join(GROUP_COLUMNS)}
from charges.int_charges__cost_and_usage
where charge_id = $charge_id
    and feed = coalesce(cast($feed as varchar), feed)
    and billing_period = coalesce(cast($billing_period as varchar), billing_period)
"""

CHARGE_OF_BILL = f"""{CHARGE}
    and charge_period_start_at = $charge_period_start_at
    and (resource_id = $resource_id or cast($resource_id as varchar) is null)
"""


def find_charge(connection: DuckDBPyConnection, charge_id: str) -> tuple[str, str] | None:
    """Fill the temporary table `charge` with the one row, and tell its file and its place there.

    A license's day is computed: it is in no file. Raises `ExplainError` when there is no such charge.
    """
    name = shown(charge_id)
    in_file = re.fullmatch(r"([0-9a-f]{16})-(0|[1-9][0-9]{0,17})(?:-.+)?", charge_id)
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
    # A register has no month of its own: it is read whole.
    months = [
        found | {"billing_period": month} for month in dict.fromkeys(place["billing_period"] for place in current)
    ]
    searches = [*rows_of_bill(connection, months), *((CHARGE, month) for month in months)]
    for statement, values in searches:
        connection.execute(statement, values)
        if connection.execute("select count(*) from charge").fetchone()[0]:
            return in_file.groups() if in_file else None
    raise ExplainError(f"no charge {name}: no current delivery holds that row")


def rows_of_bill(
    connection: DuckDBPyConnection, months: list[dict[str, str]]
) -> Iterator[tuple[str, dict[str, object]]]:
    """A narrow search for a charge of a bill, in each of its months that has it; none for a register's."""
    feed = months[0]["feed"]
    is_bill = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'staging' and table_name = ?",
        [f"stg_{feed}__charges"],
    ).fetchone()
    for month in months if is_bill else ():
        asked = {name: month[name] for name in ("charge_id", "billing_period")}
        for row in fetched(connection, ROW_OF_BILL.format(feed=feed), asked):
            yield CHARGE_OF_BILL, month | row
