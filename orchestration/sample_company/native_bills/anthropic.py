"""The company's Anthropic organization: pages of the cost report, in cents, and of the usage report, by workspace."""

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
    """Make the tables `anthropic_used` and `anthropic_rows` of one month, and write a page of each report."""
    load(
        connection,
        "anthropic_models",
        "model varchar, model_name varchar, input_price decimal(8, 4), output_price decimal(8, 4)",
        catalog.ANTHROPIC_MODELS,
    )
    connection.execute(_USED)
    connection.execute(_ROWS)
    copy_json(connection, page_of_days("anthropic_rows", _COST, _BOUNDS), folder / "cost_report" / f"{month}.json")
    usage = folder / "usage_report" / "messages" / f"{month}.json"
    copy_json(connection, page_of_days("anthropic_used", _MESSAGES, _BOUNDS), usage)


def add_usage(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the month's use to the truth. A report names a workspace: whose that is, a rule says."""
    rows = "(select *, charge_date as usage_date from anthropic_used)"
    measures = {
        "input_tokens": ("tokens", "input_tokens"),
        "cached_input_tokens": ("tokens", "read_tokens"),
        "cache_write_tokens": ("tokens", "written_tokens"),
        "output_tokens": ("tokens", "output_tokens"),
        "web_search_requests": ("requests", "searches"),
    }
    add_used(connection, "anthropic", rows, measures)


_BOUNDS = """
    'starting_at': strftime(charge_date, '%Y-%m-%dT00:00:00Z'),
    'ending_at': strftime(charge_date + 1, '%Y-%m-%dT00:00:00Z')
"""

# A workspace does not call every model every day. The input is without what the cache holds.
_USED = """
create or replace table anthropic_used as
select
    *,
    concat_ws('/', charge_date, account_id, model) as row_key,
    100 + pick(row_key, 'claude requests', if(attribution = 'untagged', 200, 2000)) as requests,
    requests * (200 + pick(row_key, 'claude input', 3000)) as input_tokens,
    requests * pick(row_key, 'claude read', 9000) as read_tokens,
    requests * pick(row_key, 'claude written', 600) as written_tokens,
    requests * (90 + pick(row_key, 'claude output', 900)) as output_tokens,
    requests // 25 as searches
from untagged_account_days('anthropic'), anthropic_models
where draw(concat_ws('/', charge_date, account_id, model), 'claude calls') < 0.8
"""

# Reading the cache costs a tenth of the input, writing it five quarters; a thousand searches cost ten dollars.
_ROWS = """
create or replace table anthropic_rows as
with

items as (
    select
        anthropic_used.* exclude (row_key),
        'tokens' as cost_type,
        token_type,
        concat(model_name, ' Usage - ', words) as description,
        quantity,
        price
    from anthropic_used,
        lateral (values
            ('Input Tokens', 'uncached_input_tokens', input_tokens, input_price),
            ('Input Tokens, Cache Read', 'cache_read_input_tokens', read_tokens, input_price * 0.1),
            ('Input Tokens, Cache Write', 'cache_creation.ephemeral_5m_input_tokens', written_tokens,
                input_price * 1.25),
            ('Output Tokens', 'output_tokens', output_tokens, output_price)
        ) as kinds(words, token_type, quantity, price)
    union all by name
    select
        account_id, charge_date, team_id, project_id, lifecycle_stage, attribution,
        'web_search' as cost_type,
        'Web Search Usage' as description,
        sum(searches) as quantity,
        10000 as price
    from anthropic_used
    group by all
)

select
    *,
    concat_ws('/', charge_date, account_id, description) as row_key,
    cast(cast(quantity as decimal(12, 0)) * cast(price as decimal(10, 4)) * 0.0001 as decimal(28, 8)) as cents,
    cast(cents * 0.01 as decimal(28, 10)) as billed_cost,
    billed_cost as effective_cost,
    'model_api' as cost_component,
    1 as charges
from items
where quantity > 0
"""

_COST = """{
    'currency': 'USD',
    'amount': cast(cents as varchar),
    'workspace_id': account_id,
    'description': description,
    'cost_type': cost_type,
    'model': model,
    'token_type': token_type,
    'service_tier': if(cost_type = 'tokens', 'standard', null),
    'context_window': if(cost_type = 'tokens', '0-200k', null),
    'inference_geo': if(cost_type = 'tokens', 'global', null)
}"""

# What a page was not grouped by is null, and so is the default workspace.
_MESSAGES = """{
    'uncached_input_tokens': input_tokens,
    'cache_read_input_tokens': read_tokens,
    'cache_creation': {'ephemeral_5m_input_tokens': written_tokens, 'ephemeral_1h_input_tokens': 0},
    'output_tokens': output_tokens,
    'server_tool_use': {'web_search_requests': searches},
    'api_key_id': cast(null as varchar),
    'workspace_id': account_id,
    'model': model,
    'service_tier': cast(null as varchar),
    'context_window': cast(null as varchar),
    'inference_geo': cast(null as varchar)
}"""
