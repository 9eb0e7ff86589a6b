"""List prices that price each unit once."""

from orchestration.expectations.rules import has_values, is_currency, none_of, ties_out, where_none
from orchestration.feeds.databricks import PRICES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(PRICES),
            where_none(
                "Every price has an amount, zero or more",
                'coalesce("pricing.effective_list.default", "pricing.default", -1) < 0',
                "sku_name",
                '"pricing.effective_list.default"',
                '"pricing.default"',
            ),
            where_none(
                "No price ends before it starts",
                "price_end_time < price_start_time",
                "sku_name",
                "price_start_time",
                "price_end_time",
            ),
            is_currency("currency_code"),
            none_of(
                "A SKU has one price at a time, in one currency",
                "select sku_name, cloud, price_start_time, count(*) as prices, min(currency_code) as first_currency,"
                " max(currency_code) as last_currency from {batch} group by all having count(*) > 1",
            ),
            ties_out(parameters, "0"),
        ]
    }
