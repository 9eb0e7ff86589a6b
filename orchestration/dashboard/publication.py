"""The published file, read only: a request sees one publication, and the next one as soon as it is there."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import duckdb

from orchestration.explain.reading import fetched
from orchestration.publishing.refusal import refusal

Row = dict[str, object]

FILE = "apportion.duckdb"

# Pages read aggregates: what needs more than this is not one of them.
SETTINGS = ("set memory_limit = '1GB'", "set threads = 2", "set enable_external_access = false")

# Of what was judged several times the last time counts.
STATE = """
with

checks_ranked as (
    select
        checked_at,
        is_kept,
        row_number() over (
            partition by door, suite, batch, relation, promise
            order by checked_at desc
        ) = 1 as is_last
    from reconciliation.checks
)

select
    count(*) as checks,
    count(*) filter (not is_kept) as broken,
    max(checked_at) as checked_at
from checks_ranked
where is_last
"""

# What was not taken makes no number newer.
FEEDS = """
select
    feed,
    max(received_at) filter (status not in ('quarantined', 'incomplete')) as received_at,
    max(billing_period) filter (status = 'current') as last_period,
    count(*) filter (status = 'quarantined') as quarantined,
    count(*) filter (status = 'incomplete') as incomplete
from ingestion.deliveries
group by feed
order by feed
"""

MONTHS = """
select
    costs.month,
    costs.currency,
    months.is_delivered,
    months.is_ahead,
    months.is_compared,
    case when months.is_open then day(months.until_date) end as open_until_day,
    sum(costs.total_cost) as total_cost
from showback.monthly_costs as costs
inner join showback.months on costs.month = months.month
group by all
order by costs.month desc, total_cost desc, costs.currency
"""

# A team may have nothing but use whose bill has not come.
TEAMS = """
select
    costs.team_id,
    coalesce(teams.team_name, costs.team_id) as team_name
from (
    select team_id from showback.monthly_costs
    union
    select team_id from showback.estimates
) as costs
left join showback.teams on costs.team_id = teams.team_id
order by lower(team_name), team_id
"""

PROJECTS = """
select
    costs.project_id,
    coalesce(projects.project_name, costs.project_id) as project_name
from (select distinct project_id from showback.monthly_costs) as costs
left join showback.projects on costs.project_id = projects.project_id
order by lower(project_name), project_id
"""


VALUES = """
select
    list(distinct lifecycle_stage) as lifecycle_stage,
    list(distinct ai_activity) as ai_activity,
    list(distinct cost_component) as cost_component,
    list(distinct provider_name) filter (provider_name is not null) as provider_name
from showback.monthly_costs
"""


class NothingPublished(Exception):
    """There is no publication to read. Says where none is, and what makes one."""


class NotReadable(Exception):
    """There is a publication, and it cannot be read. Says which, why, and what to do."""


@dataclass(frozen=True)
class State:
    """What the header tells on every page, so that nobody trusts stale numbers."""

    checks: int
    broken: int
    checked_at: datetime | None
    feeds: list[Row]
    published_at: datetime | None
    refused: dict[str, str] | None

    @property
    def held(self) -> list[Row]:
        """Feeds of which something was not taken."""
        return [feed for feed in self.feeds if feed["quarantined"] or feed["incomplete"]]

    @property
    def last_received_at(self) -> datetime | None:
        return max((feed["received_at"] for feed in self.feeds if feed["received_at"] is not None), default=None)


class Publication:
    """One publication that is open. What every page asks is asked once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connection = duckdb.connect(str(folder / FILE), read_only=True)
        for setting in SETTINGS:
            self.connection.execute(setting)
        self.lock = threading.Lock()

    def rows(self, statement: str, **values: object) -> list[Row]:
        """The rows of a query. Each has a cursor of its own: many read at once."""
        with self.lock:
            cursor = self.connection.cursor()
        try:
            with cursor:
                return fetched(cursor, statement, values or None)
        except (duckdb.IOException, duckdb.SerializationException) as error:
            raise NotReadable(unreadable(self.folder, error)) from error

    def one(self, statement: str, **values: object) -> Row:
        """The only row of a query."""
        (row,) = self.rows(statement, **values)
        return row

    @cached_property
    def months(self) -> list[Row]:
        return self.rows(MONTHS)

    @cached_property
    def newest_month(self) -> str | None:
        """The last month that was delivered: prepaid licenses reach into months to come."""
        return max((row["month"] for row in self.months if not row["is_ahead"]), default=None)

    @cached_property
    def teams(self) -> dict[str, str]:
        return {row["team_id"]: row["team_name"] for row in self.rows(TEAMS)}

    @cached_property
    def projects(self) -> dict[str, str]:
        return {row["project_id"]: row["project_name"] for row in self.rows(PROJECTS)}

    def known(self, dimension: str) -> dict[str, str]:
        """The values of a dimension of ours."""
        return self.values[dimension]

    @cached_property
    def values(self) -> dict[str, dict[str, str]]:
        (lists,) = self.rows(VALUES)
        return {dimension: {value: value for value in sorted(found or [])} for dimension, found in lists.items()}

    @cached_property
    def judged(self) -> tuple[Row, list[Row]]:
        return self.one(STATE), self.rows(FEEDS)

    @property
    def published_at(self) -> datetime | None:
        """When it was written, by the name of its folder."""
        try:
            return datetime.strptime(self.folder.name, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
        except ValueError:
            return None

    def state(self) -> State:
        checks, feeds = self.judged
        return State(**checks, feeds=feeds, published_at=self.published_at, refused=refusal(self.folder.parent))


class Publications:
    """What is current in a published folder. A request that has one keeps it, whatever is published meanwhile."""

    def __init__(self, published: Path) -> None:
        self.published = published
        self.lock = threading.Lock()
        self.open: Publication | None = None

    def current(self) -> Publication:
        """The publication that `current` points to now; the one before is closed when its last reader ends."""
        with self.lock:
            # Between the look and the opening two more publications may remove the folder.
            for attempt in range(3):
                folder = (self.published / "current").resolve()
                if self.open is not None and self.open.folder == folder:
                    return self.open
                try:
                    if not (folder / FILE).is_file():
                        raise NothingPublished(self.nothing())
                    self.open = Publication(folder)
                    return self.open
                except (duckdb.IOException, OSError) as error:
                    if attempt == 2:
                        raise NotReadable(unreadable(folder, error)) from error
            raise AssertionError("never reached")

    def nothing(self) -> str:
        """Why there is nothing to show."""
        refused = refusal(self.published)
        why = f" The last run was refused at {refused['at']}: {refused['why']}." if refused else ""
        return f"There is no publication in {self.published} yet: `apportion run` makes one.{why}"


def unreadable(folder: Path, error: Exception) -> str:
    """What cannot be read, why, and what to do."""
    why = str(error).splitlines()[0]
    return (
        f"{folder / FILE} cannot be read: it is damaged, or this user may not read it ({why})."
        " If it is damaged, remove its folder, and `apportion publish` writes it anew."
    )
