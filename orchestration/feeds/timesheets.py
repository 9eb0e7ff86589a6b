"""Hours worked, by day, person, role, project and activity. Persons arrive here, and stop here."""

from orchestration.feeds import Column, Feed, Table

HOURS = Table(
    name="timesheets",
    columns=(
        Column("worked_on", "date", required=True),
        Column("person", "person", required=True),
        Column("role", required=True),
        Column("project"),
        Column("activity"),
        Column("hours", "number", required=True),
    ),
    account="'timesheets'",
    period="worked_on",
    told_apart_by=("worked_on", "person", "role", "project", "activity"),
)

FEED = Feed(name="timesheets", tables=(HOURS,), personal=True)
