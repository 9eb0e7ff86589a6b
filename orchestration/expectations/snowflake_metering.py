"""An extract of Snowflake's metering can drive the split of a bill."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.snowflake import METERING


def expectations(parameters: dict) -> dict:
    """The suite of one extract: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(METERING),
            where_none("No hour ends before it starts", "end_time < start_time", "start_time", "end_time"),
            ties_out(parameters, "0"),
        ]
    }
