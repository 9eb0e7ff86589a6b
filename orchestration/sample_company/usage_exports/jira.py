"""Jira's REST answers: of each month the issues that changed in it, with their changelog, and what fields mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_json
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.issues import as_of

if TYPE_CHECKING:
    import duckdb

POINTS = "customfield_10042"
FIELDS = [("summary", "Summary", False), ("created", "Created", False), (POINTS, "Story Points", True)]


def write_jira(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Write the field catalogue, and an answer of /rest/api/3/search/jql a month."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = [{"id": key, "key": key, "name": name, "custom": is_custom} for key, name, is_custom in FIELDS]
    (folder / "field.json").write_text(json.dumps(catalogue) + "\n", encoding="utf-8")
    for month in months:
        copy_json(connection, _answer(month), folder / str(month) / "search.json")


def _at(moment: str) -> str:
    return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.000+0000')"


def _answer(month: Month) -> str:
    """The issues that changed in the month, as they stand at its end."""
    person = "{'accountId': concat('70121:', login), 'displayName': display_name, 'emailAddress': email}"
    return f"""
        select list(
            {{
                'id': {_ID.format("number")},
                'key': concat(project_key, '-', number),
                'fields': {{
                    'project': {{'id': cast(10000 + project_no as varchar), 'key': project_key, 'name': project_name}},
                    'issuetype': {{'name': issue_type, 'subtask': issue_type = 'Sub-task'}},
                    'summary': prompt,
                    'description': {{'type': 'doc', 'version': 1, 'content': [{{'type': 'paragraph',
                        'content': [{{'type': 'text', 'text': concat(response, ' Call ', customer)}}]}}]}},
                    'status': case
                        when resolved_at is not null then {{'name': 'Done', 'statusCategory': {{'key': 'done'}}}}
                        when started_at is not null
                            then {{'name': 'In Progress', 'statusCategory': {{'key': 'indeterminate'}}}}
                        else {{'name': 'To Do', 'statusCategory': {{'key': 'new'}}}}
                    end,
                    'resolution': if(resolved_at is null, null, {{'name': if(is_canceled, 'Won''t Do', 'Done')}}),
                    'parent': if(parent_number is null, null, {{
                        'id': {_ID.format("parent_number")},
                        'key': concat(project_key, '-', parent_number),
                        'fields': {{'summary': response, 'issuetype': {{'name': parent_type}}}}
                    }}),
                    'labels': [label],
                    'components': [{{'id': '1', 'name': 'core'}}],
                    'assignee': {person},
                    'reporter': {person},
                    'created': {_at("created_at")},
                    'updated': {_at("updated_at")},
                    'resolutiondate': {_at("resolved_at")},
                    'timespent': seconds_spent,
                    '{POINTS}': points
                }},
                'changelog': {{'histories': list_filter([
                    {{'created': {_at("started_at")}, 'author': {person}, 'items': [
                        {{'field': 'status', 'fromString': 'To Do', 'toString': 'In Progress'}},
                        {{'field': 'summary', 'fromString': response, 'toString': prompt}}
                    ]}},
                    {{'created': {_at("resolved_at")}, 'author': {person}, 'items': [
                        {{'field': 'status', 'fromString': 'In Progress', 'toString': 'Done'}}
                    ]}}
                ], lambda history: history.created is not null)}}
            }}
            order by project_no, number
        ) as issues
        from {as_of(f"timestamp '{month.end}'")}
        where tracker = 'jira' and updated_at >= timestamp '{month.start}'
    """


# A site counts its issues through all projects.
_ID = "cast((project_no + 1) * 10000 + {} as varchar)"
