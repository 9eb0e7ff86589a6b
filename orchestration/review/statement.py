"""The statement: the rows of a month in cents that add up to its total, as CSV."""

from __future__ import annotations

import csv
import io

from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table, written

STATEMENT = """
select *
from showback.monthly_costs
where month = $month and currency = $currency and (cast($team as varchar) is null or team_id = $team)
order by all
"""

NAMES = (
    *("month", "team_id", "project_id", "lifecycle_stage", "ai_activity", "cost_component", "provider_name"),
    *("current_team_id", "currency"),
)


def statement(publication: Publication, month: str, currency: str, team: str | None) -> Table:
    """The rows of a month in one currency. Direct and shared cost add up to the total in each row."""
    return Table(
        "statement",
        "Statement",
        "",
        [
            *(Column(name, name) for name in NAMES),
            Column("direct_cost", "direct_cost", "money", within="total_cost"),
            Column("shared_cost", "shared_cost", "money", within="total_cost"),
            Column("total_cost", "total_cost", "money"),
            Column("billed_cost", "billed_cost", "money"),
        ],
        publication.rows(STATEMENT, month=month, currency=currency, team=team),
    )


def in_cents(statements: list[Table]) -> str:
    """The rows of all currencies below one header, in cents."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    columns = statements[0].columns
    writer.writerow([column.key for column in columns])
    for table in statements:
        for row in table.rows:
            cells = row | row["shown"]
            writer.writerow([written(cells[column.key], column) for column in columns])
    return stream.getvalue()
