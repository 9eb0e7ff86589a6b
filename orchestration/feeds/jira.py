"""Jira: the CSV export, REST answers, and the normalized objects of a loader (issue.csv, status.csv, ...).

One row is one issue, wherever it comes from; the newest version counts. Summaries, descriptions,
comments and work logs are free text and stay outside; of an issue's history only its states and
numbers enter. Which custom field holds story points differs by site: REST and loaders name it by
its id, so the numbers of all of them are read and the site's field catalogue says what they are.
"""

from orchestration.feeds import Column, Feed, Table

# "21/Sep/26 10:30 AM" is what a site writes unless its administrator chose another form.
FORMATS = (
    "%d/%b/%y %I:%M %p",
    "%d/%b/%y %H:%M",
    "%d/%b/%Y %I:%M %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %I:%M %p",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M",
)

STATUS_CHANGES = """
to_json(list_filter(
    flatten(list_transform(json_extract({record}, '$.changelog.histories[*]'), lambda history: list_transform(
        json_extract(history, '$.items[*]'),
        lambda item: {
            'changed_at': history ->> 'created', 'field': item ->> 'field',
            'from_status': item ->> 'fromString', 'to_status': item ->> 'toString'
        }
    ))),
    lambda change: change.field = 'status'
))
"""

CUSTOM_NUMBERS = """
to_json(map_from_entries(list_transform(
    list_filter(
        json_keys({record}, '$.fields'),
        lambda field: starts_with(field, 'customfield_')
            and json_type({record}, concat('$.fields.', field)) in ('BIGINT', 'UBIGINT', 'DOUBLE')
    ),
    lambda field: {'field': field, 'number': json_extract({record}, concat('$.fields.', field))}
)))
"""

ISSUES = Table(
    name="jira_issues",
    columns=(
        Column("Issue id", required=True, aliases=("id",)),
        Column("Issue key", required=True, aliases=("key",)),
        # A loader's issue names its type, state and project by their ids.
        Column("Issue Type", aliases=("issue_type", "fields.issuetype.name")),
        Column("Status", required=True, allows_null=True, aliases=("fields.status.name",)),
        Column("Status Category", aliases=("fields.status.statusCategory.key",)),
        Column("Resolution", aliases=("fields.resolution.name",)),
        Column("Project id", aliases=("project", "fields.project.id")),
        Column("Project key", aliases=("fields.project.key",)),
        Column("Project name", aliases=("fields.project.name",)),
        Column("Parent", aliases=("Parent id", "parent_id", "fields.parent.id")),
        Column("Parent key", aliases=("fields.parent.key",)),
        Column("Parent type", aliases=("fields.parent.fields.issuetype.name",)),
        Column("Epic Link", aliases=("Custom field (Epic Link)", "fields.customfield_10014")),
        Column("Labels", "list", aliases=("fields.labels",), has_addresses=True),
        Column(
            "Components",
            "list",
            aliases=("Component/s",),
            from_record=("to_json(json_extract_string({record}, '$.fields.components[*].name'))"),
        ),
        Column("Story Points", "number", aliases=("Custom field (Story Points)",)),
        Column("Story point estimate", "number", aliases=("Custom field (Story point estimate)",)),
        Column("custom_numbers", "tags", from_record=CUSTOM_NUMBERS),
        Column("Time Spent", "number", aliases=("time_spent", "_time_spent", "fields.timespent")),
        Column("Assignee Id", "person", aliases=("Assignee", "fields.assignee.accountId", "fields.assignee.name")),
        Column("Created", "timestamp", required=True, aliases=("fields.created",), formats=FORMATS),
        Column("Updated", "timestamp", aliases=("fields.updated",), formats=FORMATS),
        Column("Resolved", "timestamp", aliases=("fields.resolutiondate",), formats=FORMATS),
        Column("status_changes", "list", from_record=STATUS_CHANGES),
        # Deleted at the source; only a loader notices.
        Column("_fivetran_deleted"),
    ),
    account="'jira'",
    period=None,
    replaces="row",
    # The id is a site's own; with the key two sites do not meet.
    key=("Issue id", "Issue key"),
    version='coalesce("Updated", "Created")',
    records=("$.issues[*]",),
)

FIELD_HISTORY = Table(
    name="jira_field_history",
    columns=(
        Column("issue_id", required=True),
        Column("field_id", required=True),
        Column("time", "timestamp", required=True),
        # The history of a summary is as free as the summary.
        Column(
            "value",
            required=True,
            allows_null=True,
            only_if="field_id = 'status'"
            " or (starts_with(field_id, 'customfield_') and try_cast(value as double) is not null)",
        ),
    ),
    account="'jira'",
    period=None,
    replaces="row",
    key=("issue_id", "field_id", "time"),
)


def register(name: str, *columns: Column, records: tuple[str, ...] = ()) -> Table:
    """A list of what ids mean: it has no dates, and so belongs to every month."""
    return Table(
        name=name,
        columns=(Column("id", required=True), *columns),
        account="'jira'",
        period=None,
        replaces="row",
        key=("id",),
        records=records,
    )


PROJECTS = register(
    "jira_projects",
    Column("key", required=True),
    Column("name", required=True),
    Column("project_type_key", required=True, allows_null=True, aliases=("projectTypeKey",)),
    records=("$.values[*]",),
)
EPICS = register(
    "jira_epics",
    Column("key", required=True),
    Column("name", required=True, allows_null=True),
    Column("done", required=True, allows_null=True),
)
STATUSES = register(
    "jira_statuses",
    Column("name", required=True),
    Column("status_category_id", required=True, aliases=("statusCategory.id",)),
    records=("$",),
)
FIELDS = register(
    "jira_fields",
    Column("name", required=True),
    Column("is_custom", required=True, aliases=("custom",)),
    records=("$",),
)

FEED = Feed(
    name="jira",
    tables=(ISSUES, FIELD_HISTORY, PROJECTS, EPICS, STATUSES, FIELDS),
    personal=True,
    suffixes=(".csv", ".csv.gz", ".json", ".jsonl"),
    repeats=(
        "Labels",
        "Component*",
        "Sprint",
        "Comment*",
        "Attachment*",
        "Log Work",
        "Fix *ersion*",
        "Affects *ersion*",
        "Watchers*",
        "Inward *",
        "Outward *",
        "Custom field *",
    ),
    # What a loader delivers beside them: who sits in which team, sprints, and names that issues repeat.
    ignores=r"^(component|sprint|team|user|comment|worklog)s?\.csv$",
)
