"""LiteLLM's price file, cut down to the models that the company calls, through its gateway or past it.

One of them it does not know.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company import catalog
from orchestration.sample_company.database import load

if TYPE_CHECKING:
    import duckdb

# model, provider, mode, then USD per token: input, cached input, cache write for minutes and for an hour, output
PRICES = [
    ("frontier-pro", "frontier_models", "chat", "2.5e-06", "2.5e-07", None, None, "1e-05"),
    ("frontier-embed", "frontier_models", "embedding", "2e-08", None, None, None, "0.0"),
    ("lumen-large-v1", "bedrock", "chat", "3e-06", "3e-07", "3.75e-06", "6e-06", "1.5e-05"),
]
# What OpenAI and Anthropic bill by, of which no gateway knows: here as they write it, for a million tokens.
PAST_THE_GATEWAY = [
    *((model, "openai", (given, cached, None, None, made)) for model, _, given, cached, made in catalog.OPENAI_MODELS),
    *(
        (model, "anthropic", (given, float(given) / 10, float(given) * 1.25, float(given) * 2, made))
        for model, _, given, made in catalog.ANTHROPIC_MODELS
    ),
]
# Runs on the company's own endpoint, and no price list knows it.
UNPRICED = (catalog.ENDPOINT_MODEL, "hosted_vllm", "chat", None, None, None, None, None)

_NAMES = (
    "input_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
    "cache_creation_input_token_cost_above_1hr",
    "output_cost_per_token",
)
# LiteLLM's file begins with an entry that explains the others, in words.
_SPECIMEN = {
    "input_cost_per_token": "cost of one token of input, in USD",
    "litellm_provider": "one of https://docs.litellm.ai/docs/providers",
    "mode": "one of: chat, embedding, completion, image_generation, audio_transcription, rerank",
    "max_tokens": "LEGACY parameter. set to max_output_tokens if provider specifies it",
}


def write_model_prices(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the table `gateway_models`, and write the price file."""
    load(
        connection,
        "gateway_models",
        "model_no integer, model varchar, provider varchar, mode varchar, input_price decimal(18, 12),"
        " cached_price decimal(18, 12), write_price decimal(18, 12), write_1h_price decimal(18, 12),"
        " output_price decimal(18, 12)",
        [(number, *model) for number, model in enumerate([*PRICES, UNPRICED])],
    )
    models = {model: _entry(*about) for model, *about in PRICES}
    for model, provider, prices in PAST_THE_GATEWAY:
        mode = "chat" if prices[-1] else "embedding"
        models[model] = _entry(provider, mode, *(price and round(float(price) / 1e6, 12) for price in prices))
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"sample_spec": _SPECIMEN, **models}, indent=4)
    (folder / "model_prices_and_context_window.json").write_text(text + "\n", encoding="utf-8")


def _entry(provider: str, mode: str, *prices: str | float | None) -> dict[str, object]:
    """What the file says of a model; a price that it does not have is not there."""
    known = {name: float(price) for name, price in zip(_NAMES, prices, strict=True) if price is not None}
    return {**known, "litellm_provider": provider, "mode": mode, "max_input_tokens": 200000}
