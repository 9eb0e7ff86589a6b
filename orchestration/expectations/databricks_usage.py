"""Databricks usage that can be priced."""

from orchestration.expectations.rules import has_values, is_json, ties_out, where_none
from orchestration.feeds.databricks import USAGE


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(USAGE),
            where_none(
                "No usage ends before it starts",
                "usage_end_time < usage_start_time",
                "usage_start_time",
                "usage_end_time",
            ),
            where_none(
                "record_type is one of ORIGINAL, RETRACTION, RESTATEMENT",
                "record_type not in ('ORIGINAL', 'RETRACTION', 'RESTATEMENT')",
                "record_type",
            ),
            where_none(
                "A retraction takes back what was used",
                "record_type = 'RETRACTION' and usage_quantity > 0",
                "record_id",
                "usage_quantity",
            ),
            is_json("custom_tags", "object"),
            ties_out(parameters, "0"),
        ]
    }
