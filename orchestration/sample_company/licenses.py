"""License contracts, who has their seats, and what a day of them really costs whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestration.sample_company.database import copy_csv, load
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb

UNUSED_POOL, UNUSED_POOL_OWNER = "unused_seats", "workplace-it"


class Contract(NamedTuple):
    """A line of the register; `term_end` is the last day of the term."""

    license_id: str
    vendor: str
    product: str
    contract_id: str
    currency: str
    amount: str
    term_start: date
    term_end: date
    billed_on: date
    seats: int


class Assignment(NamedTuple):
    """Seats of a team or of a project; `assigned_to` is the last day, None is open."""

    license_id: str
    team_id: str | None
    project_id: str | None
    seats: int
    assigned_from: date
    assigned_to: date | None


# fmt: off
_CONTRACTS = [
    Contract("lic-editor-2026", "Inkstone Software", "Code Editor, Business", "K-2201", "USD",
             "93600.00", date(2026, 1, 1), date(2026, 12, 31), date(2025, 12, 18), 150),
    Contract("lic-labels-2025", "Labelwerk GmbH", "Annotation Studio", "K-2202", "EUR",
             "48250.00", date(2025, 10, 1), date(2026, 9, 30), date(2025, 10, 6), 60),
    Contract("lic-labels-2026", "Labelwerk GmbH", "Annotation Studio", "K-2202", "EUR",
             "52900.00", date(2026, 10, 1), date(2027, 9, 30), date(2026, 9, 21), 66),
    # Two years with a 29 February in them.
    Contract("lic-scheduler", "Clusterwise", "GPU Scheduler Enterprise", "K-2203", "USD",
             "187000.00", date(2026, 3, 1), date(2028, 2, 29), date(2026, 3, 2), 32),
    Contract("lic-catalog-2026", "Metadata Works", "Data Catalog", "K-2204", "USD",
             "31000.00", date(2026, 6, 1), date(2027, 5, 31), date(2026, 6, 1), 80),
    # The true-up: more people used the catalog than were paid for.
    Contract("lic-catalog-2026-trueup", "Metadata Works", "Data Catalog", "K-2204", "USD",
             "6150.50", date(2026, 8, 15), date(2027, 5, 31), date(2026, 8, 20), 20),
    Contract("lic-robotsim", "Kinetic Labs", "Robot Simulator", "K-2205", "USD",
             "64000.00", date(2026, 4, 1), date(2027, 3, 31), date(2026, 4, 10), 12),
]

_ASSIGNMENTS = [
    Assignment("lic-editor-2026", "language", None, 32, date(2026, 1, 1), None),
    Assignment("lic-editor-2026", "perception", None, 28, date(2026, 1, 1), date(2026, 6, 30)),
    Assignment("lic-editor-2026", "perception", None, 34, date(2026, 7, 1), None),
    Assignment("lic-editor-2026", "robotics", None, 18, date(2026, 1, 1), None),
    Assignment("lic-editor-2026", "data-platform", None, 25, date(2026, 1, 1), None),
    Assignment("lic-editor-2026", "ml-platform", None, 21, date(2026, 2, 15), None),
    Assignment("lic-labels-2025", None, "labeling-factory", 44, date(2025, 10, 1), None),
    Assignment("lic-labels-2025", None, "defect-detection", 9, date(2025, 10, 1), None),
    Assignment("lic-labels-2026", None, "labeling-factory", 48, date(2026, 10, 1), None),
    Assignment("lic-labels-2026", None, "defect-detection", 18, date(2026, 10, 1), None),
    Assignment("lic-scheduler", None, "training-runtime", 32, date(2026, 3, 1), None),
    Assignment("lic-catalog-2026", "data-platform", None, 40, date(2026, 6, 1), None),
    Assignment("lic-catalog-2026", "search", None, 22, date(2026, 6, 1), None),
    Assignment("lic-catalog-2026", "risk", None, 18, date(2026, 6, 1), None),
    Assignment("lic-catalog-2026-trueup", "customer-ai", None, 13, date(2026, 8, 15), None),
    Assignment("lic-catalog-2026-trueup", "recommendations", None, 7, date(2026, 8, 15), None),
    Assignment("lic-robotsim", None, "grasp-planner", 7, date(2026, 4, 1), None),
    Assignment("lic-robotsim", None, "warehouse-routing", 3, date(2026, 5, 4), None),
]
# fmt: on

_CHAT_SEATS = {"language": 41, "perception": 37, "customer-ai": 33, "risk": 24, "workplace-it": 19}


def contracts(months: list[Month]) -> list[Contract]:
    """The register: the long terms, and the chat license that is renewed each month."""
    return [
        *_CONTRACTS,
        *(
            Contract(
                f"lic-chat-{month}",
                "Parlance",
                "Team Chat",
                "K-2206",
                "USD",
                "1733.00",
                month.start,
                month.last_day,
                month.start,
                180,
            )
            for month in months
        ),
    ]


def assignments(months: list[Month]) -> list[Assignment]:
    """Who has the seats."""
    return [
        *_ASSIGNMENTS,
        *(
            Assignment(f"lic-chat-{month}", team_id, None, seats, month.start, None)
            for month in months
            for team_id, seats in _CHAT_SEATS.items()
        ),
    ]


def make_licenses(connection: duckdb.DuckDBPyConnection, months: list[Month]) -> None:
    """Make the registers and `license_costs`: what each day of a term costs whom."""
    load(
        connection,
        "contracts",
        "license_id varchar, vendor varchar, product varchar, contract_id varchar,"
        " currency varchar, amount decimal(18, 2), term_start date, term_end date,"
        " billed_on date, seats integer",
        contracts(months),
    )
    load(
        connection,
        "assignments",
        "license_id varchar, team_id varchar, project_id varchar, seats integer, assigned_from date, assigned_to date",
        assignments(months),
    )
    connection.execute(_LICENSE_COSTS)


def write_licenses(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write both registers as they stand at the end of the last month."""
    copy_csv(connection, "from contracts order by license_id", folder / "register.csv")
    copy_csv(
        connection,
        "from assignments order by license_id, team_id, project_id, assigned_from",
        folder / "assignments.csv",
    )


# Whole units of the twelfth decimal: what integer division leaves over has an owner.
_LICENSE_COSTS = f"""
create or replace table license_costs as
with

terms as (
    select
        *,
        term_end - term_start + 1 as term_days,
        cast(amount * 1000000000000 as hugeint) as units
    from contracts
),

days as (
    select
        terms.*,
        cast(day.day as date) as charge_date,
        case
            when cast(day.day as date) = term_end then units - units // term_days * (term_days - 1)
            else units // term_days
        end as day_units
    from terms,
    lateral (select unnest(generate_series(term_start, term_end, interval 1 day)) as day) as day
),

seats_used as (
    select
        days.license_id,
        days.charge_date,
        assignments.team_id,
        assignments.project_id,
        'license' as attribution,
        sum(assignments.seats) as seats
    from days
    inner join assignments
        on days.license_id = assignments.license_id
            and days.charge_date >= assignments.assigned_from
            and days.charge_date <= coalesce(assignments.assigned_to, date '9999-12-31')
    group by all
),

seats_held as (
    select * from seats_used
    union all
    select
        days.license_id,
        days.charge_date,
        '{UNUSED_POOL_OWNER}',
        null,
        'pool:{UNUSED_POOL}',
        any_value(days.seats) - coalesce(sum(seats_used.seats), 0)
    from days
    left join seats_used
        on days.license_id = seats_used.license_id and days.charge_date = seats_used.charge_date
    group by days.license_id, days.charge_date
    having any_value(days.seats) > coalesce(sum(seats_used.seats), 0)
),

parts as (
    select
        days.vendor,
        days.currency,
        days.license_id,
        days.charge_date,
        days.day_units,
        seats_held.* exclude (license_id, charge_date),
        days.day_units * cast(seats_held.seats as hugeint) // days.seats as part_units,
        row_number() over (
            partition by days.license_id, days.charge_date
            order by seats_held.seats desc, attribution, team_id, project_id
        ) as place
    from days
    inner join seats_held
        on days.license_id = seats_held.license_id and days.charge_date = seats_held.charge_date
),

-- The most seats take the units that division left.
whole_parts as (
    select
        * exclude (part_units),
        part_units
        + if(
            place = 1,
            day_units
            - cast(sum(part_units) over (partition by license_id, charge_date) as hugeint),
            0
        ) as part_units
    from parts
)

select
    vendor,
    currency,
    charge_date,
    team_id,
    project_id,
    attribution,
    cast(
        cast(part_units as decimal(26, 0)) * cast(0.000000000001 as decimal(12, 12))
        as decimal(38, 12)
    ) as effective_cost
from whole_parts
"""
