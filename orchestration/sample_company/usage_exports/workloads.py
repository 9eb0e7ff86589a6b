"""What all tools see: the days, the projects' workloads by stage, and the people who start them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.sample_company import company
from orchestration.sample_company.database import load
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports import invented

if TYPE_CHECKING:
    import duckdb


def load_workloads(connection: duckdb.DuckDBPyConnection, months: list[Month]) -> None:
    """Make the tables `used_days`, `workloads`, `users` and `invented` for these months."""
    first, end = months[0].start, months[-1].end
    connection.execute(
        f"""
        create table used_days as
        select cast(day as date) as usage_date
        from generate_series(date '{first}', date '{end}' - 1, interval 1 day) as days(day)
        """
    )
    load(
        connection,
        "users",
        "user_no integer, email varchar, display_name varchar, login varchar",
        [
            (number, known.email, f"{known.first_name} {known.last_name}", known.email.split("@")[0])
            for number, known in enumerate(company.PEOPLE)
        ],
    )
    load(
        connection,
        "invented",
        "invented_no integer, prompt varchar, response varchar, customer varchar, address varchar",
        invented.ROWS,
    )
    connection.execute(_WORKLOADS)


USERS, INVENTED = len(company.PEOPLE), len(invented.ROWS)

# Each project has one of each stage; its department spells the team in its own way.
_WORKLOADS = """
create table workloads as
select
    row_number() over (order by project_no, environment_no) - 1 as workload_no,
    projects.*,
    teams.team_name,
    if(project_no % 2 = 0, team_id, replace(team_id, '-', '_')) as team_label,
    lifecycle_stage,
    env,
    queue
from projects
inner join teams using (team_id),
    (values (0, 'production', 'prod', 'prod'), (1, 'development', 'dev', 'debug'), (2, 'testing', 'staging', 'test'))
        as environments(environment_no, lifecycle_stage, env, queue)
"""
