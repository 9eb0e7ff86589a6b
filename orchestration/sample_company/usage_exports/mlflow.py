"""MLflow's answers about the training jobs: runs, experiments and versions of models, pulled at each month's end.

Half of the jobs with GPUs are tracked, some of them as sweeps, whose parent waits for its children.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_json
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.truth import add_used
from orchestration.sample_company.usage_exports.workloads import INVENTED, USERS

if TYPE_CHECKING:
    import duckdb

SCRATCH = "scratch"


def write_mlflow(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Make the table `runs`, and write what the server answers."""
    connection.execute(_RUNS)
    _add_runs(connection, months[-1].end)
    copy_json(connection, _EXPERIMENTS, folder / "experiments.json")
    for month in months:
        pull = folder / f"{month.end:%Y%m%d}T000000Z"
        copy_json(connection, _answered_runs(month.start, month.end), pull / "runs.json")
        copy_json(connection, _answered_versions(months[0].start, month.start), pull / "model-versions.json")


# A sweep (run 0) has two children, one after the other. What crashed has no end, and at times not even a metric.
_RUNS = """
create table runs as
with

tracked as (
    select
        jobs.*,
        draw(job_key, 'sweep') < 0.2 as is_sweep,
        started_at + interval 90 second as first_at,
        ended_at - interval 30 second as last_at
    from jobs
    where gpus > 0 and has_started and draw(job_key, 'tracked') < 0.5
),

run as (
    select
        tracked.* exclude (started_at, ended_at),
        run_no,
        concat_ws('/', job_key, attempt, run_no) as run_key,
        is_sweep and run_no = 0 as is_parent,
        if(run_no = 2, first_at + (last_at - first_at) / 2, first_at) as started_at,
        if(run_no = 1, first_at + (last_at - first_at) / 2, last_at) as ended_at
    from tracked, range(3) as runs(run_no)
    where is_sweep or run_no = 0
)

select
    *,
    case
        when run_no = 1 or end_state = 'COMPLETED' then 'FINISHED'
        when end_state like 'CANCELLED%' then 'KILLED'
        else 'FAILED'
    end as end_status,
    draw(run_key, 'metrics') > 0.2 as has_metrics,
    date_trunc('second', started_at + (ended_at - started_at) * 0.75) as last_metric_at
from run
"""


def _known(until: date) -> str:
    """The runs as they stand at a moment: those that still run have reported a metric five minutes ago, or never."""
    moment = f"timestamp '{until}'"
    return f"""(
        select
            * exclude (end_status) replace (
                if(has_metrics, if(ended_at >= {moment}, {moment} - interval 5 minute, last_metric_at), null)
                    as last_metric_at,
                if(ended_at >= {moment} or end_status = 'FAILED', null, ended_at) as ended_at
            ),
            ended_at as really_ended_at,
            if(ended_at >= {moment}, 'RUNNING', end_status) as status
        from runs
        where started_at < {moment} - interval 5 minute
    )"""


def _add_runs(connection: duckdb.DuckDBPyConnection, until: date) -> None:
    """Add how many runs began, how long they were, and of how many nobody knows that."""
    began = f"(select *, cast(started_at as date) as usage_date from {_known(until)} where not is_parent)"
    is_unknown = "coalesce(ended_at, last_metric_at) is null"
    add_used(
        connection,
        "mlflow",
        began,
        {"runs": ("run", "1"), "runs_of_unknown_length": ("run", f"cast({is_unknown} as integer)")},
    )
    by_day = f"""(
        select
            known.*,
            cast(day as date) as usage_date,
            epoch(least(coalesce(ended_at, last_metric_at), day + interval 1 day) - greatest(started_at, day))
                as seconds_of_day
        from {_known(until)} as known,
        lateral (
            select unnest(generate_series(
                date_trunc('day', started_at), coalesce(ended_at, last_metric_at), interval 1 day
            )) as day
        )
        where not is_parent
    )"""
    add_used(connection, "mlflow", by_day, {"run_hours": ("hour", "seconds_of_day / 3600")})


_EXPERIMENT_ID = f"if(attribution = 'tagged', project_id, '{SCRATCH}')"

_EXPERIMENTS = f"""
select list(
    {{
        'experiment_id': digest(name, 'experiment', 12),
        'name': name,
        'artifact_location': 's3://lumenfold-mlflow/' || name,
        'lifecycle_stage': 'active',
        'last_update_time': 1767225600000,
        'creation_time': 1767225600000
    }}
    order by name
) as experiments
from (select project_id as name from projects union all select '{SCRATCH}')
"""


def _answered_runs(since: date, until: date) -> str:
    """The answer of runs/search: what began in the month or was still running in it."""
    return f"""
        select list(
            {{
                'info': {{
                    'run_id': digest(run_key, 'run', 32),
                    'run_name': concat(partition, ' for ', customer),
                    'experiment_id': digest({_EXPERIMENT_ID}, 'experiment', 12),
                    'user_id': email,
                    'status': status,
                    'start_time': epoch_ms(started_at),
                    'end_time': epoch_ms(ended_at),
                    'artifact_uri': concat('s3://lumenfold-mlflow/', login, '/', digest(run_key, 'run', 32)),
                    'lifecycle_stage': if(draw(run_key, 'deleted') < 0.03, 'deleted', 'active')
                }},
                'data': {{
                    'metrics': if(last_metric_at is null, [], [
                        {{'key': 'loss', 'value': 0.25, 'timestamp': epoch_ms(last_metric_at), 'step': 400}},
                        {{'key': 'system/gpu_0_utilization_percentage', 'value': 71.5,
                            'timestamp': epoch_ms(last_metric_at), 'step': 12}}
                    ]),
                    'params': [
                        {{'key': 'base_model', 'value': 'quill-70b'}},
                        {{'key': 'learning_rate', 'value': '3e-5'}},
                        {{'key': 'system_prompt', 'value': prompt}}
                    ],
                    'tags': list_filter([
                        {{'key': 'team', 'value': if(attribution = 'tagged', team_label, null)}},
                        {{'key': 'project', 'value': if(attribution = 'tagged' and draw(job_key, 'named') < 0.5,
                            project_id, null)}},
                        {{'key': 'stage', 'value': env}},
                        {{'key': 'job_type', 'value': partition}},
                        {{'key': 'slurm_job_id', 'value': cast(job_id as varchar)}},
                        {{'key': 'mlflow.user', 'value': email}},
                        {{'key': 'mlflow.source.name', 'value': concat('/home/', login, '/train.py')}},
                        {{'key': 'mlflow.note.content', 'value': response}},
                        {{'key': 'mlflow.parentRunId', 'value': if(run_no > 0,
                            digest(concat_ws('/', job_key, attempt, 0), 'run', 32), null)}}
                    ], lambda tag: tag.value is not null)
                }}
            }}
            order by started_at, run_key
        ) as runs
        from {_known(until)}
        inner join users on user_no = pick(job_key, 'user', {USERS})
        inner join invented on invented_no = pick(job_key, 'text', {INVENTED})
        where really_ended_at >= timestamp '{since}'
    """


def _answered_versions(first: date, month: date) -> str:
    """The answer of model-versions/search: each model has a version a month, in production a month after it came."""
    return f"""
        select list(
            {{
                'name': project_id || '-model',
                'version': cast(version as varchar),
                'creation_timestamp': epoch_ms(released_at - interval 5 day),
                'last_updated_timestamp': epoch_ms(released_at + to_months(age)),
                'current_stage': ['Staging', 'Production', 'Archived'][age + 1],
                'user_id': email,
                'description': response,
                'source': concat('s3://lumenfold-mlflow/models/', project_id),
                'run_id': run_id,
                'status': 'READY',
                'aliases': [['challenger'], ['champion'], []][age + 1],
                'tags': [{{'key': 'project', 'value': project_id}}, {{'key': 'team', 'value': team_id}}]
            }}
            order by project_id, version
        ) as model_versions
        from (
            select
                projects.*,
                cast(day as timestamp) + interval 14 day as released_at,
                row_number() over (partition by project_no order by day) as version,
                cast(least(datediff('month', day, date '{month}'), 2) as integer) as age,
                (
                    select max_by(digest(run_key, 'run', 32), (started_at, run_key)) from runs
                    where runs.project_id = projects.project_id and partition = 'train' and run_no = 0
                        and ended_at < cast(day as timestamp) + interval 9 day
                ) as run_id
            from projects, generate_series(date '{first}', date '{month}', interval 1 month) as months(day)
            where draw(project_id, 'registered') < 0.4
        )
        inner join users on user_no = pick(project_id, 'user', {USERS})
        inner join invented on invented_no = pick(project_id, 'text', {INVENTED})
    """
