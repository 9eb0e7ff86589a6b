"""Anthropic's admin API: the cost report is the money, the usage report is what it was spent on.

Amounts are decimal text in cents: "123.45" is 1.2345 dollars. A null workspace is the default
workspace, or was not asked for. Input tokens are without the cached ones, unlike OpenAI's.
"""

from orchestration.feeds import Column, Feed, Table, grouped_by, named_in_path

BUCKET = (
    Column("starting_at", "timestamp", required=True, aliases=("^starting_at",)),
    Column("ending_at", "timestamp", required=True, aliases=("^ending_at",)),
    Column("organization_id", aliases=("^organization_id",), from_path=named_in_path("organization")),
    Column("workspace_id"),
    Column("model"),
    Column("service_tier"),
    Column("context_window"),
    Column("inference_geo"),
)
ACCOUNT = "coalesce(organization_id, 'anthropic')"
DAY = (ACCOUNT, "cast(starting_at as date)")
DOLLARS = "cast(amount_in_cents * 0.01 as decimal(38, 12))"
SPAN = ("starting_at", "ending_at")
LENGTH = "ending_at - starting_at"

COSTS = Table(
    name="anthropic_costs",
    columns=(
        *BUCKET,
        Column("amount_in_cents", "number", required=True, aliases=("amount",)),
        Column("currency", required=True),
        Column("cost_type"),
        Column("description"),
        Column("token_type"),
    ),
    account=ACCOUNT,
    period="starting_at",
    currency="upper(currency)",
    billed=DOLLARS,
    effective=DOLLARS,
    replaces="bucket",
    bucket=DAY,
    grouping=grouped_by(("workspace_id", "description"), LENGTH),
    span=SPAN,
    filtered_by=("organization_id", "workspace_id"),
    told_apart_by=(
        *("starting_at", "ending_at", "workspace_id", "description", "cost_type", "model"),
        *("token_type", "service_tier", "context_window", "inference_geo"),
    ),
    records=("$.data[*]", "$.results[*]"),
)

DIMENSIONS = (
    *("workspace_id", "api_key_id", "account_id", "service_account_id", "model"),
    *("service_tier", "context_window", "inference_geo", "speed"),
)

USAGE = Table(
    name="anthropic_usage",
    columns=(
        *BUCKET,
        Column("api_key_id"),
        Column("account_id", "person"),
        Column("service_account_id"),
        Column("speed"),
        Column("uncached_input_tokens", "number", required=True),
        Column("cache_read_input_tokens", "number"),
        Column("cache_write_5m_tokens", "number", aliases=("cache_creation.ephemeral_5m_input_tokens",)),
        Column("cache_write_1h_tokens", "number", aliases=("cache_creation.ephemeral_1h_input_tokens",)),
        Column("output_tokens", "number", required=True),
        Column("web_search_requests", "number", aliases=("server_tool_use.web_search_requests",)),
    ),
    account=ACCOUNT,
    period="starting_at",
    replaces="bucket",
    bucket=DAY,
    grouping=grouped_by(DIMENSIONS, LENGTH),
    span=SPAN,
    filtered_by=("organization_id", *DIMENSIONS),
    told_apart_by=("starting_at", "ending_at", *DIMENSIONS),
    records=("$.data[*]", "$.results[*]"),
)

FEED = Feed(
    name="anthropic",
    tables=(COSTS, USAGE),
    personal=True,
    suffixes=(".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"),
)
