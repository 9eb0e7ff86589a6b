"""Anthropic's cost and usage reports: cents, and input tokens without the cache."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.quality.validator import Validator
from tests.conftest import query
from tests.feeds.conftest import Company
from tests.feeds.model_apis import Apis

BILLED = "select coalesce(sum(billed_cost), 0) from ingestion.current_slices"


@pytest.fixture
def apis(tmp_path: Path, validator: Validator) -> Apis:
    return Apis(tmp_path, validator)


def report(first: int, last: int, *results: dict) -> dict:
    """A page of these days of September 2026, each with the same results."""
    buckets = [
        {
            "starting_at": f"2026-09-{day:02}T00:00:00Z",
            "ending_at": f"2026-09-{day + 1:02}T00:00:00Z",
            "results": results,
        }
        for day in range(first, last + 1)
    ]
    return {"data": buckets, "has_more": False, "next_page": None}


def cost(amount: Any, **dimensions: str | None) -> dict:
    """A result of the cost report."""
    nulls = dict.fromkeys(
        ("workspace_id", "description", "cost_type", "model", "token_type", "service_tier", "context_window")
    )
    return {"currency": "USD", "amount": amount, **nulls, **dimensions}


def usage(**counts: Any) -> dict:
    """A result of the usage report for messages."""
    return {
        "uncached_input_tokens": 500,
        "cache_read_input_tokens": 400,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
        "output_tokens": 50,
        "server_tool_use": {"web_search_requests": 3},
        "api_key_id": None,
        "workspace_id": None,
        "model": "claude-sonnet-4-20250514",
        "service_tier": "standard",
        "context_window": "0-200k",
        **counts,
    }


def test_an_amount_is_a_text_of_cents(apis: Apis) -> None:
    """ "123.45" is 1.2345 dollars; a hundredth of a float would not add up."""
    apis.deliver("anthropic/costs.json", report(1, 3, cost("123.45", workspace_id="w"), cost("0.0000000001")))
    assert not apis.look().quarantined
    assert apis.rows(BILLED) == [(Decimal("3.703500000003"),)]


def test_days_that_are_pulled_again_count_once(apis: Apis) -> None:
    apis.deliver("anthropic/20260911/costs.json", report(1, 10, cost("100"), cost("50", workspace_id="w")))
    apis.deliver("anthropic/20260916/costs.json", report(8, 15, cost("200"), cost("50", workspace_id="w")))
    assert not apis.look().quarantined
    assert apis.rows(BILLED) == [(Decimal(7 * 150 + 8 * 250) / 100,)]


def test_a_day_whose_descriptions_were_all_renamed_counts_once(apis: Apis) -> None:
    apis.deliver("anthropic/20260911/costs.json", report(1, 2, cost("100", workspace_id="w", description="Sonnet")))
    apis.look()
    renamed = report(2, 3, cost("300", workspace_id="w", description="Claude Sonnet"))
    renamed["data"][1]["results"] = []
    apis.deliver("anthropic/20260912/costs.json", renamed)
    apis.deliver("anthropic/20260912/v/costs.json", report(2, 2, cost("700", workspace_id="v", description="Sonnet")))
    assert not apis.look().quarantined
    assert apis.rows(BILLED) == [(11,)]


def test_organizations_are_told_by_their_folders(apis: Apis) -> None:
    """No page names its organization: the same rows of two of them would be one."""
    apis.deliver("anthropic/organization=a/costs.json", report(1, 2, cost("100")))
    apis.deliver("anthropic/organization=b/costs.json", report(1, 2, cost("200")))
    assert not apis.look().quarantined
    accounts = apis.rows("select account_id, billed_cost from ingestion.deliveries order by 1")
    assert accounts == [("a", 2), ("b", 4)]


def test_a_report_by_description_beside_one_by_workspace_is_refused(apis: Apis) -> None:
    apis.deliver("anthropic/workspaces.json", report(1, 3, cost("150", workspace_id="w")))
    apis.deliver("anthropic/models.json", report(3, 4, cost("150", description="Claude Usage - Input Tokens")))
    scan = apis.look()
    assert len(scan.quarantined) == 1
    assert "it is grouped by" in scan.quarantined[0]


def test_usage_is_counted_by_kind(apis: Apis) -> None:
    apis.deliver("anthropic/usage.json", report(1, 1, usage(), usage(model="claude-opus-4", cache_creation=None)))
    assert not apis.look().quarantined
    counts = apis.rows(
        "select sum(uncached_input_tokens), sum(cache_read_input_tokens), sum(cache_write_5m_tokens),"
        " sum(cache_write_1h_tokens), sum(output_tokens), sum(web_search_requests) from raw.anthropic_usage"
    )
    assert counts == [(1000, 800, 100, 200, 100, 6)]


BAD_INPUTS = {
    "words for an amount": (report(1, 1, cost("a lot")), "column amount_in_cents: 'a lot' is not a finite number"),
    "infinity": (report(1, 1, cost("Infinity")), "column amount_in_cents: 'Infinity' is not a finite number"),
    "one amount missing": (report(1, 1, cost("1"), cost(None)), "record 2, empty_column amount_in_cents"),
    "cents beyond our decimals": (report(1, 1, cost("0.00000000001")), "An amount has at most ten decimals of a cent"),
    "no currency": (report(1, 1, {**cost("1"), "currency": "cents"}), "currency is a code of three letters"),
    "a bucket that ends before it starts": (
        {
            "data": [
                {"starting_at": "2026-09-02T00:00:00Z", "ending_at": "2026-09-01T00:00:00Z", "results": [cost("1")]}
            ]
        },
        "No bucket ends before it starts",
    ),
    "a date in words": (
        {"data": [{"starting_at": "yesterday", "ending_at": "2026-09-01T00:00:00Z", "results": [cost("1")]}]},
        "column starting_at: 'yesterday' is not an ISO 8601 date and time",
    ),
    "the report on Claude Code, which has other rows": (
        {"data": [{"date": "2026-09-01T00:00:00Z", "actor": {"email_address": "ada@example.com"}}], "has_more": False},
        "required column starting_at, ending_at, amount_in_cents, currency is missing",
    ),
    "negative tokens": (report(1, 1, usage(output_tokens=-1)), "Nothing is used less than not at all"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_with_its_reason(apis: Apis, name: str) -> None:
    page, message = BAD_INPUTS[name]
    apis.deliver("anthropic/good/costs.json", report(20, 20, cost("100", workspace_id="w")))
    apis.deliver("anthropic/bad/page.json", page)
    scan = apis.look()
    assert len(scan.quarantined) == 1
    assert scan.quarantined[0].startswith("anthropic/bad/page.json: ")
    assert message in scan.quarantined[0]
    assert apis.rows(BILLED) == [(1,)]


def deliver_to_company(base: Path) -> None:
    """Two pulls of the trailing days, what was used, and the company's own prices."""
    apis = Apis(base)
    row = cost("123.456789", workspace_id="w", cost_type="tokens", token_type="output_tokens", model="claude")
    apis.deliver("anthropic/20260911/costs.json", report(1, 10, row))
    apis.deliver("anthropic/20260916/costs.json", report(8, 15, row))
    apis.deliver("anthropic/20260916/usage.json", report(1, 15, usage()))
    apis.deliver(
        "model_prices/prices.csv",
        [
            "model,valid_from,valid_to,input_cost_per_token,cache_read_input_token_cost,output_cost_per_token",
            "claude-sonnet-4-20250514,2026-01-01,2026-09-11,0.000003,0.0000003,0.000015",
            "claude-sonnet-4-20250514,2026-09-11,,0.000001,0.0000001,0.000005",
        ],
    )


@pytest.mark.slow
def test_the_bill_is_published_and_its_tokens_are_priced(every_feed: Company) -> None:
    """The cost report is the money; the estimate from the company's own prices stands beside it."""
    sums = query(
        every_feed.published,
        "select cost_component, ai_activity, sum(billed_cost), sum(total_cost)"
        " from showback.monthly_costs where provider_name = 'Anthropic' group by all",
    )
    total = Decimal("1.23456789") * 15
    assert sums == [("model_api", "inference", total, total)]
    priced = query(
        every_feed.warehouse,
        "select driver, sum(estimated_cost), sum(unpriced_tokens) from drivers.int_drivers__tokens_priced"
        " where provider_name = 'Anthropic' group by 1 order by 1",
    )
    assert priced == [
        ("cache_write_1h_tokens", None, 3000),
        ("cache_write_tokens", None, 1500),
        ("cached_input_tokens", Decimal("0.0014"), 0),
        ("input_tokens", Decimal("0.0175"), 0),
        ("output_tokens", Decimal("0.00875"), 0),
    ]
