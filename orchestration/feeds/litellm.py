"""LiteLLM's spend logs: a row per request that went through the gateway, as table export or logging payload.

Its spend is an estimate by the gateway's own prices, never money. Messages, responses and
addresses lie beside the counts, and stop here.
"""

from orchestration.feeds import Column, Feed, Table

REQUESTS = Table(
    name="litellm",
    columns=(
        Column("request_id", required=True, aliases=("id",)),
        Column("startTime", "moment", required=True),
        Column("updated_at", "moment"),
        Column("call_type"),
        Column("model", required=True, allows_null=True),
        Column("model_group"),
        Column("model_id"),
        Column("custom_llm_provider"),
        # The hash of a key. A key itself is refused at the door.
        Column("api_key", aliases=("metadata>user_api_key_hash", "metadata>user_api_key")),
        Column("organization_id", aliases=("metadata>user_api_key_org_id",)),
        Column("team_id", aliases=("metadata>user_api_key_team_id",)),
        Column("team_alias", aliases=("metadata>user_api_key_team_alias",)),
        Column(
            "project_id",
            aliases=("metadata>project_id", "metadata>user_api_key_project_id", "metadata>user_api_key_project_alias"),
        ),
        Column(
            "user_id",
            "person",
            aliases=(
                "user",
                "metadata>user_api_key_user_id",
            ),
        ),
        Column("end_user", "person", aliases=("metadata>user_api_key_end_user_id",)),
        Column("request_tags", "list", has_addresses=True),
        Column("status", aliases=("metadata>status",)),
        Column("cache_hit"),
        Column("spend", "number", aliases=("response_cost",)),
        Column("prompt_tokens", "number", required=True, allows_null=True),
        Column("completion_tokens", "number", required=True, allows_null=True),
        Column(
            "cache_read_tokens",
            "number",
            aliases=(
                "metadata>usage_object.cache_read_input_tokens",
                "metadata>usage_object.prompt_tokens_details.cached_tokens",
                "metadata>additional_usage_values.cache_read_input_tokens",
                "response.usage.prompt_tokens_details.cached_tokens",
            ),
        ),
        Column(
            "cache_write_tokens",
            "number",
            aliases=(
                "metadata>usage_object.cache_creation_input_tokens",
                "metadata>additional_usage_values.cache_creation_input_tokens",
                "response.usage.cache_creation_input_tokens",
            ),
        ),
        Column(
            "cache_write_1h_tokens",
            "number",
            aliases=(
                "metadata>usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens",
            ),
        ),
        Column(
            "reasoning_tokens",
            "number",
            aliases=(
                "metadata>usage_object.completion_tokens_details.reasoning_tokens",
                "response.usage.completion_tokens_details.reasoning_tokens",
            ),
        ),
    ),
    account="coalesce(organization_id, 'litellm')",
    period='"startTime"',
    replaces="row",
    key=("request_id",),
    version="updated_at",
    records=("$",),
)

FEED = Feed(
    name="litellm",
    tables=(REQUESTS,),
    personal=True,
    suffixes=(
        *(".csv", ".csv.gz", ".parquet", ".json", ".json.gz"),
        *(".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"),
    ),
)
