"""Price lists: the company's own, replaced as a whole, and every version of LiteLLM's file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from orchestration.feeds.model_prices import CONTEXTS, KINDS, TIERS
from orchestration.ingestion.raw_views import received_on
from orchestration.quality.validator import Validator
from tests.feeds.model_apis import Apis

HEADER = "model,valid_from,valid_to,currency,input_cost_per_token"
VERSIONS = "select received_on, input_cost_per_token from raw.litellm_model_prices order by 1"
DRIVERS = (
    *("input_tokens", "cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens"),
    *("output_tokens", "reasoning_tokens"),
)
PRICES = """
    select unit_price * 1000000, valid_from, valid_to from drivers.int_drivers__model_prices
    where driver = 'input_tokens' order by valid_from
"""

# What LiteLLM calls the prices of long prompts.
LONG = {
    f"{kind}_above_{thousands}k_tokens{suffix}": (thousands * 1000, driver, tier)
    for driver, kind in zip(DRIVERS, KINDS, strict=True)
    for tier, suffix in zip(("standard", "batch", "priority", "flex"), TIERS, strict=True)
    for thousands in CONTEXTS
}


@pytest.fixture
def apis(tmp_path: Path, validator: Validator) -> Apis:
    return Apis(tmp_path, validator)


def file(price: float) -> dict:
    """A price file of one model, and the entry that explains the others."""
    specimen = {"input_cost_per_token": "the price, in dollars", "litellm_provider": "one of the providers"}
    return {"sample_spec": specimen, "gpt": {"input_cost_per_token": price, "litellm_provider": "openai"}}


def test_every_model_of_the_real_file_loads(apis: Apis, shared: Path) -> None:
    """4,552 models; the price of each is its digits, not a double."""
    text = (shared / "llm/litellm_model_prices.json").read_text()
    models = json.loads(text)
    apis.deliver("model_prices/model_prices_and_context_window.json", text)
    assert apis.look().rows == len(models) == 4552
    apis.build("+int_drivers__model_prices")
    found = apis.rows(
        "select model_name, cast(unit_price as double) from drivers.int_drivers__model_prices"
        " where driver = 'input_tokens' and service_tier = 'standard' and above_tokens = 0"
    )
    expected = {
        name: model["input_cost_per_token"] for name, model in models.items() if "input_cost_per_token" in model
    }
    assert dict(found) == pytest.approx(expected)
    assert len(found) == 3705
    count = "select count(*) from staging.stg_model_prices__litellm"
    assert apis.rows(count) == [(4552,)]
    long = apis.rows(
        "select model_name, above_tokens, driver, service_tier, cast(unit_price as double)"
        " from drivers.int_drivers__model_prices where above_tokens > 0 and driver <> 'reasoning_tokens'"
    )
    named = {(model, *LONG[price]): entry[price] for model, entry in models.items() for price in entry if price in LONG}
    assert {tuple(key): price for *key, price in long} == pytest.approx(named)
    assert len(long) == len(named) == 1513
    assert {key[1] // 1000 for key in named} == set(CONTEXTS)


@pytest.mark.parametrize("is_overwritten", [True, False])
def test_every_version_stays_from_the_day_it_came(apis: Apis, is_overwritten: bool) -> None:
    """Whoever drops the file once a month under one name must not reprice the year."""
    apis.deliver("model_prices/2026-09-01.json", file(2e-06))
    apis.deliver("model_prices/2026-09-10/prices.json", file(1e-06))
    apis.look()
    name = "model_prices/2026-09-10/prices.json" if is_overwritten else "model_prices/20260910T120000Z.json"
    apis.deliver(name, file(3e-06))
    assert not apis.look().quarantined
    apis.build("+int_drivers__model_prices")
    assert apis.rows(PRICES) == [
        (2, date(1, 1, 1), date(2026, 9, 10)),
        (3, date(2026, 9, 10), date(9999, 12, 31)),
    ]


def test_a_file_without_a_date_in_its_path_is_valid_from_today(apis: Apis) -> None:
    apis.deliver("model_prices/prices.json", file(2e-06))
    apis.look()
    (came,) = apis.rows("select distinct received_on, current_date from raw.litellm_model_prices")
    assert abs((came[0] - came[1]).days) <= 1


def test_the_day_of_delivery_is_the_last_date_of_the_path() -> None:
    from datetime import datetime

    at = datetime(2026, 11, 1, 12)
    assert received_on("model_prices/2026/prices.json", at) == date(2026, 11, 1)
    assert received_on("model_prices/2026-09-01/prices-20260902.json", at) == date(2026, 9, 2)
    assert received_on("model_prices/prices-20269999.json", at) == date(2026, 11, 1)


def test_the_own_list_is_replaced_as_a_whole(apis: Apis) -> None:
    apis.deliver("model_prices/prices.csv", [HEADER, "gpt,2026-01-01,2026-09-01,,0.000002", "gpt,2026-09-01,,,1e-6"])
    apis.look()
    apis.deliver("model_prices/prices.csv", [HEADER, "gpt,2026-01-01,,EUR,0.000005"])
    assert not apis.look().quarantined
    assert apis.rows("select currency, input_cost_per_token * 1000000 from raw.model_prices") == [("EUR", 5)]


BAD_INPUTS = {
    "no day": (["model,provider,input_cost_per_token", "gpt,openai,0.1"], "required column valid_from is missing"),
    "two prices at a time": (
        [HEADER, "gpt,2026-01-01,2026-06-02,,1", "GPT,2026-06-01,,,2"],
        "A model has one price at a time: line 3, model GPT",
    ),
    "an end before its start": ([HEADER, "gpt,2026-01-02,2026-01-01,,1"], "No price ends before it starts: line 2"),
    "a negative price": ([HEADER, "gpt,2026-01-02,,,-1"], "No price is below nothing: line 2"),
    "words for a price": ([HEADER, "gpt,2026-01-02,,,cheap"], "column input_cost_per_token: 'cheap' is not a finite"),
    "a length that no request is told by": (
        [HEADER.replace("valid_to", "above_tokens"), "gpt,2026-01-02,200000,,1", "gpt,2026-01-02,64000,,1"],
        "above_tokens is one of 32000, 100000, 128000, 200000, 256000, 272000, 512000: line 3, model gpt",
    ),
    "a currency in words": ([HEADER, "gpt,2026-01-02,,dollars,1"], "currency is a code of three capital letters"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_with_its_reason(apis: Apis, name: str) -> None:
    lines, message = BAD_INPUTS[name]
    apis.deliver("model_prices/bad/prices.csv", lines)
    apis.deliver("model_prices/prices.json", file(2e-06))
    scan = apis.look()
    assert len(scan.quarantined) == 1
    assert message in scan.quarantined[0]
    assert len(apis.rows(VERSIONS)) == 2
