"""The month's showback as a person reads it in a terminal."""

from __future__ import annotations

import os
import shutil
import sys
from shlex import join

import duckdb

from orchestration.project import Project, project

# Prepaid licenses reach into months to come, and usage may run ahead of its bill: the month
# shown is the last that is not ahead and cost something.
MONTH = """
select max(month) from showback.monthly_costs
where month in (select month from showback.months where not is_ahead)
"""

WIDTH = 132

TEAMS = """
select
    costs.team_id,
    coalesce(teams.team_name, costs.team_id),
    sum(direct_cost),
    sum(shared_cost),
    sum(total_cost),
    sum(total_cost) filter (lifecycle_stage = 'development'),
    sum(total_cost) filter (lifecycle_stage = 'testing'),
    sum(total_cost) filter (lifecycle_stage = 'production'),
    sum(total_cost) filter (lifecycle_stage = 'unknown')
from showback.monthly_costs as costs
left join showback.teams using (team_id)
where month = ? and currency = ?
group by teams.team_name, costs.team_id
order by 5 desc, 1
"""


def showback(paths: Project) -> str:
    """The last delivered month by team, in the reporting currency; rounded for reading only.

    Ends with the command that explains the largest amount.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    published = paths.published / "current" / "apportion.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        month = connection.execute(MONTH).fetchone()[0]
        currencies = connection.execute(
            "select distinct currency from showback.monthly_costs where month = ? order by 1", [month]
        ).fetchall()
        console = Console(width=WIDTH, highlight=False)
        with console.capture() as capture:
            for (currency,) in currencies:
                rows = connection.execute(TEAMS, [month, currency]).fetchall()
                table = Table(title=Text(f"Showback of {month}, effective cost in {currency}"), title_justify="left")
                for name in ("team", "direct", "shared", "total", "development", "testing", "production", "unknown"):
                    table.add_column(
                        name,
                        justify="left" if name == "team" else "right",
                        no_wrap=True,
                        min_width=18 if name == "team" else None,
                        # A tag may hold a sentence, and the amounts are what the table is for.
                        max_width=40 if name == "team" else None,
                    )
                for _, team, *amounts in rows:
                    table.add_row(Text(" ".join(team.split())), *(money(amount) for amount in amounts))
                table.add_section()
                table.add_row(
                    "total", *(money(sum(a or 0 for a in column)) for column in list(zip(*rows, strict=True))[2:])
                )
                console.print(table)
                console.print(f"next: {explain_command(paths, month, rows[0][0])}", soft_wrap=True)
            if not currencies:
                console.print("No costs yet: the exports held no charges.")
        return capture.get()


def explain_command(paths: Project, month: str, team: str) -> str:
    """What explains a team's month, as it can be pasted into the shell that this runs in."""
    program = "apportion" if shutil.which("apportion") else os.path.relpath(sys.argv[0])
    place = [] if paths.warehouse == project().warehouse else ["--warehouse", os.path.relpath(paths.warehouse)]
    return join([program, "explain", "--month", month, "--team", team, *place])


def money(amount: object) -> str:
    """Two decimals and thousands separators; a dash for what is not there."""
    return "-" if not amount else f"{amount:,.2f}"
