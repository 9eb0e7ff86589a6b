"""OpenAI's costs and usage pages: each day counted once, however often and by whatever it was pulled."""

from __future__ import annotations

import json
from decimal import Context, Decimal
from pathlib import Path

import pytest

from orchestration.quality.validator import Validator
from tests.conftest import query
from tests.feeds.conftest import Company
from tests.feeds.model_apis import Apis, completion, cost, openai_bucket, openai_page

BILLED = "select coalesce(sum(amount_value), 0) from raw.openai_costs"
BY_DAY = "select day(start_time), sum(amount_value) from raw.openai_costs group by 1 order by 1"


@pytest.fixture
def apis(tmp_path: Path, validator: Validator) -> Apis:
    return Apis(tmp_path, validator)


def days(first: int, last: int, *results: dict) -> dict:
    """A page of these days, each with the same results."""
    return {"object": "page", "data": [openai_bucket(day, list(results)) for day in range(first, last + 1)]}


def test_the_official_examples_load_with_their_totals(apis: Apis, shared: Path) -> None:
    """Eleven endpoints, one page each; the collection itself is not an export."""
    examples = json.loads((shared / "llm/openai_response_examples.json").read_text())
    for endpoint, page in examples.items():
        apis.deliver(f"openai/2024-11{endpoint}.json", page)
    apis.deliver("openai/examples.json", examples)
    scan = apis.look()
    assert (scan.landed, scan.rows) == (11, 11)
    assert [reason for reason in scan.quarantined if "required column" not in reason] == []
    assert len(scan.quarantined) == 1
    assert apis.rows(BILLED) == [(Decimal("0.06"),)]
    counts = apis.rows(
        "select sum(input_tokens), sum(output_tokens), sum(images), sum(characters), sum(seconds), sum(usage_bytes),"
        " sum(num_sessions), sum(num_requests) from raw.openai_usage"
    )
    assert counts == [(1032, 500, 2, 45, 20, 1024, 1, 4)]


@pytest.mark.parametrize(
    "value",
    ["0.06", "1e-7", "0.30000000000000004", "123456789012345678.12", "1000000000.000000000001", "-4503.599627370497"],
)
def test_an_amount_lands_as_it_is_written(apis: Apis, value: str) -> None:
    """A number in JSON has as many digits as it is given, a double seventeen at most."""
    page = json.dumps(openai_page(1, **cost(7, line_item='a "1000000000.000000000001", 1000000000.000000000001,')))
    apis.deliver("openai/costs.json", page.replace('"value": 7', f'"value": {value}'))
    assert not apis.look().quarantined
    exact = Decimal(value).quantize(Decimal("1e-12"), context=Context(prec=38))
    assert apis.rows("select amount_value, line_item from raw.openai_costs") == [
        (exact, 'a "1000000000.000000000001", 1000000000.000000000001,')
    ]


def test_several_pages_of_one_pull_add_up(apis: Apis) -> None:
    apis.deliver("openai/costs-1.json", days(1, 7, cost(1, project_id="a"), cost(2, project_id="b")))
    apis.deliver("openai/costs-2.json", days(8, 14, cost(1, project_id="a"), cost(2, project_id="b")))
    apis.deliver("openai/costs-3.jsonl", [days(15, 15, cost(5)), days(16, 16, cost(7))])
    assert not apis.look().quarantined
    assert apis.rows(BILLED) == [(54,)]


@pytest.mark.parametrize("second", ["openai/20260916/costs.json", "openai/20260911/costs-again.json"])
def test_a_day_that_is_pulled_again_takes_the_place_of_that_day_only(apis: Apis, second: str) -> None:
    """Days 8 to 10 come again, with other values and without project b: days 1 to 7 stay, and b is gone from them."""
    apis.deliver("openai/20260911/costs.json", days(1, 10, cost(1, project_id="a"), cost(2, project_id="b")))
    apis.look()
    apis.deliver(second, days(8, 15, cost(4, project_id="a")))
    assert not apis.look().quarantined
    assert apis.rows(BY_DAY) == [(day, 3 if day < 8 else 4) for day in range(1, 16)]
    registered = apis.rows("select sum(billed_cost), sum(row_count) from ingestion.current_slices")
    assert registered == [(53, 22)], "what landing counted is what counts now"


def test_two_deliveries_in_one_look_are_taken_in_their_order(apis: Apis) -> None:
    apis.deliver("openai/20260916/costs.json", days(8, 15, cost(4)))
    apis.deliver("openai/20260911/costs.json", days(1, 10, cost(1)))
    apis.look()
    assert apis.rows(BILLED) == [(7 + 32,)]


def test_pulls_of_single_projects_are_parts_of_a_day(apis: Apis) -> None:
    """Neither repeats a row of the other: dropping one of them would lose a project."""
    apis.deliver("openai/a/costs.json", days(1, 2, cost(1, project_id="a")))
    apis.deliver("openai/b/costs.json", days(1, 2, cost(2, project_id="b")))
    assert not apis.look().quarantined
    assert apis.rows(BILLED) == [(6,)]


def test_a_day_whose_line_items_were_all_renamed_counts_once(apis: Apis) -> None:
    """A line item is a name; what a pull can be limited to is not."""
    apis.deliver("openai/20260911/costs.json", days(1, 2, cost(3, project_id="a", line_item="gpt-4o, input")))
    apis.look()
    apis.deliver("openai/20260912/costs.json", days(2, 3, cost(4, project_id="a", line_item="gpt-4o input tokens")))
    assert not apis.look().quarantined
    assert apis.rows(BY_DAY) == [(1, 3), (2, 4), (3, 4)]


def test_a_day_whose_money_moved_to_another_project_counts_once(apis: Apis) -> None:
    """The newer pull has project a, on another day: it was not limited to b."""
    apis.deliver("openai/20260911/costs.json", days(1, 2, cost(3, project_id="a")))
    moved = [openai_bucket(1, [cost(3, project_id="a")]), openai_bucket(2, [cost(3, project_id="b")])]
    apis.deliver("openai/20260912/costs.json", {"object": "page", "data": moved})
    assert not apis.look().quarantined
    assert apis.rows(BILLED) == [(6,)]


@pytest.mark.parametrize("currencies", [("usd", "usd"), ("usd", "eur")])
def test_a_day_that_comes_again_empty_has_no_money(apis: Apis, currencies: tuple[str, str]) -> None:
    """The newest pull says that nothing was spent; a file that has two currencies is read by another way."""
    results = [
        {**cost(1, project_id="a", line_item=currency), "amount": {"value": 1, "currency": currency}}
        for currency in currencies
    ]
    apis.deliver("openai/20260911/costs.json", days(1, 10, *results))
    again = [openai_bucket(day, [] if day < 10 else results) for day in range(8, 11)]
    apis.deliver("openai/20260916/costs.json", {"object": "page", "data": again})
    assert not apis.look().quarantined
    assert apis.rows(BY_DAY) == [(day, 2) for day in (1, 2, 3, 4, 5, 6, 7, 10)]
    registered = apis.rows("select sum(billed_cost), sum(row_count) from ingestion.current_slices")
    assert registered == [(16, 16)]


def test_an_empty_day_of_one_project_leaves_the_others_their_money(apis: Apis) -> None:
    """A pull that was limited to project b, which rested on day 2, says nothing of project a."""
    apis.deliver("openai/a/costs.json", days(1, 3, cost(1, project_id="a")))
    rested = [openai_bucket(1, [cost(2, project_id="b")]), openai_bucket(2, [])]
    apis.deliver("openai/b/costs.json", {"object": "page", "data": rested})
    apis.deliver("openai/c/costs.json", days(1, 3))
    assert not apis.look().quarantined
    assert apis.rows(BY_DAY) == [(1, 3), (2, 1), (3, 1)]


def test_halves_of_a_day_add_up_until_the_whole_day_comes(apis: Apis) -> None:
    """The day of a pull ends where it was pulled."""
    day = openai_bucket(2, [cost(1, project_id="a", line_item="x")])
    noon = (day["start_time"] + day["end_time"]) // 2
    first, second = {**day, "end_time": noon}, {**day, "start_time": noon}
    for name, bucket in (("1", first), ("2", second)):
        apis.deliver(f"openai/{name}/costs.json", {"data": [*days(int(name) + 2, 5, cost(1))["data"], bucket]})
        assert not apis.look().quarantined
    assert apis.rows(BY_DAY) == [(2, 2), (3, 1), (4, 1), (5, 1)]
    apis.deliver("openai/3/costs.json", days(2, 2, cost(5, project_id="a", line_item="y")))
    assert not apis.look().quarantined
    assert apis.rows(BY_DAY) == [(2, 5), (3, 1), (4, 1), (5, 1)]


@pytest.mark.parametrize("folder", ["openai", "openai/later"])
def test_a_pull_that_is_grouped_otherwise_is_refused(apis: Apis, folder: str) -> None:
    """A day by project and the same day as a whole are the same money twice."""
    apis.deliver("openai/costs.json", days(1, 3, cost(1, project_id="a"), cost(2, project_id="b")))
    apis.look()
    whole = apis.deliver(f"{folder}/whole.json", days(3, 4, cost(3)))
    scan = apis.look()
    assert len(scan.quarantined) == 1
    assert "grouped by nothing, and openai/costs.json has some of its days grouped by project_id" in scan.quarantined[0]
    assert "deliver it under that folder and name" in scan.quarantined[0]
    assert apis.rows(BILLED) == [(9,)]
    whole.unlink()
    apis.deliver("openai/costs.json", days(1, 4, cost(3)))
    assert not apis.look().quarantined, "in its place it is welcome"
    assert apis.rows(BILLED) == [(12,)]


def test_hours_and_days_of_one_usage_are_not_added_up(apis: Apis) -> None:
    day = openai_bucket(1, [completion(input_tokens=24, output_tokens=0)])
    hour = {**day, "end_time": day["start_time"] + 3600, "results": [completion(input_tokens=5, output_tokens=0)]}
    apis.deliver("openai/usage.json", {"object": "page", "data": [day]})
    apis.look()
    apis.deliver("openai/hourly.json", {"object": "page", "data": [hour]})
    assert "grouped by time" in apis.look().quarantined[0]
    assert apis.rows("select sum(input_tokens) from raw.openai_usage") == [(24,)]


def test_an_empty_page_is_a_page(apis: Apis) -> None:
    apis.deliver("openai/costs.json", days(1, 3))
    apis.deliver("openai/more.json", {"object": "page", "data": [*days(4, 4)["data"], *days(5, 5, cost(1))["data"]]})
    scan = apis.look()
    assert (scan.landed, scan.quarantined) == (2, [])
    assert apis.rows(BILLED) == [(1,)]


def test_two_organizations_are_two_accounts(apis: Apis) -> None:
    apis.deliver("openai/a/costs.json", days(1, 1, {**cost(1), "organization_id": "org-a"}))
    apis.deliver("openai/b/costs.json", days(1, 1, {**cost(2), "organization_id": "org-b"}))
    apis.look()
    accounts = apis.rows("select account_id, billed_cost, currency from ingestion.deliveries order by 1")
    assert accounts == [("org-a", 1, "USD"), ("org-b", 2, "USD")]


def test_a_user_never_enters(apis: Apis) -> None:
    apis.deliver("openai/usage.json", openai_page(1, **completion(input_tokens=1, user_id="user-Ada")))
    assert not apis.look().quarantined
    assert len(apis.rows("select user_id from raw.openai_usage")[0][0]) == 20
    for path in apis.base.rglob("*"):
        if path.is_file() and apis.exports not in path.parents:
            assert b"user-Ada" not in path.read_bytes(), path


BAD_INPUTS = {
    "no amount": (openai_page(1, **{**cost(1), "amount": None}), "Every result is of a usage endpoint"),
    "a text for an amount": (openai_page(1, **cost("ten")), "column amount_value: 'ten' is not a finite number"),
    "too large": (
        openai_page(1, **cost("1e30")),
        "record 1, column amount_value: '1e30' is too large: it may have 18 digits before the decimal point",
    ),
    "not a number": (openai_page(1, **cost("NaN")), "column amount_value: 'NaN' is not a finite number"),
    "a currency in words": (
        openai_page(1, **{**cost(1), "amount": {"value": 1, "currency": "dollars"}}),
        "amount.currency is a code of three letters: record 1, amount_currency dollars",
    ),
    "one amount missing": (
        days(1, 1, cost(1), {**cost(1), "amount": {"value": None, "currency": "usd"}}),
        "record 2, empty_column amount_value",
    ),
    "more cached than there was": (
        openai_page(1, **completion(input_tokens=10, input_cached_tokens=11)),
        "Cached input tokens are among the input tokens",
    ),
    "negative tokens": (openai_page(1, **completion(output_tokens=-1)), "Nothing is used less than not at all"),
    "another document": ({"error": {"message": "invalid key"}}, "required column"),
    "half a document": ('{"object": "page", "data": [{"start', "deliver it again"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_with_its_reason(apis: Apis, name: str) -> None:
    page, message = BAD_INPUTS[name]
    apis.deliver("openai/good/costs.json", days(20, 20, cost(1, project_id="a")))
    apis.deliver("openai/bad/page.json", page)
    scan = apis.look()
    assert len(scan.quarantined) == 1
    assert scan.quarantined[0].startswith("openai/bad/page.json: ")
    assert message in scan.quarantined[0]
    assert apis.rows(BILLED) == [(1,)]


def test_a_page_of_ninety_thousand_results_is_read(apis: Apis) -> None:
    """A document that is carried beside each of its results does not fit in the memory."""
    results = [cost(0.01, project_id=f"proj_{number}", line_item="gpt-4o, input") for number in range(3000)]
    apis.deliver("openai/costs.json", days(1, 30, *results))
    assert apis.look().rows == 90_000
    assert apis.rows(BILLED) == [(900,)]


def deliver_to_company(base: Path) -> None:
    """Costs of two pulls of the trailing days, and usage of the same calls, which adds no money."""
    apis = Apis(base)
    apis.deliver("openai/20260911/costs.json", days(1, 10, cost(0.123456789, line_item="gpt-4o, input")))
    apis.deliver("openai/20260916/costs.json", days(8, 15, cost(1.1, line_item="gpt-4o, input")))
    apis.deliver("openai/20260916/usage.json", days(1, 15, completion(input_tokens=1000, model="gpt-4o")))


@pytest.mark.slow
def test_the_bill_is_published_to_the_last_decimal(every_feed: Company) -> None:
    sums = query(
        every_feed.published,
        "select cost_component, ai_activity, sum(billed_cost), sum(total_cost)"
        " from showback.monthly_costs where provider_name = 'OpenAI' group by all",
    )
    total = Decimal("9.664197523")
    assert sums == [("model_api", "inference", total, total)]
    tokens = query(
        every_feed.warehouse,
        "select driver, sum(quantity) from drivers.int_drivers__tokens where feed = 'openai' group by 1 order by 1",
    )
    assert tokens == [("input_tokens", 15_000), ("requests", 15)]
