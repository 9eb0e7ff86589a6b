"""Requests that can be counted, without anything that opens a door elsewhere."""

from orchestration.expectations.rules import has_values, is_json, ties_out, where_none
from orchestration.feeds.litellm import REQUESTS

COUNTS = [column.name for column in REQUESTS.columns if column.name.endswith("_tokens")]


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(REQUESTS),
            # The key itself is not shown: it would stand in the report.
            where_none("api_key is the hash of a key, not the key", "api_key like 'sk-%'"),
            where_none("Nothing is used less than not at all", f"least({', '.join(COUNTS)}, spend) < 0", "request_id"),
            where_none(
                "status is success or failure",
                "lower(status) not in ('success', 'failure')",
                "request_id",
                "status",
            ),
            is_json("request_tags", "array", "request_id"),
            ties_out(parameters, "0"),
        ]
    }
