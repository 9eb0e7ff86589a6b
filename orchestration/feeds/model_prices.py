"""What a token costs by model and kind: your own dated list, or LiteLLM's price file.

LiteLLM's file has no dates, so each version is kept, and is valid from the day it came.
"""

from orchestration.feeds import Column, Feed, Table

# By LiteLLM's own names, which both lists use. A batch, priority or flex price has a suffix.
KINDS = (
    "input_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
    "cache_creation_input_token_cost_above_1hr",
    "output_cost_per_token",
    "output_cost_per_reasoning_token",
)
TIERS = ("", "_batches", "_priority", "_flex")
PRICES = tuple(f"{kind}{tier}" for kind in KINDS for tier in TIERS)

OWN = Table(
    name="model_prices",
    columns=(
        Column("model", required=True),
        Column("provider"),
        Column("valid_from", "date", required=True),
        Column("valid_to", "date"),
        Column("currency"),
        *(Column(price, "number") for price in PRICES),
    ),
    account="'model_prices'",
    period=None,
    told_apart_by=("model", "provider", "valid_from"),
)

# As text: beside the models lies a specimen entry that has words where numbers belong.
LITELLM = Table(
    name="litellm_model_prices",
    columns=(
        Column("model_key", required=True, aliases=("key",)),
        Column("provider", aliases=("value.litellm_provider",)),
        Column("mode", aliases=("value.mode",)),
        *(Column(price, aliases=(f"value.{price}",)) for price in PRICES),
    ),
    account="'litellm_model_prices'",
    period=None,
    replaces="history",
    records=("$.*",),
)

FEED = Feed(name="model_prices", tables=(OWN, LITELLM), suffixes=(".csv", ".csv.gz", ".json", ".json.gz"))
