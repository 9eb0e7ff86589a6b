"""Issues of Jira, GitHub and Linear: every shape of export, one row per issue, and no word that people wrote."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from orchestration.ingestion.ingest import Scan, ingest
from orchestration.partitions import find_inputs, unbuilt_periods
from orchestration.project import project
from orchestration.quality.validator import Validator
from orchestration.warehouse import connect
from tests.conftest import Dbt, query

SECRET = "Ada Lovelace wrote this"


class Tracker:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator) -> None:
        self.project = project(base / "exports", base / "warehouse.duckdb", base / "published")
        self.validator = validator
        self.project.exports.mkdir()

    def deliver(self, path: str, content: object) -> Path:
        target = self.project.exports / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content if isinstance(content, str) else json.dumps(content))
        return target

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def rows(self, sql: str) -> list[tuple]:
        return query(self.project.warehouse, sql)


@pytest.fixture
def tracker(tmp_path: Path, validator: Validator) -> Tracker:
    return Tracker(tmp_path, validator)


CSV_HEADER = (
    "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Assignee,Assignee Id,Created,Updated,"
    "Resolved,Labels,Labels,Labels,Sprint,Sprint,Log Work,Log Work,Time Spent,Custom field (Story Points),"
    "Custom field (Story point estimate),Comment,Comment,Parent,Parent key,Parent summary,Status Category"
)
CSV_ISSUE = (
    f'"{SECRET},\n""quoted""",ATL-{{n}},1000{{n}},Story,Done,ATL,Atlas,{SECRET},of-ada,21/Sep/26 10:30 AM,'
    f'{{updated}},22/Sep/26 1:05 PM,training,,data,S1,S2,"{SECRET};21/Sep/26 10:30 AM;of-ada;3600",,5400,{{points}},,'
    f'"{SECRET}\n\nagain",,10000,ATL-9,{SECRET},Done'
)


def csv_export(*issues: dict[str, object]) -> str:
    """What a Jira site exports; each issue with its number `n`."""
    rows = [CSV_ISSUE.format(**{"updated": "22/Sep/26 1:05 PM", "points": 3, **issue}) for issue in issues]
    return "\n".join([CSV_HEADER, *rows, ""])


def rest_issue(number: int, **fields: object) -> dict:
    """An issue as the REST API answers."""
    return {
        "id": f"1000{number}",
        "key": f"ATL-{number}",
        "fields": {
            "project": {"id": "1", "key": "ATL", "name": "Atlas"},
            "issuetype": {"name": "Story", "subtask": False},
            "summary": SECRET,
            "description": {"type": "doc", "content": [{"text": SECRET}]},
            "status": {"name": "Done", "statusCategory": {"key": "done"}},
            "parent": {"id": "10009", "key": "ATL-9", "fields": {"summary": SECRET, "issuetype": {"name": "Epic"}}},
            "labels": ["training", "data"],
            "components": [{"id": "1", "name": "gpu"}],
            "assignee": {"accountId": "of-ada", "displayName": SECRET},
            "created": "2026-09-21T10:30:00.000+0000",
            "updated": "2026-09-22T13:05:00.000+0000",
            "resolutiondate": "2026-09-22T15:05:00.000+0200",
            "timespent": 5400,
            "customfield_10016": 3,
            "customfield_10050": SECRET,
            **fields,
        },
        "changelog": {
            "histories": [
                {
                    "created": "2026-09-22T13:05:00.000+0000",
                    "author": {"displayName": SECRET},
                    "items": [
                        {"field": "status", "fromString": "To Do", "toString": "Done"},
                        {"field": "summary", "fromString": SECRET, "toString": SECRET},
                    ],
                }
            ]
        },
    }


def test_a_csv_export_is_read_through_repeated_headers_and_broken_lines(tracker: Tracker) -> None:
    """Three Labels, two Sprints and comments of several lines are one issue."""
    tracker.deliver("jira/export.csv", csv_export({"n": 1}, {"n": 2, "points": ""}))
    scan = tracker.look()
    assert (scan.landed, scan.quarantined) == (1, [])
    assert tracker.rows(
        'select "Issue key", cast("Story Points" as integer), "Labels", cast("Created" as varchar),'
        ' cast("Resolved" as varchar), cast("Time Spent" as integer), "Parent" from raw.jira_issues order by 1'
    ) == [
        ("ATL-1", 3, '["training","data"]', "2026-09-21 10:30:00", "2026-09-22 13:05:00", 5400, "10000"),
        ("ATL-2", None, '["training","data"]', "2026-09-21 10:30:00", "2026-09-22 13:05:00", 5400, "10000"),
    ]


def test_what_people_wrote_does_not_enter(tracker: Tracker) -> None:
    """No summary, comment, name, description or history of a text lies in the landing folder."""
    tracker.deliver("jira/export.csv", csv_export({"n": 1}))
    tracker.deliver("jira/answer.json", {"issues": [rest_issue(2)]})
    tracker.deliver(
        "jira/loader/issue_field_history.csv",
        f"field_id,issue_id,time,value,author_id\nsummary,1,2026-09-01,{SECRET},of-ada\nstatus,1,2026-09-01,3,of-ada\n",
    )
    tracker.deliver("github_issues/page.json", [github_issue(1)])
    tracker.deliver("linear/export.csv", f"{LINEAR_HEADER}\n{linear_issue(1)}\n")
    assert tracker.look().landed == 5
    landed = [path.read_bytes() for path in tracker.project.landing.rglob("*") if path.is_file()]
    tables = ("jira_issues", "jira_field_history", "github_issues", "linear_issues")
    values = " ".join(str(tracker.rows(f"from raw.{table}")) for table in tables)
    assert len(landed) == 5
    assert not [content for content in landed if b"Lovelace" in content]
    assert "Lovelace" not in values and "of-ada" not in values
    assert tracker.rows('select count(distinct "Assignee Id") from raw.jira_issues') == [(1,)]


def test_rest_and_csv_of_the_same_issue_are_one_row_and_the_newest_counts(tracker: Tracker) -> None:
    """A pull after an export restates the issues that changed and leaves the others."""
    tracker.deliver("jira/1/export.csv", csv_export({"n": 1}, {"n": 2}))
    tracker.deliver("jira/2/answer.json", {"issues": [rest_issue(1, updated="2026-09-25T00:00:00.000+0000")]})
    tracker.look()
    # An old pull that arrives late is older all the same.
    tracker.deliver("jira/3/late.json", {"issues": [rest_issue(1, updated="2026-09-20T00:00:00.000+0000")]})
    tracker.look()
    assert tracker.rows(
        'select "Issue key", cast("Updated" as varchar), custom_numbers from raw.jira_issues order by 1'
    ) == [
        ("ATL-1", "2026-09-25 00:00:00", '{"customfield_10016":3}'),
        ("ATL-2", "2026-09-22 13:05:00", None),
    ]
    statuses = tracker.rows("select distinct status from ingestion.deliveries")
    assert statuses == [("current",)], "a re-export of one project supersedes nothing else"


def test_an_export_of_a_thousand_rows_continues_in_the_next_file(tracker: Tracker) -> None:
    """Jira's CSV ends at 1,000 rows; files that overlap must not count an issue twice."""
    tracker.deliver("jira/a.csv", csv_export(*({"n": n} for n in range(1000))))
    tracker.deliver("jira/b.csv", csv_export(*({"n": n} for n in range(900, 1500))))
    scan = tracker.look()
    assert (scan.landed, scan.quarantined) == (2, [])
    assert tracker.rows("select count(*) from raw.jira_issues") == [(1500,)]


REAL = {
    "issue.csv": ("jira_issues", 4),
    "issue_field_history.csv": ("jira_field_history", 10),
    "project.csv": ("jira_projects", 3),
    "epic.csv": ("jira_epics", 1),
    "status.csv": ("jira_statuses", 3),
    "field.csv": ("jira_fields", 9),
}
NO_USE = {"component.csv", "sprint.csv", "team.csv"}


def test_every_real_file_of_a_loader_is_loaded_or_said_to_be_of_no_use(shared: Path, tracker: Tracker) -> None:
    """Each with its rows; sprints, teams and components carry nothing that is counted."""
    shutil.copytree(shared / "jira", tracker.project.exports / "jira")
    scan = tracker.look()
    assert {path.name for path in (shared / "jira").iterdir()} == {*REAL, *NO_USE}
    assert scan.quarantined == []
    assert {note.split(":")[0] for note in scan.notes} == {f"jira/{name}" for name in NO_USE}
    assert all("jira has no use for it" in note for note in scan.notes)
    counted = {table: tracker.rows(f"select count(*) from raw.{table}")[0][0] for table, _ in REAL.values()}
    assert counted == dict(REAL.values())


def test_a_register_without_dates_feeds_every_month(tracker: Tracker) -> None:
    """A state that is renamed would else keep its old name in the months that were built."""
    tracker.deliver("jira/export.csv", csv_export({"n": 1}))
    tracker.look()
    inputs = []
    for name in ("In Progress", "Doing"):
        tracker.deliver("jira/status.csv", f"id,name,status_category_id\n3,{name},4\n")
        tracker.look()
        with connect(tracker.project.warehouse) as connection:
            find_inputs(connection, "")
            inputs.append(connection.execute("select * from period_inputs order by all").fetchall())
    assert [period for period, _ in inputs[0]] == ["2026-09"]
    assert inputs[0] != inputs[1]


LINEAR_HEADER = (
    "ID,Team,Title,Description,Status,Estimate,Priority,Project ID,Project,Creator,Assignee,Labels,Cycle Number,"
    "Cycle Name,Cycle Start,Cycle End,Created,Updated,Started,Triaged,Completed,Canceled,Archived,Due Date,"
    "Parent issue,Initiatives,Project Milestone ID,Project Milestone,SLA Status,Roadmaps"
)
LINEAR_WIDE = LINEAR_HEADER.replace("Roadmaps", "UUID,Time in status (minutes),Related to,Blocked by,Duplicate of")


def linear_issue(number: int, created: str = "2026-09-01T10:00:00.000Z", end: str = "") -> str:
    """A row that ends after its milestone, as short rows do, unless an `end` is given."""
    return (
        f'ENG-{number},Eng,{SECRET},"{SECRET}\nmore",Done,3,High,,\'=atlas,{SECRET},ada@example.com,"training, data",'
        f",,,,{created},{created},,,{created},,,,ENG-9,,,{end}"
    )


@pytest.mark.parametrize(
    ("header", "end", "created"),
    [
        (LINEAR_HEADER, "", "2026-09-01T10:00:00.000Z"),
        (LINEAR_HEADER, "v1,,", "Tue Sep 01 2026 10:00:00 GMT+0000 (GMT+00:00)"),
        (LINEAR_WIDE, "v1,,u1,10,ENG-2,,", "Tue Sep 01 2026 10:00:00 GMT+0000 (Coordinated Universal Time)"),
    ],
)
def test_a_linear_export_of_either_width_is_read(tracker: Tracker, header: str, end: str, created: str) -> None:
    """A row that ends early is not a broken file there, and its dates have two forms."""
    tracker.deliver("linear/export.csv", f"{header}\n{linear_issue(1, created, end)}\n")
    assert tracker.look().quarantined == []
    assert tracker.rows(
        'select "ID", cast("Estimate" as integer), "Labels", cast("Completed" as varchar) from raw.linear_issues'
    ) == [("ENG-1", 3, "training, data", "2026-09-01 10:00:00")]


def github_issue(number: int, **changes: object) -> dict:
    """An issue as the REST API answers."""
    return {
        "id": 90 + number,
        "number": number,
        "title": SECRET,
        "body": SECRET,
        "url": f"https://api.github.com/repos/acme/atlas/issues/{number}",
        "repository_url": "https://api.github.com/repos/acme/atlas",
        "state": "closed",
        "user": {"login": SECRET},
        "labels": [{"name": "training", "description": SECRET}, {"name": "a, b"}, {"name": "by:ada@example.com"}],
        "milestone": {"title": "v1", "description": SECRET},
        "assignee": {"login": SECRET},
        "assignees": [{"login": SECRET}],
        "created_at": "2026-09-01T10:00:00Z",
        "updated_at": "2026-09-03T10:00:00Z",
        "closed_at": "2026-09-03T10:00:00Z",
        **changes,
    }


GITHUB_FORMS = {
    "page.json": json.dumps([github_issue(1)]),
    "gh.json": json.dumps(
        [
            {
                "number": 1,
                "url": "https://github.com/acme/atlas/issues/1",
                "state": "CLOSED",
                "labels": [{"name": "training"}, {"name": "a, b"}, {"name": "by:ada@example.com"}],
                "milestone": {"title": "v1"},
                "assignees": [],
                "createdAt": "2026-09-01T10:00:00Z",
                "closedAt": "2026-09-03T10:00:00Z",
            }
        ]
    ),
    "issues.csv": (
        "number,title,repository,state,labels,milestone,assignees,created_at,closed_at\n"
        '1,x,acme/atlas,closed,"[""training"",""a, b"",""by:ada@example.com""]",v1,,'
        "2026-09-01T10:00:00Z,2026-09-03T10:00:00Z\n"
    ),
}


@pytest.mark.parametrize("name", GITHUB_FORMS)
def test_github_issues_come_in_three_forms(tracker: Tracker, name: str) -> None:
    """REST, what the command line tool prints, and CSV say the same issue."""
    tracker.deliver(f"github_issues/{name}", GITHUB_FORMS[name])
    assert tracker.look().quarantined == []
    assert tracker.rows(
        "select number, labels, milestone_title, cast(closed_at as varchar), assignee is not null"
        " from raw.github_issues"
    ) == [("1", '["training","a, b","by:"]', "v1", "2026-09-03 10:00:00", name == "page.json")]


BROKEN = {
    "jira/no_key.csv": (
        "Issue id,Status,Created\n1,Done,2026-09-01\n",
        "line 1: required column Issue key is missing",
    ),
    "jira/no_date.csv": (
        "Issue id,Issue key,Status,Created\n1,A-1,Done,2026-09-01\n2,A-2,Done,\n",
        "Every row has a value in every required column: line 3, empty_column Created",
    ),
    "jira/date.csv": (
        "Issue id,Issue key,Status,Created\n1,A-1,Done,yesterday\n",
        "line 2, column Created: 'yesterday' is not a date like %d/%b/%y %I:%M %p",
    ),
    "jira/two_ways.csv": (
        "Issue id,Issue key,Status,Created\n1,A-1,Done,04/05/2026 10:30\n",
        "can be read as %m/%d/%Y %H:%M and as %d/%m/%Y %H:%M; deliver it with ISO dates",
    ),
    "jira/backwards.csv": (
        "Issue id,Issue key,Status,Created,Resolved\n1,A-1,Done,2026-09-02,2026-09-01\n",
        "No issue is resolved before it is created: line 2, Issue key A-1",
    ),
    "jira/points.csv": (
        "Issue id,Issue key,Status,Created,Story Points\n1,A-1,Done,2026-09-02,many\n",
        "line 2, column Story Points: 'many' is not a finite number",
    ),
    "jira/negative.csv": (
        "Issue id,Issue key,Status,Created,Story Points\n1,A-1,Done,2026-09-02,-3\n",
        "No estimate or time spent is negative: line 2, Issue key A-1",
    ),
    "jira/twice.csv": (
        "Issue id,Issue key,Status,Status,Created\n1,A-1,Done,Open,2026-09-02\n",
        "line 1: column Status stands twice",
    ),
    "jira/cut.csv": (csv_export({"n": 1})[:-200], "the file is truncated or broken"),
    "jira/cut.json": ('{"issues": [{"id": "1"', "unreadable JSON file"),
    "github_issues/state.json": ([github_issue(1, state="merged")], "state is open or closed: record 1, number 1"),
    "github_issues/repository.csv": (
        "number,state,created_at\n1,open,2026-09-01\n",
        "required column repository_url is missing",
    ),
    "linear/estimate.csv": (
        "ID,Team,Status,Estimate,Created\nE-1,E,Done,XL,2026-09-01\n",
        "'XL' is not a finite number",
    ),
    "linear/short.csv": ("ID,Team,Status,Created\nE-1,E\n", "line 2, empty_column Status"),
}


def test_what_cannot_be_counted_is_refused_and_the_rest_goes_on(tracker: Tracker) -> None:
    """Each message names the place, the value, and what to do."""
    for path, (content, _) in BROKEN.items():
        folder, name = path.split("/")
        tracker.deliver(f"{folder}/{name.split('.')[0]}/{name}", content)
    tracker.deliver("linear/good/export.csv", f"{LINEAR_HEADER}\n{linear_issue(1)}\n")
    scan = tracker.look()
    assert scan.landed == 1
    reasons = {reason.split(": ")[0].rsplit("/", 1)[-1]: reason for reason in scan.quarantined}
    missed = {
        path: reasons.get(path.split("/")[1])
        for path, (_, message) in BROKEN.items()
        if message not in (reasons.get(path.split("/")[1]) or "")
    }
    assert missed == {}


def test_a_row_that_stops_inside_its_values_is_never_an_issue(tracker: Tracker) -> None:
    """Where short rows are allowed, a file that is cut off in its last row still lacks what is required."""
    whole = f"{LINEAR_HEADER}\n{linear_issue(1)}\n{linear_issue(2)}"
    tracker.deliver("linear/export.csv", whole[: whole.rindex("2026-09-01T10:00:00.000Z,2026")])
    assert "empty_column Created" in tracker.look().quarantined[0]


DRIVERS = (
    "select billing_period, driver, stated_project, cast(sum(quantity) as double) from drivers.int_drivers__issues"
    " group by all order by all"
)


def test_an_issue_that_is_resolved_anew_moves_to_its_new_month(tracker: Tracker, tmp_path: Path) -> None:
    """Built month by month, the drivers are those of a warehouse that is built at once."""
    dbt = Dbt(tracker.project.warehouse, tmp_path / "target")

    def build(*options: str) -> list[tuple]:
        dbt("run", "--select", "+int_drivers__issues", *options)
        return tracker.rows(DRIVERS)

    sub_task = rest_issue(3, parent={"id": "10001"}, customfield_10016=2, timespent=None)
    first = {"issues": [rest_issue(1), rest_issue(2, customfield_10016=8, timespent=None)]}
    reopened = rest_issue(
        1, updated="2026-10-09T00:00:00.000+0000", resolutiondate="2026-10-09T00:00:00.000+0000", customfield_10016=5
    )
    tracker.deliver("jira/1.json", first)
    tracker.look()
    assert build("--vars", "{billing_periods: ['2026-09']}") == [
        ("2026-09", "hours_logged", "Atlas", 1.5),
        ("2026-09", "issues_resolved", "Atlas", 2),
        ("2026-09", "story_points_resolved", "Atlas", 11),
    ]
    tracker.deliver("jira/2.json", {"issues": [reopened, sub_task]})
    tracker.look()
    with connect(tracker.project.warehouse) as connection:
        assert unbuilt_periods(connection, "") == ["2026-09", "2026-10"]
    by_month = build("--vars", "{billing_periods: ['2026-09', '2026-10']}")
    assert by_month == [
        ("2026-09", "issues_resolved", "Atlas", 2),
        ("2026-09", "story_points_resolved", "Atlas", 10),
        ("2026-10", "hours_logged", "Atlas", 1.5),
    ], "the parent's five points are those of its sub-task"
    assert build("--full-refresh") == by_month
