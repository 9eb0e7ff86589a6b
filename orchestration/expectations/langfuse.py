"""Observations whose usage can be counted."""

from orchestration.expectations.rules import has_values, is_json, ties_out, where_none
from orchestration.feeds.langfuse import OBSERVATIONS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(OBSERVATIONS),
            is_json("usage_details", "object", "id"),
            is_json("tags", "array", "id"),
            where_none(
                "Nothing is used less than not at all",
                "try(list_min(list_transform(json_extract(usage_details, '$.*'), lambda part: try_cast(part ->> '$'"
                " as double)))) < 0 or total_cost < 0",
                "id",
                "usage_details",
                "total_cost",
            ),
            ties_out(parameters, "0"),
        ]
    }
