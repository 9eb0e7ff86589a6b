"""LiteLLM's logs: every request once, its tokens by kind, and nothing that anybody said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.quality.validator import Validator
from tests.feeds.model_apis import Apis

REQUESTS = "select request_id, prompt_tokens from raw.litellm order by 1"


@pytest.fixture
def apis(tmp_path: Path, validator: Validator) -> Apis:
    return Apis(tmp_path, validator)


def log(request_id: str, **changes: Any) -> dict:
    """A row of the table LiteLLM_SpendLogs."""
    return {
        "request_id": request_id,
        "call_type": "acompletion",
        "api_key": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
        "spend": 0.00045,
        "total_tokens": 120,
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "startTime": "2026-09-02T10:00:00.250000",
        "endTime": "2026-09-02T10:00:01.000000",
        "model": "gpt-4o",
        "custom_llm_provider": "openai",
        "user": "ada@example.com",
        "metadata": {
            "user_api_key_team_alias": "Search",
            "user_api_key_user_email": "ada@example.com",
            "usage_object": {
                "prompt_tokens_details": {"cached_tokens": 60},
                "completion_tokens_details": {"reasoning_tokens": 5},
            },
        },
        "cache_hit": "False",
        "request_tags": ["project:ranker", "env=prod"],
        "team_id": "team-1",
        "end_user": "",
        "requester_ip_address": "10.1.2.3",
        "messages": [{"role": "user", "content": "Where is Mr. Babbage?"}],
        "response": {"choices": [{"message": {"content": "In London."}}]},
        "status": "success",
        **changes,
    }


def as_text(row: dict) -> dict:
    """Nested values as JSON in a text, as a table export has them."""
    return {name: json.dumps(value) if isinstance(value, (dict, list)) else value for name, value in row.items()}


def write(apis: Apis, form: str, rows: list[dict]) -> None:
    """The rows in one of the forms in which people export the table."""
    if form == "json":
        apis.deliver("litellm/spend_logs.json", json.dumps(rows))
        return
    logs = apis.deliver("litellm/spend_logs.jsonl", rows if form == "jsonl" else [as_text(row) for row in rows])
    if form in ("csv", "parquet"):
        columns = ", ".join(f"{name}: 'varchar'" for name in rows[0])
        duckdb.execute(f"copy (from read_json('{logs}', columns = {{{columns}}})) to '{logs.with_suffix(f'.{form}')}'")
        logs.unlink()


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "parquet", "text in jsonl"])
def test_every_form_of_the_table_reads_alike(apis: Apis, form: str) -> None:
    """Team, cached and reasoning tokens lie in the metadata, which is JSON or JSON in a text."""
    write(apis, form, [log("r1"), log("r2", status="failure", prompt_tokens=0, completion_tokens=0, metadata={})])
    assert not apis.look().quarantined
    found = apis.rows(
        """
        select request_id, cast("startTime" as varchar), team_alias, cache_read_tokens, reasoning_tokens, status,
            spend * 100000, length(user_id), end_user, replace(request_tags, ' ', '')
        from raw.litellm order by 1
        """
    )
    tags = '["project:ranker","env=prod"]'
    assert found == [
        ("r1", "2026-09-02 10:00:00.25", "Search", 60, 5, "success", 45, 20, None, tags),
        ("r2", "2026-09-02 10:00:00.25", None, None, None, "failure", 45, 20, None, tags),
    ]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_nothing_that_anybody_said_enters(apis: Apis, form: str) -> None:
    """People label requests with what they like: of an address nothing is left, of its key the key."""
    write(apis, form, [log("r1", request_tags=["owner: ada@example.com", "ada@example.com", "team:search"])])
    apis.look()
    assert apis.rows("select request_tags from raw.litellm") == [('["owner: ","","team:search"]',)]
    for path in apis.base.rglob("*"):
        if path.is_file() and apis.exports not in path.parents:
            data = path.read_bytes()
            for secret in (b"Babbage", b"London", b"ada@example.com", b"10.1.2.3"):
                assert secret not in data, path


def test_a_request_that_comes_again_counts_once(apis: Apis) -> None:
    """Exports overlap; the newest version of a request counts, and of equals the newest delivery."""
    apis.deliver("litellm/a.jsonl", [log("r1"), log("r2"), log("r3", updated_at="2026-09-03T00:00:00Z")])
    apis.look()
    apis.deliver(
        "litellm/b.jsonl",
        [log("r2", prompt_tokens=7), log("r3", prompt_tokens=7, updated_at="2026-09-02T00:00:00Z"), log("r4")],
    )
    assert not apis.look().quarantined
    assert apis.rows(REQUESTS) == [("r1", 100), ("r2", 7), ("r3", 100), ("r4", 100)]


def test_the_logging_payload_is_read(apis: Apis, shared: Path) -> None:
    """One record, with Unix seconds, and its ids under other names."""
    payload = (shared / "llm/litellm_logging_payload_example.json").read_text()
    apis.deliver("litellm/payload.json", payload)
    assert not apis.look().quarantined
    found = apis.rows(
        """
        select request_id, cast("startTime" as varchar), model, prompt_tokens, completion_tokens, spend,
            user_id, api_key
        from raw.litellm
        """
    )
    start = "2025-12-17 19:34:28.28466"
    spend = json.loads(payload)["response_cost"]
    assert found[0][:5] == ("chatcmpl-2299b6a2-82a3-465a-b47c-04e685a2227f", start, "gpt-4o", 10, 20)
    assert float(found[0][5]) == pytest.approx(spend)
    assert found[0][6:] == (None, None)


@pytest.mark.parametrize("trace", ["code", "conv"])
def test_a_trace_without_requests_and_models_is_no_log_of_ours(apis: Apis, shared: Path, trace: str) -> None:
    """Without an id a row cannot be told from its copy; without a model it has no price, without a team no owner."""
    name = f"AzureLLMInferenceTrace_{trace}.csv"
    apis.deliver(f"litellm/{name}", (shared / "llm" / name).read_text())
    reason = apis.look().quarantined[0]
    assert "required column request_id, startTime, model, prompt_tokens, completion_tokens is missing" in reason
    assert apis.rows(REQUESTS) == []


BAD_INPUTS = {
    "a key in plain text": (
        [log("r1", api_key="sk-1234secret")],
        "api_key is the hash of a key, not the key: record 1",
    ),
    "no request id": ([log("r1"), log(None)], "record 2, empty_column request_id"),
    "negative tokens": ([log("r1", prompt_tokens=-5)], "Nothing is used less than not at all"),
    "another status": ([log("r1", status="maybe")], "status is success or failure: record 1"),
    "tags that are no list": ([log("r1", request_tags="prod")], "request_tags is a JSON array"),
    "words for tokens": ([log("r1", prompt_tokens="many")], "column prompt_tokens: 'many' is not a finite number"),
    "metadata that is no JSON": ([log("r1", metadata="{'team': None}")], "deliver it again"),
    "half a line": (['{"request_id": "r1", "prompt_'], "deliver it again"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_with_its_reason(apis: Apis, name: str) -> None:
    rows, message = BAD_INPUTS[name]
    apis.deliver("litellm/good.jsonl", [log("good")])
    apis.deliver("litellm/bad.jsonl", rows)
    scan = apis.look()
    assert len(scan.quarantined) == 1
    assert message in scan.quarantined[0]
    assert "sk-1234secret" not in scan.quarantined[0]
    assert apis.rows(REQUESTS) == [("good", 100)]


def test_what_first_comes_late_in_a_file_is_read(apis: Apis) -> None:
    """The first two thousand requests know no cache; the one after them does."""
    plain = [log(f"r{number}", metadata={}) for number in range(2000)]
    apis.deliver("litellm/logs.jsonl", [*plain, log("last")])
    apis.look()
    assert apis.rows("select count(*), sum(cache_read_tokens) from raw.litellm") == [(2001, 60)]


def test_every_token_is_of_one_kind_and_priced_as_such(apis: Apis, shared: Path) -> None:
    """100 prompt tokens of which 60 cached, 20 answered of which 5 thought: at 2.50, 1.25 and 10 dollars a million."""
    hit = log("r2", cache_hit="True", spend=0)
    unknown = log("r3", model="our-own", custom_llm_provider="vllm", spend=0, metadata={}, completion_tokens=0)
    apis.deliver("litellm/logs.jsonl", [log("r1"), hit, unknown])
    apis.deliver(
        "model_prices/model_prices_and_context_window.json", (shared / "llm/litellm_model_prices.json").read_text()
    )
    assert not apis.look().quarantined
    apis.build("+int_drivers__tokens_priced")
    tokens = apis.rows(
        "select model_name, driver, quantity from drivers.int_drivers__tokens where unit = 'tokens' order by all"
    )
    assert tokens == [
        ("gpt-4o", "cache_hit_tokens", 120),
        ("gpt-4o", "cached_input_tokens", 60),
        ("gpt-4o", "input_tokens", 40),
        ("gpt-4o", "output_tokens", 15),
        ("gpt-4o", "reasoning_tokens", 5),
        ("our-own", "input_tokens", 100),
    ]
    priced = apis.rows(
        "select model_name, sum(estimated_cost) * 1000000, sum(unpriced_tokens) from drivers.int_drivers__tokens_priced"
        " group by 1 order by 1"
    )
    assert priced == [("gpt-4o", 60 * 1.25 + 40 * 2.5 + 20 * 10, 0), ("our-own", None, 100)]
    stated = apis.rows("select distinct stated_team, tags from drivers.int_drivers__tokens where model_name = 'gpt-4o'")
    assert ("Search", '{"env":"prod","project":"ranker"}') in stated


def test_a_request_with_a_long_prompt_has_the_price_of_long_prompts(apis: Apis) -> None:
    """250,000 of prompt cost 4 a million and 20 of answer 15; the own list's price for them comes before LiteLLM's."""
    long = {"metadata": {}, "prompt_tokens": 250_000}
    apis.deliver("litellm/logs.jsonl", [log("r1", metadata={}), log("r2", **long), log("r3", model="own", **long)])
    prices = {"input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05}
    of_long = {"input_cost_per_token_above_200k_tokens": 4e-06, "output_cost_per_token_above_200k_tokens": 1.5e-05}
    about = {"litellm_provider": "openai", **prices, **of_long}
    apis.deliver("model_prices/prices.json", {"gpt-4o": about, "own": about})
    header = "model,valid_from,above_tokens,input_cost_per_token,output_cost_per_token"
    apis.deliver(
        "model_prices/own.csv", [header, "own,2026-01-01,,0.000001,0.000001", "own,2026-01-01,200000,0.000003,"]
    )
    assert not apis.look().quarantined
    apis.build("+int_drivers__tokens_priced")
    priced = "select model_name, driver, quantity, estimated_cost * 1000000 from drivers.int_drivers__tokens_priced"
    assert apis.rows(f"{priced} order by all") == [
        ("gpt-4o", "input_tokens", 100, 200),
        ("gpt-4o", "input_tokens", 250_000, 1_000_000),
        ("gpt-4o", "output_tokens", 20, 200),
        ("gpt-4o", "output_tokens", 20, 300),
        ("own", "input_tokens", 250_000, 750_000),
        ("own", "output_tokens", 20, 20),
    ]
