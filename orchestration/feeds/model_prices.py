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

# A model may have other prices for requests with more tokens of prompt than so many thousands.
CONTEXTS = (32, 100, 128, 200, 256, 272, 512)
LONG_PRICES = """
(
    select json_group_object(price.key, price.value)
    from json_each({record}, '$.value') as price
    where regexp_matches(price.key, '_above_[0-9]+k_tokens')
)
"""

OWN = Table(
    name="model_prices",
    columns=(
        Column("model", required=True),
        Column("provider"),
        Column("valid_from", "date", required=True),
        Column("valid_to", "date"),
        Column("above_tokens", "number"),
        Column("currency"),
        *(Column(price, "number") for price in PRICES),
    ),
    account="'model_prices'",
    period=None,
    told_apart_by=("model", "provider", "valid_from", "above_tokens"),
)

# As text: beside the models lies a specimen entry that has words where numbers belong.
LITELLM = Table(
    name="litellm_model_prices",
    columns=(
        Column("model_key", required=True, aliases=("key",)),
        Column("provider", aliases=("value.litellm_provider",)),
        Column("mode", aliases=("value.mode",)),
        *(Column(price, aliases=(f"value.{price}",)) for price in PRICES),
        # A name for each kind, context and tier, of which an entry has a few.
        Column("long_prices", "tags", from_record=LONG_PRICES),
    ),
    account="'litellm_model_prices'",
    period=None,
    replaces="history",
    records=("$.*",),
)

FEED = Feed(name="model_prices", tables=(OWN, LITELLM), suffixes=(".csv", ".csv.gz", ".json", ".json.gz"))
