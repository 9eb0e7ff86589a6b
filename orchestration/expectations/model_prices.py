"""A dated price list in which every model has one price at a time."""

from orchestration.expectations.rules import has_values, is_currency, none_of, ties_out, where_none
from orchestration.feeds.model_prices import CONTEXTS, OWN, PRICES


def expectations(parameters: dict) -> dict:
    """The suite of one register: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(OWN),
            where_none("No price ends before it starts", "valid_to <= valid_from", "model", "valid_from", "valid_to"),
            where_none("No price is below nothing", f"least({', '.join(PRICES)}) < 0", "model", "valid_from"),
            is_currency("currency", "model"),
            where_none(
                f"above_tokens is one of {', '.join(f'{thousands}000' for thousands in CONTEXTS)}",
                f"above_tokens / 1000 not in {CONTEXTS}",
                "model",
                "above_tokens",
            ),
            none_of(
                "A model has one price at a time",
                "select * from (select source_row, model, valid_from, lag(coalesce(valid_to, date '9999-12-31'))"
                " over (partition by lower(model), lower(provider), above_tokens order by valid_from)"
                " as still_valid_until from {batch}) where valid_from < still_valid_until",
            ),
            ties_out(parameters, "0"),
        ]
    }
