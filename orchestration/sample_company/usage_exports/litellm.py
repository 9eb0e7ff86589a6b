"""The company's gateway: LiteLLM's table of spend logs as JSON lines, a file per month.

Each key is a key of Frontier Models' bill, by its alias. An export begins a day before its month, as one does who
wants to miss nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_json
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.model_prices import PRICES
from orchestration.sample_company.usage_exports.truth import add_used
from orchestration.sample_company.usage_exports.workloads import INVENTED, USERS

if TYPE_CHECKING:
    import duckdb

_WORKED = "not is_cache_hit and not is_failure"
MEASURES = {
    "input_tokens": ("tokens", f"if({_WORKED}, prompt_tokens - cached_tokens - write_tokens, 0)"),
    "cached_input_tokens": ("tokens", f"if({_WORKED}, cached_tokens, 0)"),
    "cache_write_tokens": ("tokens", f"if({_WORKED}, write_tokens - write_1h_tokens, 0)"),
    "cache_write_1h_tokens": ("tokens", f"if({_WORKED}, write_1h_tokens, 0)"),
    "output_tokens": ("tokens", f"if({_WORKED}, completion_tokens - reasoning_tokens, 0)"),
    "reasoning_tokens": ("tokens", f"if({_WORKED}, reasoning_tokens, 0)"),
    "cache_hit_tokens": ("tokens", "if(is_cache_hit, prompt_tokens + completion_tokens, 0)"),
    "requests": ("requests", "1"),
    "failed_requests": ("requests", "is_failure::integer"),
    "cache_hit_requests": ("requests", "is_cache_hit::integer"),
    "gateway_unestimated_requests": ("requests", f"({_WORKED} and input_price is null)::integer"),
    "gateway_estimated_cost": ("USD", "spend"),
}


def write_litellm(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Make the table `gateway_requests`, and write its logs."""
    connection.execute(_REQUESTS)
    add_used(connection, "litellm", "gateway_requests", MEASURES)
    for month in months:
        copy_json(
            connection,
            f"{_LOG} where usage_date >= date '{month.start}' - 1 and usage_date < date '{month.end}' order by all",
            folder / f"{month}" / "LiteLLM_SpendLogs.jsonl",
        )


# Up to three requests of a key on a day. A failed one has used nothing, and neither has one that the gateway's
# own cache answers; the tokens of the latter are logged all the same.
_REQUESTS = f"""
create table gateway_requests as
with

keys as (
    select
        resources.resource_key,
        resources.resource_name as key_alias,
        resources.attribution,
        resources.team_id,
        resources.project_id,
        resources.lifecycle_stage,
        resources.stage_value,
        teams.team_name
    from resources
    inner join teams using (team_id)
    where resources.sku_id = 'FM-PRO-IN' and resources.kind in ('tagged', 'untagged')
),

asked as (
    select
        keys.*,
        used_days.usage_date,
        concat_ws('/', 'litellm', keys.resource_key, used_days.usage_date, number) as request_key
    from used_days, keys, range(3) as requests(number)
    where draw(request_key, 'asks') < 0.15
),

counted as (
    select
        asked.*,
        models.*,
        mode = 'chat' as is_chat,
        draw(request_key, 'failure') < 0.04 as is_failure,
        not is_failure and draw(request_key, 'cache hit') < 0.05 as is_cache_hit,
        if(is_failure, 0, 200 + pick(request_key, 'prompt', 12000)) as prompt_tokens,
        if(is_failure or not is_chat, 0, 20 + pick(request_key, 'completion', 1500)) as completion_tokens,
        if(cached_price is not null and draw(request_key, 'cached') < 0.3, prompt_tokens // 2, 0) as cached_tokens,
        if(write_price is not null and draw(request_key, 'written') < 0.25, prompt_tokens // 4, 0) as write_tokens,
        if(draw(request_key, 'for an hour') < 0.4, write_tokens, 0) as write_1h_tokens,
        if(model = 'frontier-pro' and draw(request_key, 'reasons') < 0.5, completion_tokens // 3, 0)
            as reasoning_tokens,
        cast(usage_date as timestamp) + to_milliseconds(pick(request_key, 'moment', 86400000)) as started_at
    from asked
    inner join gateway_models as models on models.model_no = pick(request_key, 'model', {len(PRICES) + 1})
)

select
    *,
    cast(if(
        is_cache_hit or input_price is null,
        0,
        (prompt_tokens - cached_tokens - write_tokens) * input_price + cached_tokens * coalesce(cached_price, 0)
        + (write_tokens - write_1h_tokens) * coalesce(write_price, 0) + write_1h_tokens * coalesce(write_1h_price, 0)
        + completion_tokens * output_price
    ) as decimal(28, 12)) as spend
from counted
"""

# A key that nobody placed names no team. Half of the others name the project in a tag, half in the key's own data.
_LOG = f"""
select
    'chatcmpl-' || digest(request_key, 'id', 24) as request_id,
    if(is_chat, 'acompletion', 'aembedding') as call_type,
    sha256(key_alias) as api_key,
    spend,
    prompt_tokens + completion_tokens as total_tokens,
    prompt_tokens,
    completion_tokens,
    strftime(started_at, '%Y-%m-%dT%H:%M:%S.%f') as "startTime",
    strftime(started_at + interval 2 second, '%Y-%m-%dT%H:%M:%S.%f') as "endTime",
    2000 as request_duration_ms,
    model,
    md5(provider || model) as model_id,
    model as model_group,
    provider as custom_llm_provider,
    concat('https://', replace(provider, '_', '-'), '.example/v1') as api_base,
    email as "user",
    {{
        'user_api_key_alias': key_alias,
        'user_api_key_user_email': email,
        'user_api_key_team_alias': if(attribution = 'tagged', team_name, null),
        'user_api_key_project_alias': if(attribution = 'tagged' and names_project, project_id, null),
        'requester_ip_address': address,
        'usage_object': {{
            'prompt_tokens': prompt_tokens,
            'completion_tokens': completion_tokens,
            'prompt_tokens_details': {{
                'cached_tokens': cached_tokens,
                'cache_creation_token_details': {{
                    'ephemeral_5m_input_tokens': write_tokens - write_1h_tokens,
                    'ephemeral_1h_input_tokens': write_1h_tokens
                }}
            }},
            'cache_creation_input_tokens': write_tokens,
            'completion_tokens_details': {{'reasoning_tokens': reasoning_tokens}}
        }}
    }} as metadata,
    if(is_cache_hit, 'True', 'False') as cache_hit,
    md5(request_key) as cache_key,
    case
        when attribution <> 'tagged' then ['app:notebook']
        when names_project then ['env:' || stage_value]
        else ['project:' || project_id, 'env=' || stage_value]
    end as request_tags,
    if(attribution = 'tagged', md5(team_id), null) as team_id,
    customer as end_user,
    address as requester_ip_address,
    if(is_failure, 'failure', 'success') as status,
    [{{'role': 'user', 'content': prompt}}] as messages,
    {{'choices': if(is_failure, [], [{{'message': {{'role': 'assistant', 'content': response}}}}])}} as response,
    strftime(started_at + interval 3 second, '%Y-%m-%dT%H:%M:%S.%fZ') as updated_at
from (select *, draw(key_alias, 'names project') < 0.5 as names_project from gateway_requests)
inner join users on user_no = pick(request_key, 'user', {USERS})
inner join invented on invented_no = pick(request_key, 'text', {INVENTED})
"""
