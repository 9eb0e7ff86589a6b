"""Hours worked, by day, person, role, project and activity. Persons arrive here, and stop here.

Five forms, each a table: a plain register, and what Tempo, Harvest, Toggl and Clockify export.
No name, e-mail, description or note is read.
"""

from orchestration.feeds import Column, Feed, Table

# Dates follow the profile of whoever exported: 22/06/2026 beside 04/30/2026.
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y")


def typed_in(name: str, required: bool = False, aliases: tuple[str, ...] = ()) -> Column:
    """What people type, or choose of what others typed: addresses are in it at times."""
    return Column(name, required=required, aliases=aliases, has_addresses=True)


HOURS = Table(
    name="timesheets",
    columns=(
        Column("worked_on", "date", required=True),
        Column("person", "person", required=True),
        typed_in("role", required=True),
        typed_in("project"),
        typed_in("activity"),
        Column("hours", "number", required=True),
    ),
    account="'timesheets'",
    period="worked_on",
    told_apart_by=("worked_on", "person", "role", "project", "activity"),
)


def attribute(name: str) -> Column:
    """A work attribute that Tempo has if somebody made it: a list in the cloud, an object on a server."""
    return typed_in(name, aliases=(f"attributes.values[key=_{name}_].value", f"attributes._{name}_.value"))


# Pulls overlap, and a worklog that was edited may have moved to another day and month: the
# newest version of each counts. One that was deleted is in no pull, and so stays.
TEMPO = Table(
    name="timesheets_tempo",
    columns=(
        Column("tempoWorklogId", required=True),
        Column("startDate", "date", required=True, aliases=("started",)),
        Column("timeSpentSeconds", "duration", required=True),
        Column("accountId", "person", required=True, aliases=("author.accountId", "worker")),
        Column("updatedAt", "moment", aliases=("dateUpdated",)),
        Column("issueId", aliases=("issue.id",)),
        Column("issueKey", aliases=("issue.key",)),
        Column("projectKey", aliases=("issue.projectKey",)),
        attribute("Role"),
        attribute("Activity"),
        attribute("Account"),
    ),
    account="'timesheets'",
    period=None,
    replaces="row",
    key=("tempoWorklogId",),
    version='"updatedAt"',
    records=("$.results[*]?",),
)

HARVEST = Table(
    name="timesheets_harvest",
    columns=(
        Column("Date", "date", required=True, formats=DAYS),
        Column("Employee Id", "person"),
        Column("First Name", "person", required=True, allows_null=True),
        Column("Last Name", "person", required=True, allows_null=True),
        typed_in("Roles"),
        typed_in("Project"),
        typed_in("Task"),
        Column("Hours", "number", required=True),
    ),
    account="'timesheets'",
    period='"Date"',
    told_apart_by=("Date", "Employee Id", "First Name", "Last Name", "Project", "Task"),
)

TOGGL = Table(
    name="timesheets_toggl",
    columns=(
        Column("Start date", "date", required=True, formats=DAYS),
        Column("Email", "person", required=True, aliases=("User",)),
        typed_in("Project"),
        typed_in("Task"),
        typed_in("Tags"),
        Column("Duration", "duration", required=True),
    ),
    account="'timesheets'",
    period='"Start date"',
    told_apart_by=("Start date", "Email", "Project", "Task", "Tags"),
)

# Its decimal duration is rounded to two places; the other is exact.
CLOCKIFY = Table(
    name="timesheets_clockify",
    columns=(
        Column("Start Date", "date", required=True, formats=DAYS),
        Column("Email", "person", required=True, aliases=("User",)),
        typed_in("Group"),
        typed_in("Project"),
        typed_in("Task"),
        typed_in("Tags"),
        Column("Type"),
        Column("Duration (h)", "duration", required=True),
    ),
    account="'timesheets'",
    period='"Start Date"',
    told_apart_by=("Start Date", "Email", "Project", "Task", "Tags"),
)

FEED = Feed(
    name="timesheets",
    tables=(HOURS, TEMPO, HARVEST, TOGGL, CLOCKIFY),
    personal=True,
    suffixes=(".csv", ".csv.gz", ".parquet", ".json", ".json.gz", ".jsonl", ".jsonl.gz"),
)
