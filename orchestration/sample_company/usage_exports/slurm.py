"""What `TZ=UTC sacct --parsable2 --duplicates` prints of the training cluster, once a week and at the month's end.

A job that still runs at a pull is printed again by the next one, and one that runs over midnight belongs to two days.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company import company
from orchestration.sample_company.database import load, write_text
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.truth import add_used
from orchestration.sample_company.usage_exports.workloads import INVENTED, USERS

if TYPE_CHECKING:
    import duckdb

CLUSTER = "lumen-train"
JOBS_A_DAY = 8
# partition, its AllocTRES, GPUs, cores
PARTITIONS = [
    ("train", "billing=64,cpu=64,gres/gpu:h100=8,gres/gpu=8,mem=512G,node=1", 8, 64),
    ("train", "billing=32,cpu=32,gres/gpu:h100=4,gres/gpu=4,mem=256G,node=1", 4, 32),
    # Accounted by type only, so that there is no sum to read.
    ("sft", "billing=16,cpu=16,gres/gpu:h100=2,mem=128G,node=1", 2, 16),
    ("eval", "billing=8,cpu=8,gres/gpu:h100=1,gres/gpu=1,mem=64G,node=1", 1, 8),
    ("cpu", "billing=24,cpu=24,mem=96G,node=1", 0, 24),
]
MEASURES = {
    "gpu_hours_requested": ("GPU-hour", "gpus * seconds_of_day / 3600"),
    "cpu_core_hours_requested": ("core-hour", "cores * seconds_of_day / 3600"),
}


def write_slurm(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Make the table `jobs`, and write what sacct prints of it."""
    load(
        connection,
        "partitions",
        "partition_no integer, partition varchar, tres varchar, gpus integer, cores integer",
        [(number, *known) for number, known in enumerate(PARTITIONS)],
    )
    connection.execute(_JOBS)
    add_used(connection, "slurm", _days_used(months[-1].end), MEASURES)
    for month in months:
        since = month.start
        for until in [*(month.start + timedelta(days=days) for days in (7, 14, 21)), month.end]:
            write_text(connection, _printed(since, until), folder / str(month) / f"sacct-{until}.txt")
            since = until


# A job of everybody has an account of its own, which is no team. One job in thirty loses its node, and is queued
# again under its old number; some are cancelled before they start.
_JOBS = f"""
create table jobs as
with

submitted as (
    select
        workloads.*,
        partitions.*,
        concat_ws('/', 'job', usage_date, slot) as job_key,
        100000 + {JOBS_A_DAY} * (usage_date - date '2026-01-01') + slot as job_id,
        cast(usage_date as timestamp) + to_seconds(pick(job_key, 'submitted', 86400)) as submitted_at,
        draw(job_key, 'cancelled') > 0.04 as has_started,
        if(draw(job_key, 'account') < 0.06, 'untagged', 'tagged') as attribution,
        1 as attempt
    from used_days, range({JOBS_A_DAY}) as slots(slot)
    inner join partitions
        on partition_no = pick(concat_ws('/', 'job', usage_date, slot), 'partition', {len(PARTITIONS)})
    inner join workloads
        on workload_no = floor(draw(concat_ws('/', 'job', usage_date, slot), 'workload') * (
            select count(*) from workloads
        ))
),

scheduled as (
    select
        *,
        submitted_at + to_seconds(pick(job_key, 'waited', 7001)) as planned_at,
        planned_at + to_seconds(
            if(draw(job_key, 'long') < 0.1, 86400 + pick(job_key, 'long', 260003), 300 + pick(job_key, 'short', 40009))
        ) as ended_at
    from submitted
),

requeued as (
    select * replace (
        2 as attempt,
        ended_at as submitted_at,
        ended_at + interval 11 minute as planned_at,
        ended_at + interval 11 minute + (ended_at - planned_at) as ended_at
    )
    from scheduled
    where draw(job_key, 'node fails') < 0.03 and has_started
)

select
    * exclude (planned_at, ended_at),
    if(has_started, planned_at, null) as started_at,
    if(has_started, ended_at, planned_at) as ended_at,
    case
        when not has_started then 'CANCELLED by 40117'
        when attempt = 1 and draw(job_key, 'node fails') < 0.03 then 'NODE_FAIL'
        when draw(job_key, 'fate') < 0.1 then 'FAILED'
        when draw(job_key, 'fate') < 0.15 then 'TIMEOUT'
        when draw(job_key, 'fate') < 0.2 then 'CANCELLED by 40117'
        else 'COMPLETED'
    end as end_state
from (from scheduled union all by name from requeued)
"""


def _days_used(until: date) -> str:
    """A row per job and day on which it ran, as far as is known at a moment."""
    return f"""(
        select
            jobs.*,
            cast(day as date) as usage_date,
            epoch(least(ended_at, timestamp '{until}', day + interval 1 day) - greatest(started_at, day))
                as seconds_of_day
        from jobs,
        lateral (
            select unnest(generate_series(
                date_trunc('day', started_at), least(ended_at, timestamp '{until}'), interval 1 day
            )) as day
        )
        where has_started and started_at < timestamp '{until}'
    )"""


# What sacct is asked for, and where it comes from. Names and comments are free text; a name may have lines.
_FIELDS = {
    "JobID": "concat(job_id, step)",
    "JobIDRaw": "concat(job_id, step)",
    "JobName": "if(step = '', job_name, ltrim(step, '.'))",
    "Cluster": f"'{CLUSTER}'",
    "User": "if(step = '', login, '')",
    "Account": f"if(attribution = 'tagged', team_label, '{company.NOBODYS_ACCOUNT}')",
    "Partition": "if(step = '', partition, '')",
    "QOS": "if(step = '', queue, '')",
    "WCKey": "if(step = '' and attribution = 'tagged', '*' || project_id, '')",
    "Submit": "strftime(if(step = '', submitted_at, started_at), '%Y-%m-%dT%H:%M:%S')",
    "Start": "coalesce(strftime(started_at, '%Y-%m-%dT%H:%M:%S'), 'None')",
    "End": "if(is_running, 'Unknown', strftime(ended_at, '%Y-%m-%dT%H:%M:%S'))",
    "Elapsed": "concat(if(seconds >= 86400, printf('%d-', seconds // 86400), ''),"
    " printf('%02d:%02d:%02d', seconds % 86400 // 3600, seconds % 3600 // 60, seconds % 60))",
    "ElapsedRaw": "seconds",
    "State": "if(is_running, 'RUNNING', end_state)",
    "ExitCode": "if(end_state = 'FAILED', '1:0', '0:0')",
    "AllocTRES": "if(not has_started, '', if(step = '', tres, regexp_replace(tres, '^billing=[0-9]+,', '')))",
    "NodeList": "if(has_started, node, 'None assigned')",
    "WorkDir": "if(step = '', concat('/home/', login, '/', project_id), '')",
    "Comment": "if(step = '', prompt, '')",
}


def _printed(since: date, until: date) -> str:
    """What sacct prints at `until` of the jobs since `since`: each with its steps."""
    line = ", ".join(f"cast({value} as varchar)" for value in _FIELDS.values())
    return f"""
        with reported as (
            select
                *,
                started_at < timestamp '{until}' and ended_at >= timestamp '{until}' as is_running,
                cast(coalesce(epoch(least(ended_at, timestamp '{until}') - started_at), 0) as bigint) as seconds,
                concat(partition, if(pick(job_key, 'lines', 29) = 0, chr(10), ' '), 'for ', customer) as job_name
            from jobs
            inner join users on user_no = pick(job_key, 'user', {USERS})
            inner join invented on invented_no = pick(job_key, 'text', {INVENTED})
            inner join (
                select resource_no, resource_name as node from resources
                where sku_id = 'NBL-H100-8' and kind = 'gpu_platform' and resource_no >= 4
            ) on resource_no = 4 + pick(job_key, 'node', 4)
            where coalesce(started_at, submitted_at) < timestamp '{until}' and ended_at >= timestamp '{since}'
                and (has_started or ended_at < timestamp '{until}')
        )
        select concat(
            '{"|".join(_FIELDS)}', chr(10),
            string_agg(concat_ws('|', {line}), chr(10) order by job_id, attempt, step), chr(10)
        )
        from reported, (values (''), ('.batch'), ('.extern')) as steps(step)
        where has_started or step = ''
    """
