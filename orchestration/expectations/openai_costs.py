"""OpenAI's daily costs: the money."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.openai import COSTS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(COSTS),
            where_none("No bucket ends before it starts", "end_time <= start_time", "start_time", "end_time"),
            where_none(
                "amount.currency is a code of three letters",
                "not regexp_full_match(amount_currency, '[A-Za-z]{{3}}')",
                "amount_currency",
            ),
            ties_out(parameters, "amount_value"),
        ]
    }
