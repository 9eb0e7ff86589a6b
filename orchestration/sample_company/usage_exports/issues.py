"""What the projects' trackers hold: epics by the month, stories, and some sub-tasks that repeat an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.sample_company import company, tagging
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.truth import add_used
from orchestration.sample_company.usage_exports.workloads import INVENTED, USERS

if TYPE_CHECKING:
    import duckdb

# How SQL writes a moment for REST APIs.
ISO = "'%Y-%m-%dT%H:%M:%SZ'"


def make_issues(connection: duckdb.DuckDBPyConnection, months: list[Month]) -> None:
    """Make the table `issues` with its facts, and add what of it was resolved.

    An estimate counts where nothing below it has one, and a parent is no issue beside its children.
    """
    connection.execute(_ISSUES)
    until = f"timestamp '{months[-1].end}'"
    for tracker, has_hours in (("jira", True), ("linear", False), ("github_issues", False)):
        measures = {"issues_resolved": ("issue", "cast(not is_parent as integer)")}
        if tracker != "github_issues":
            points = "if(is_estimated_below, 0, coalesce(points, 0))"
            measures["story_points_resolved"] = ("story point", points)
        if has_hours:
            measures["hours_logged"] = ("hour", "seconds_spent / 3600")
        resolved = f"""(
            select *, cast(resolved_at as date) as usage_date from issues
            where tracker = '{tracker}' and not is_canceled and resolved_at < {until}
        )"""
        add_used(connection, tracker, resolved, measures)


def as_of(moment: str) -> str:
    """The issues as they stand at a moment: what comes later has not happened."""
    return f"""(
        select * replace (
            if(started_at < {moment}, started_at, null) as started_at,
            if(resolved_at < {moment}, resolved_at, null) as resolved_at,
            is_canceled and coalesce(resolved_at < {moment}, false) as is_canceled,
            if(coalesce(resolved_at < {moment}, false), seconds_spent, null) as seconds_spent
        ),
        greatest(created_at, if(started_at < {moment}, started_at, null), if(resolved_at < {moment}, resolved_at, null))
            as updated_at
        from issues
        where created_at < {moment}
    )"""


# Sub-tasks are Jira's only. Of a project that no register lists, a tracker does not know the team.
_ISSUES = f"""
create table issues as
with

tracked as (
    select
        projects.*,
        team_name,
        ['jira', 'jira', 'linear', 'github_issues'][project_no % 4 + 1] as tracker,
        if(project_id = '{company.UNREGISTERED_PROJECT}', 'untagged', 'tagged') as attribution,
        'unknown' as lifecycle_stage
    from projects inner join teams using (team_id)
),

epics as (
    select
        tracked.*,
        'Epic' as issue_type,
        concat_ws('/', project_id, strftime(usage_date, '%Y-%m')) as issue,
        cast(null as varchar) as parent,
        cast(usage_date as timestamp) + interval 8 hour as created_at,
        created_at + interval 2 hour as started_at,
        created_at + interval 27 day as resolved_at,
        false as is_canceled,
        40 as points
    from tracked, used_days
    where day(usage_date) = 1 and tracker <> 'github_issues'
),

stories as (
    select
        tracked.*,
        'Story' as issue_type,
        concat_ws('/', project_id, usage_date) as issue,
        if(tracker = 'github_issues', null, concat_ws('/', project_id, strftime(usage_date, '%Y-%m'))) as parent,
        cast(usage_date as timestamp) + interval 9 hour + to_seconds(pick(issue, 'created', 30011)) as created_at,
        created_at + to_seconds(3600 + pick(issue, 'started', 90001)) as started_at,
        if(draw(issue, 'resolved') < 0.85, started_at + to_seconds(7200 + pick(issue, 'resolved', 1500007)), null)
            as resolved_at,
        draw(issue, 'canceled') < 0.06 as is_canceled,
        if(draw(issue, 'estimated') < 0.85, [1, 2, 3, 5, 8][1 + pick(issue, 'points', 5)], null) as points
    from tracked, used_days
    where draw(concat_ws('/', project_id, usage_date), 'story') < 0.3
),

subtasks as (
    select stories.* replace (
        'Sub-task' as issue_type,
        concat_ws('/', issue, number) as issue,
        issue as parent,
        created_at + interval 1 hour as created_at,
        resolved_at - interval 1 hour as resolved_at,
        1 as points
    )
    from stories, range(2) as numbers(number)
    where tracker = 'jira' and draw(issue, 'split') < 0.15
),

written as (
    from epics union all by name from stories union all by name from subtasks
),

numbered as (
    select
        *,
        row_number() over (partition by project_id order by created_at, issue) as number,
        upper(left(replace(project_id, '-', ''), 10)) as project_key,
        if(issue_type = 'Epic', null, 900 * (1 + pick(issue, 'spent', 40))) as seconds_spent
    from written
),

parents as (
    select
        parent as issue,
        true as is_parent,
        count(points) > 0 or bool_or(issue in (select parent from written where points is not null))
            as is_estimated_below
    from written
    where parent is not null
    group by parent
)

select
    numbered.* replace (is_canceled and numbered.resolved_at is not null as is_canceled),
    coalesce(is_parent, false) as is_parent,
    coalesce(is_estimated_below, false) as is_estimated_below,
    above.number as parent_number,
    above.issue_type as parent_type,
    spelling as label,
    users.*,
    invented.*
from numbered
left join parents using (issue)
left join (select issue, number, issue_type from numbered) as above on numbered.parent = above.issue
inner join activity_spellings on activity_no = pick(numbered.issue, 'activity', {len(tagging.ACTIVITY_SPELLINGS)})
inner join users on user_no = pick(numbered.issue, 'user', {USERS})
inner join invented on invented_no = pick(numbered.issue, 'text', {INVENTED})
"""
