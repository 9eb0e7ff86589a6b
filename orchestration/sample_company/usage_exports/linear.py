"""Linear's CSV export of the whole workspace, as somebody makes it at the end of each month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_csv
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.issues import as_of

if TYPE_CHECKING:
    import duckdb


def write_linear(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Write an export a month, with all 30 columns."""
    for month in months:
        issues = as_of(f"timestamp '{month.end}'")
        query = f"select {_SELECTED} from {issues} where tracker = 'linear' order by project_no, number"
        copy_csv(connection, query, folder / str(month) / "export.csv")


def _at(moment: str) -> str:
    return f"strftime({moment}, '%a %b %d %Y %H:%M:%S GMT+0000 (GMT+00:00)')"


_COLUMNS = {
    "ID": "concat(project_key, '-', number)",
    "Team": "team_name",
    "Title": "prompt",
    "Description": "concat(response, chr(13), chr(10), 'Call ', customer)",
    "Status": "case when is_canceled then 'Canceled' when resolved_at is not null then 'Done'"
    " when started_at is not null then 'In Progress' else 'Todo' end",
    "Estimate": "points",
    "Priority": "'High'",
    "Project ID": "digest(project_id, 'linear', 12)",
    "Project": "project_name",
    "Creator": "email",
    "Assignee": "email",
    "Labels": "concat(label, ', core')",
    "Cycle Number": "null",
    "Cycle Name": "null",
    "Cycle Start": "null",
    "Cycle End": "null",
    "Created": _at("created_at"),
    "Updated": _at("updated_at"),
    "Started": _at("started_at"),
    "Triaged": "null",
    "Completed": f"if(is_canceled, null, {_at('resolved_at')})",
    "Canceled": f"if(is_canceled, {_at('resolved_at')}, null)",
    "Archived": "null",
    "Due Date": "null",
    "Parent issue": "if(parent_number is null, null, concat(project_key, '-', parent_number))",
    "Initiatives": "null",
    "Project Milestone ID": "null",
    "Project Milestone": "null",
    "SLA Status": "null",
    "Roadmaps": "null",
}
_SELECTED = ", ".join(f'{value} as "{column}"' for column, value in _COLUMNS.items())
