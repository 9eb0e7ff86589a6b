"""OpenAI's usage, of any endpoint."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.openai import MEASURES, USAGE


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(USAGE),
            where_none(
                "Every result is of a usage endpoint, and has one of its counts",
                "object not like 'organization.usage.%.result' or coalesce(" + ", ".join(MEASURES) + ") is null",
                "object",
            ),
            where_none("No bucket ends before it starts", "end_time <= start_time", "start_time", "end_time"),
            where_none(
                "Cached input tokens are among the input tokens",
                "coalesce(input_cached_tokens, 0) + coalesce(input_cache_write_tokens, 0) > coalesce(input_tokens, 0)",
                "input_tokens",
                "input_cached_tokens",
                "input_cache_write_tokens",
            ),
            where_none("Nothing is used less than not at all", f"least({', '.join(MEASURES)}) < 0", "object"),
            ties_out(parameters, "0"),
        ]
    }
