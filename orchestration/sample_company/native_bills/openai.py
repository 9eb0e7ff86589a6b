"""The company's OpenAI organization: pages of the costs and usage APIs, a month each, by project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company import catalog
from orchestration.sample_company.database import copy_json, load
from orchestration.sample_company.months import Month
from orchestration.sample_company.native_bills.pages import page_of_days
from orchestration.sample_company.usage_exports.truth import add_used

if TYPE_CHECKING:
    import duckdb


def write_bill(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """Make the tables `openai_used` and `openai_rows` of one month, and write a page of each endpoint."""
    load(
        connection,
        "openai_models",
        "model varchar, endpoint varchar, input_price decimal(8, 4), cached_price decimal(8, 4),"
        " output_price decimal(8, 4)",
        catalog.OPENAI_MODELS,
    )
    connection.execute(_USED)
    connection.execute(_ROWS)
    pages = {"costs": page_of_days("openai_rows", _COST, _BOUNDS, "'page' as object,")}
    for endpoint, result in (("completions", _COMPLETION), ("embeddings", _EMBEDDING)):
        used = f"(from openai_used where endpoint = '{endpoint}')"
        pages[f"usage/{endpoint}"] = page_of_days(used, result, _BOUNDS, "'page' as object,")
    for name, page in pages.items():
        copy_json(connection, page, folder / name / f"{month}.json")


def add_usage(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the month's use to the truth. A page names a project of OpenAI's: whose that is, a rule says."""
    rows = "(select *, charge_date as usage_date from openai_used)"
    measures = {
        "input_tokens": ("tokens", "input_tokens - cached_tokens"),
        "cached_input_tokens": ("tokens", "cached_tokens"),
        "output_tokens": ("tokens", "output_tokens"),
        "requests": ("requests", "requests"),
    }
    add_used(connection, "openai", rows, measures)


_BOUNDS = """
    'object': 'bucket',
    'start_time': cast(epoch(charge_date) as bigint),
    'end_time': cast(epoch(charge_date + 1) as bigint)
"""

# A project does not call every model every day. The input includes what was cached of it.
_USED = """
create or replace table openai_used as
select
    *,
    concat_ws('/', charge_date, account_id, model) as row_key,
    200 + pick(row_key, 'openai requests', if(attribution = 'untagged', 400, 4000)) as requests,
    requests * (300 + pick(row_key, 'openai input', 9000)) as input_tokens,
    if(endpoint = 'completions', input_tokens * pick(row_key, 'openai cached', 6) // 10, 0) as cached_tokens,
    if(endpoint = 'completions', requests * (80 + pick(row_key, 'openai output', 900)), 0) as output_tokens
from untagged_account_days('openai'), openai_models
where draw(concat_ws('/', charge_date, account_id, model), 'openai calls') < 0.8
"""

# Tokens at their price, each kind a line item; and a fine-tuning a month, which no usage page knows.
_ROWS = """
create or replace table openai_rows as
with

items as (
    select openai_used.* exclude (row_key), concat_ws(', ', model, kind) as line_item, tokens, price
    from openai_used,
        lateral (values
            ('input', input_tokens - cached_tokens, input_price),
            ('cached input', cached_tokens, cached_price),
            ('output', output_tokens, output_price)
        ) as kinds(kind, tokens, price)
    where tokens > 0
    union all by name
    select
        *,
        'gpt-4.1-mini-2025-04-14, training' as line_item,
        4500000 + pick(charge_date, 'tuned', 999999) as tokens,
        5.00 as price
    from untagged_account_days('openai')
    where day(charge_date) = 10 and project_id = 'ticket-triage'
)

select
    *,
    concat_ws('/', charge_date, account_id, line_item) as row_key,
    cast(cast(tokens as decimal(12, 0)) * cast(price as decimal(8, 4)) * 0.000001 as decimal(28, 10)) as billed_cost,
    billed_cost as effective_cost,
    'model_api' as cost_component,
    1 as charges
from items
"""

# What a page was not grouped by is null.
_COST = """{
    'object': 'organization.costs.result',
    'amount': {'value': cast(billed_cost as double), 'currency': 'usd'},
    'line_item': line_item,
    'project_id': account_id,
    'api_key_id': cast(null as varchar),
    'quantity': tokens,
    'quantity_unit': 'tokens'
}"""

_COMPLETION = """{
    'object': 'organization.usage.completions.result',
    'input_tokens': input_tokens,
    'input_cached_tokens': cached_tokens,
    'input_cache_write_tokens': 0,
    'input_uncached_tokens': input_tokens - cached_tokens,
    'output_tokens': output_tokens,
    'input_audio_tokens': 0,
    'output_audio_tokens': 0,
    'num_model_requests': requests,
    'project_id': account_id,
    'user_id': cast(null as varchar),
    'api_key_id': cast(null as varchar),
    'model': model,
    'batch': cast(null as boolean),
    'service_tier': cast(null as varchar)
}"""

_EMBEDDING = """{
    'object': 'organization.usage.embeddings.result',
    'input_tokens': input_tokens,
    'num_model_requests': requests,
    'project_id': account_id,
    'user_id': cast(null as varchar),
    'api_key_id': cast(null as varchar),
    'model': model
}"""
