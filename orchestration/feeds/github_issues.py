"""GitHub issues: REST answers, what `gh issue list --json` prints, and CSV made of either.

Titles, bodies and comments stay outside. A pull request is an issue to the API, and none to us.
"""

from orchestration.feeds import Column, Feed, Table

ISSUES = Table(
    name="github_issues",
    columns=(
        Column("number", required=True),
        # `https://api.github.com/repos/acme/atlas`, `https://github.com/acme/atlas/issues/7` or `acme/atlas`.
        Column("repository_url", required=True, aliases=("html_url", "url", "repository")),
        Column("state", required=True),
        Column("state_reason", aliases=("stateReason",)),
        Column("type_name", aliases=("type",), from_record="{record} ->> '$.type.name'"),
        Column(
            "labels",
            "list",
            from_record="to_json(json_extract_string({record}, '$.labels[*].name'))",
            has_addresses=True,
        ),
        Column("milestone_title", aliases=("milestone",), from_record="{record} ->> '$.milestone.title'"),
        Column(
            "assignee",
            "person",
            aliases=("assignees",),
            from_record="coalesce({record} ->> '$.assignee.login', {record} ->> '$.assignees[0].login')",
        ),
        Column("pull_request"),
        Column("created_at", "timestamp", required=True, aliases=("createdAt",)),
        Column("updated_at", "timestamp", aliases=("updatedAt",)),
        Column("closed_at", "timestamp", aliases=("closedAt",)),
    ),
    account="'github_issues'",
    period=None,
    replaces="row",
    key=("repository_url", "number"),
    version="coalesce(updated_at, closed_at, created_at)",
    records=("$",),
)

FEED = Feed(
    name="github_issues",
    tables=(ISSUES,),
    personal=True,
    suffixes=(".csv", ".csv.gz", ".json", ".jsonl"),
)
