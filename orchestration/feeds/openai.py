"""OpenAI's organization APIs: costs pages are the money, usage pages are what it was spent on.

A page holds daily buckets and names no organization. A day is pulled again until it closes,
so its newest pull counts; which columns are null depends on what the pull was grouped by.
"""

from orchestration.feeds import Column, Feed, Table, grouped_by, named_in_path

BUCKET = (
    Column("start_time", "moment", required=True, aliases=("^start_time",)),
    Column("end_time", "moment", required=True, aliases=("^end_time",)),
    Column("object"),
    Column("organization_id", aliases=("^organization_id",), from_path=named_in_path("organization")),
    Column("project_id"),
    Column("api_key_id"),
)
ACCOUNT = "coalesce(organization_id, 'openai')"
DAY = (ACCOUNT, "cast(start_time as date)")
SPAN = ("start_time", "end_time")
LENGTH = "end_time - start_time"

COSTS = Table(
    name="openai_costs",
    columns=(
        *BUCKET,
        Column("amount_value", "money", required=True, aliases=("amount.value",)),
        Column("amount_currency", required=True, aliases=("amount.currency",)),
        Column("line_item"),
        Column("project_name"),
        Column("quantity", "number"),
        Column("quantity_unit"),
    ),
    account=ACCOUNT,
    period="start_time",
    currency="upper(amount_currency)",
    billed="amount_value",
    effective="amount_value",
    replaces="bucket",
    bucket=DAY,
    grouping=grouped_by(("project_id", "line_item", "api_key_id"), LENGTH),
    span=SPAN,
    filtered_by=("organization_id", "project_id", "api_key_id"),
    told_apart_by=("start_time", "end_time", "project_id", "line_item", "api_key_id"),
    records=("$.data[*]", "$.results[*]"),
)

# What the endpoints count, each its own: tokens, requests, images, seconds, characters, bytes, sessions.
MEASURES = (
    "input_tokens",
    "input_cached_tokens",
    "input_cache_write_tokens",
    "output_tokens",
    "num_model_requests",
    "num_requests",
    "images",
    "characters",
    "seconds",
    "usage_bytes",
    "num_sessions",
)
ENDPOINT_DIMENSIONS = ("model", "batch", "service_tier", "size", "source", "vector_store_id", "context_level")
DIMENSIONS = ("project_id", "api_key_id", "user_id", *ENDPOINT_DIMENSIONS)

USAGE = Table(
    name="openai_usage",
    columns=(
        *BUCKET[:2],
        Column("object", required=True),
        *BUCKET[3:],
        Column("user_id", "person"),
        *(Column(name) for name in ENDPOINT_DIMENSIONS),
        *(Column(name, "number") for name in MEASURES),
    ),
    account=ACCOUNT,
    period="start_time",
    replaces="bucket",
    # Each endpoint is a pull of its own.
    bucket=(*DAY, "object"),
    grouping=grouped_by(DIMENSIONS, LENGTH),
    span=SPAN,
    filtered_by=("organization_id", "object", *DIMENSIONS),
    told_apart_by=("start_time", "end_time", *DIMENSIONS),
    records=("$.data[*]", "$.results[*]"),
)

FEED = Feed(
    name="openai",
    tables=(COSTS, USAGE),
    personal=True,
    suffixes=(".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"),
)
