"""GitHub's answer for the organization's issues: of each month those that changed in it, pull requests among them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_json
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.issues import ISO, as_of

if TYPE_CHECKING:
    import duckdb

ORGANIZATION = "lumenfold"


def write_github_issues(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Write an answer of /orgs/ORG/issues a month."""
    for month in months:
        copy_json(connection, _answer(month), folder / str(month) / "org-issues.json", as_array=True)


# Issues and pull requests share their numbers; half of the issues are closed by the pull request after them.
_WITH_PULLS = "(values (0), (1)) as twins(is_pull)"


def _answer(month: Month) -> str:
    repository = f"concat('https://api.github.com/repos/{ORGANIZATION}/', project_id)"
    return f"""
        select
            2 * number + is_pull as number,
            concat({repository}, '/issues/', 2 * number + is_pull) as url,
            {repository} as repository_url,
            prompt as title,
            response as body,
            {{'login': login, 'type': 'User'}} as "user",
            if(resolved_at is null, 'open', 'closed') as state,
            case when is_canceled then 'not_planned' when resolved_at is not null then 'completed' end as state_reason,
            [{{'name': label, 'color': 'ededed', 'description': response}}] as labels,
            {{'login': login, 'type': 'User'}} as assignee,
            [{{'login': login, 'type': 'User'}}] as assignees,
            {{'title': strftime(created_at, '%Y-%m'), 'description': response}} as milestone,
            if(is_pull = 1, {{'url': concat({repository}, '/pulls/', 2 * number + 1)}}, null) as pull_request,
            strftime(created_at, {ISO}) as created_at,
            strftime(updated_at, {ISO}) as updated_at,
            strftime(resolved_at, {ISO}) as closed_at
        from {as_of(f"timestamp '{month.end}'")}, {_WITH_PULLS}
        where tracker = 'github_issues' and updated_at >= timestamp '{month.start}'
            and (is_pull = 0 or draw(issue, 'pull') < 0.5)
        order by project_no, number
    """
