"""Anthropic's daily costs: the money, in cents."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.anthropic import COSTS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(COSTS),
            where_none("No bucket ends before it starts", "ending_at <= starting_at", "starting_at", "ending_at"),
            where_none(
                "currency is a code of three letters",
                "not regexp_full_match(currency, '[A-Za-z]{{3}}')",
                "currency",
            ),
            where_none(
                "An amount has at most ten decimals of a cent",
                "round(amount_in_cents, 10) <> amount_in_cents",
                "amount_in_cents",
            ),
            ties_out(parameters, COSTS.billed),
        ]
    }
