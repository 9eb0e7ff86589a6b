"""Langfuse's blob export: the observations of a few agents, as JSON lines a month.

An observation is written again when its tokens are counted, two hours later, or when its trace is deleted.
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

MEASURES = {
    "input_tokens": ("tokens", "input_tokens - cached_tokens"),
    "cached_input_tokens": ("tokens", "cached_tokens"),
    "output_tokens": ("tokens", "output_tokens - reasoned_tokens"),
    "reasoning_tokens": ("tokens", "reasoned_tokens"),
    "requests": ("requests", "1"),
    "failed_requests": ("requests", "cast(is_failure as integer)"),
    "gateway_estimated_cost": ("USD", "total_cost"),
}


def write_langfuse(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Make the table `observation_events`, and write what each month's export has of it."""
    connection.execute(_EVENTS)
    add_used(connection, "langfuse", _current(months[-1].end), MEASURES)
    for month in months:
        # Windows of an export overlap by an hour.
        window = f"event_at >= timestamp '{month.start}' - interval 1 hour and event_at < timestamp '{month.end}'"
        copy_json(
            connection,
            f"{_OBSERVATIONS} where {window} order by event_at, id",
            folder / "observations_v2" / f"{month}.jsonl",
        )


def _current(until: date) -> str:
    """The model calls as they stand at a moment; the agent above them says their tokens again."""
    return f"""(
        select * from (
            from observation_events
            where event_at < timestamp '{until}'
            qualify row_number() over (partition by observation_key order by event_at desc) = 1
        )
        where type = 'GENERATION' and not is_deleted
    )"""


# Of each trace a span, an agent in it, a call of the agent, and in half of the traces a call beside it.
# Tokens of a call are whole numbers; of its input some came from the provider's cache.
_EVENTS = """
create table observation_events as
with

agents as (
    select
        workloads.*,
        row_number() over (order by draw(workload_no, 'agent')) as agent_no,
        if(agent_no = 1, 'untagged', 'tagged') as attribution
    from workloads
    qualify agent_no <= 6
),

traces as (
    select
        agents.*,
        usage_date,
        concat_ws('/', 'trace', workload_no, usage_date) as trace_key,
        cast(usage_date as timestamp) + to_seconds(pick(trace_key, 'moment', 86003)) as started_at,
        draw(trace_key, 'deleted') < 0.03 as is_deleted_later,
        if(draw(trace_key, 'model') < 0.5, 'frontier-pro', 'lumen-large-v1') as model,
        1000 + pick(trace_key, 'input', 30011) as all_input,
        100 + pick(trace_key, 'output', 2003) as all_output
    from agents, used_days
    where draw(concat_ws('/', 'trace', workload_no, usage_date), 'asks') < 0.5
),

observed as (
    select
        traces.*,
        observations.*,
        concat_ws('/', trace_key, place) as observation_key,
        if(type = 'SPAN', null, if(place = 4, all_input // 3, all_input)) as input_tokens,
        if(type = 'SPAN', null, if(place = 4, all_input // 6, all_input // 4)) as cached_tokens,
        place = 4 and draw(trace_key, 'error') < 0.2 as is_failure,
        if(type = 'SPAN', null, if(is_failure, 0, all_output)) as all_output_tokens
    from traces, (values (1, 'SPAN', null), (2, 'AGENT', 1), (3, 'GENERATION', 2), (4, 'GENERATION', 1))
        as observations(place, type, parent_place)
    where place < 4 or draw(trace_key, 'second') < 0.5
)

-- Before the call has ended, half of its output is known.
select
    * exclude (all_output_tokens),
    is_late and is_deleted_later as is_deleted,
    if(is_late, all_output_tokens, all_output_tokens // 2) as output_tokens,
    if(model = 'frontier-pro', output_tokens // 5, 0) as reasoned_tokens,
    cast(input_tokens * 0.0000025 + output_tokens * 0.00001 as decimal(18, 12)) as total_cost,
    started_at + if(is_late, interval 2 hour, interval 3 second) as event_at
from observed, (values (false), (true)) as events(is_late)
"""

# One provider counts the cached tokens in the input, the other one beside it; the total has all of them.
_OBSERVATIONS = f"""
select
    digest(observation_key, 'observation', 16) as id,
    digest(trace_key, 'trace', 32) as trace_id,
    'lumenfold-agents' as project_id,
    env as environment,
    type,
    if(parent_place is null, null, digest(concat_ws('/', trace_key, parent_place), 'observation', 16))
        as parent_observation_id,
    strftime(started_at + to_milliseconds(place), '%Y-%m-%d %H:%M:%S.%f') as start_time,
    strftime(started_at + interval 2 second, '%Y-%m-%d %H:%M:%S.%f') as end_time,
    concat('reply to ', customer) as name,
    {{'ip': address}} as metadata,
    if(is_failure, 'ERROR', 'DEFAULT') as level,
    prompt as input,
    if(is_failure, null, response) as output,
    if(type = 'GENERATION', model, null) as provided_model_name,
    case
        when type = 'SPAN' then map([], [])::map(varchar, bigint)
        when model = 'frontier-pro' then map {{
            'input': input_tokens, 'input_cached_tokens': cached_tokens, 'output': output_tokens,
            'output_reasoning_tokens': reasoned_tokens, 'total': input_tokens + output_tokens
        }}
        else map {{
            'input': input_tokens - cached_tokens, 'cache_read_input_tokens': cached_tokens, 'output': output_tokens,
            'total': input_tokens + output_tokens
        }}
    end as usage_details,
    total_cost,
    email as user_id,
    digest(trace_key, 'session', 12) as session_id,
    if(attribution = 'tagged', ['team:' || team_label, 'project:' || project_id], []) as tags,
    strftime(event_at, '%Y-%m-%d %H:%M:%S.%f') as event_ts,
    cast(is_deleted as integer) as is_deleted
from observation_events
inner join users on user_no = pick(trace_key, 'user', {USERS})
inner join invented on invented_no = pick(trace_key, 'text', {INVENTED})
"""
