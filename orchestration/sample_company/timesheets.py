"""Who worked how long on what, and what that really cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company import company, tagging
from orchestration.sample_company.database import copy_csv, copy_json, load
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb


def load_people(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `people` and `rate_card`."""
    load(
        connection,
        "people",
        "person varchar, first_name varchar, role varchar, team_id varchar",
        [(person.email, person.first_name, person.role, person.team_id) for person in company.PEOPLE],
    )
    load(
        connection,
        "rate_card",
        "role varchar, currency varchar, hourly_rate decimal(10, 2), valid_from date, valid_to date",
        company.RATES,
    )


def make_hours(connection: duckdb.DuckDBPyConnection, month: Month) -> None:
    """Make the table `hours`: one row per person, day, project and activity."""
    connection.execute(
        f"""
        set variable month_start = date '{month.start}';
        set variable month_end = date '{month.end}';
        """
    )
    connection.execute(_HOURS)


def write_timesheets(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """Write the month's hours, free text included: it must not get into the warehouse.

    Most people fill in a sheet, annotators track their time in Clockify, scientists in Tempo.
    """
    copy_csv(
        connection,
        f"""
        select worked_on, person, role, project, activity, hours, notes
        from hours
        where role not in ({_TRACKED})
        order by worked_on, person, project, activity
        """,
        folder / f"{month}.csv",
    )
    copy_csv(connection, _CLOCKIFY, folder / "clockify" / f"{month}" / "detailed.csv")
    copy_json(connection, _TEMPO, folder / "tempo" / f"{month}" / "worklogs.json")


_ANNOTATORS, _SCIENTISTS = "Annotation Specialist", "Research Scientist"
_TRACKED = f"'{_ANNOTATORS}', '{_SCIENTISTS}'"

_CLOCKIFY = f"""
select
    project as "Project",
    'Lumenfold' as "Client",
    notes as "Description",
    activity as "Task",
    people.first_name as "User",
    hours.role as "Group",
    person as "Email",
    null as "Tags",
    'No' as "Billable",
    strftime(worked_on, '%d/%m/%Y') as "Start Date",
    '09:00 AM' as "Start Time",
    strftime(worked_on, '%d/%m/%Y') as "End Date",
    '05:00 PM' as "End Time",
    printf('%02d:%02d:00', cast(floor(hours) as integer), cast(hours % 1 * 60 as integer)) as "Duration (h)",
    hours as "Duration (decimal)"
from hours
inner join people using (person)
where hours.role = '{_ANNOTATORS}'
order by worked_on, person, project, activity
"""

# Nobody is told apart by a name here, and yet the ids are persons'.
_TEMPO = f"""
select
    {{'count': count(*), 'offset': 0}} as metadata,
    list(
        {{
            'tempoWorklogId': cast(strftime(worked_on, '%Y%m%d') as bigint) * 1000 + row_number,
            'issue': {{'id': 10000 + row_number}},
            'timeSpentSeconds': cast(hours * 3600 as integer),
            'startDate': cast(worked_on as varchar),
            'startTime': '09:00:00',
            'description': notes,
            'updatedAt': strftime(worked_on, '%Y-%m-%dT18:00:00Z'),
            'author': {{'accountId': '70121:' || person}},
            'attributes': {{
                'values': [
                    {{'key': '_Role_', 'value': role}},
                    {{'key': '_Activity_', 'value': activity}},
                    {{'key': '_Account_', 'value': project}}
                ]
            }}
        }}
        order by worked_on, row_number
    ) as results
from (
    select *, row_number() over (partition by worked_on order by person, project, activity) as row_number
    from hours
    where role = '{_SCIENTISTS}'
)
"""

_HOURS = f"""
create or replace table hours as
with

days as (
    select cast(day as date) as worked_on
    from generate_series(
        getvariable('month_start'), getvariable('month_end') - 1, interval 1 day
    ) as days(day)
    where isodow(day) <= 5
),

attended as (
    select
        *,
        concat_ws('/', person, worked_on) as day_key,
        2 + pick(day_key, 'first', 13) * 0.25 as first_hours,
        1 + pick(day_key, 'second', 9) * 0.25 as second_hours
    from days, people
    where draw(concat_ws('/', person, worked_on), 'away') > 0.08
),

pieces as (
    select
        attended.*,
        concat_ws('/', day_key, piece) as piece_key,
        case piece
            when 0 then first_hours
            when 1 then second_hours
            else 8 - first_hours - second_hours
        end as piece_hours
    from attended, range(3) as pieces(piece)
),

-- Three pieces of work in four are for a project of one's own team.
placed as (
    select
        pieces.*,
        known.project_id,
        known.team_id as owning_team_id,
        case pick(piece_key, 'spelling', 8)
            when 0 then known.project_code
            when 1 then known.project_name
            else known.project_id
        end as project,
        case
            when role = 'Annotation Specialist' then 'Data labeling'
            else activity_spellings.spelling
        end as activity
    from pieces
    inner join projects as known
        on known.project_id <> '{company.UNREGISTERED_PROJECT}'
    inner join activity_spellings
        on activity_no = pick(person || worked_on, 'activity', {len(tagging.ACTIVITY_SPELLINGS)})
    where piece_hours > 0
    qualify row_number() over (
        partition by piece_key
        order by
            (known.team_id = pieces.team_id) = (draw(piece_key, 'home') < 0.75) desc,
            draw(piece_key, known.project_id)
    ) = 1
)

select
    placed.worked_on,
    placed.person,
    placed.role,
    placed.project,
    placed.activity,
    cast(sum(placed.piece_hours) as decimal(6, 2)) as hours,
    case pick(any_value(placed.day_key), 'notes', 4)
        when 0 then 'Pairing with ' || any_value(placed.first_name) || ', "quick fix"'
        when 1 then 'see mail to ' || placed.person
        when 2 then 'customer call; do not share'
    end as notes,
    placed.project_id,
    placed.owning_team_id as team_id,
    rate_card.currency,
    cast(sum(placed.piece_hours) as decimal(6, 2)) * rate_card.hourly_rate as effective_cost
from placed
inner join rate_card
    on placed.role = rate_card.role
        and placed.worked_on >= rate_card.valid_from
        and placed.worked_on < coalesce(rate_card.valid_to, date '9999-12-31')
group by
    placed.worked_on, placed.person, placed.role, placed.project, placed.activity,
    placed.project_id, placed.owning_team_id, rate_card.currency, rate_card.hourly_rate
"""
