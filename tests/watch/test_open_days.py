"""Open days: charges are provisional until their bill is final, and use is estimated until its bill comes."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.project import ROOT
from orchestration.review.review import review
from tests.conftest import apportion, charges, query, write_csv
from tests.dashboard.conftest import Text, published_again, running
from tests.feeds.test_litellm import log

pytestmark = pytest.mark.slow

# A month that is not over whenever the tests run.
MONTH = "2035-05"
PRICES = "model,valid_from,above_tokens,input_cost_per_token,output_cost_per_token\ngpt-4o,2026-01-01,,0.01,0.05\n"


def bill(provider: str, *days: int, month: str = MONTH, **changes: str) -> list[dict[str, str]]:
    """A charge of 10, effective 8, on each of some days of a month."""
    start, end = f"{month}-01T00:00:00Z", f"{month[:5]}{int(month[5:]) + 1:02}-01T00:00:00Z"
    about = {"InvoiceIssuerName": f"{provider} Inc.", "ServiceProviderName": provider, "BillingAccountId": provider}
    of_days = (f"{month}-{day:02}" for day in days)
    return [
        row
        for day in of_days
        for row in charges(
            1,
            **about,
            BillingPeriodStart=start,
            BillingPeriodEnd=end,
            ChargePeriodStart=f"{day}T00:00:00Z",
            ChargePeriodEnd=f"{day}T12:00:00Z",
            **changes,
        )
    ]


def call(request_id: str, day: int, **changes: object) -> dict:
    """100 tokens in at 0.01 and 20 out at 0.05: 2 dollars."""
    times = {"startTime": f"{MONTH}-{day:02}T10:00:00", "endTime": f"{MONTH}-{day:02}T10:00:01"}
    return log(request_id, **{"metadata": {"user_api_key_team_alias": "search"}, **times, **changes})


@dataclass
class Company:
    """Exports, and what is published of them."""

    base: Path

    @property
    def published(self) -> Path:
        return self.base / "published"

    def deliver(self, path: str, rows: list[dict]) -> None:
        write_csv(self.base / "exports" / path, rows)

    def run(self) -> None:
        policy = self.base / "policy"
        shutil.copytree(ROOT / "seeds" / "policy", policy, dirs_exist_ok=True)
        (policy / "budgets.csv").write_text("budget_id,currency,monthly_budget,valid_from\nall,USD,310,2035-05-01\n")
        places = ["--policy", policy, "--warehouse", self.base / "w.duckdb", "--published", self.published]
        apportion("run", "--exports", self.base / "exports", *places)

    def rows(self, sql: str) -> list[tuple]:
        return query(self.published / "current/apportion.duckdb", sql)

    def total(self) -> Decimal:
        return self.rows("select sum(total_cost) from showback.monthly_costs")[0][0]

    def estimates(self) -> list[tuple]:
        return self.rows(
            "select day(charge_date), provider_name, team_id, project_id, lifecycle_stage, cost_component, feed,"
            " currency, estimated_cost, tokens_unpriced from showback.estimates order by all"
        )

    def provisional(self) -> list[tuple]:
        return self.rows("select month, day(charge_date), provider_name from showback.provisional_days order by all")

    def pages(self, name: str, *paths: str) -> list[Text]:
        """The pages of a copy: a process opens a file in one way only."""
        copy = self.base / name
        published_again((self.published / "current/apportion.duckdb").resolve(), copy, "20350601T000000000000Z")
        with running(copy) as site:
            return [site.get(path).page for path in paths]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Who has the gateway and not yet a bill."""
    company = Company(tmp_path_factory.mktemp("open"))
    (company.base / "exports/litellm").mkdir(parents=True)
    (company.base / "exports/model_prices").mkdir()
    (company.base / "exports/litellm/first.jsonl").write_text(json.dumps(call("r1", 2)))
    (company.base / "exports/model_prices/own.csv").write_text(PRICES)
    company.run()
    return company


SEARCH = ("search", "ranker", "production", "model_api", "litellm")


def test_use_without_any_bill_is_an_estimate_and_no_cost(company: Company) -> None:
    """He sees what to expect, and that nothing was charged."""
    assert company.rows("from showback.monthly_costs") == company.rows("from showback.ledger") == []
    assert company.estimates() == [(2, "OpenAI", *SEARCH, "USD", 2, 0)]
    overview, team = company.pages("copy", "/", "/team?team=search")
    assert "No costs yet" in overview.text and "No costs yet" in team.text
    assert [row[1:3] for row in team.tables["estimates"][1:]] == [["OpenAI", "ranker"]]
    assert company.rows("select team_id, is_registered from showback.teams") == [("search", False)]
    assert overview.tables["estimates"][1:] == [
        [MONTH, "OpenAI", "2035-05-02 to 2035-05-02", "litellm", "2.00", "USD", "0"]
    ]


def test_use_is_shown_beside_the_bill_until_its_bill_comes_day_by_day(company: Company, tmp_path: Path) -> None:
    """One story: each chapter is a run. The showback is that of the bills, whatever use was delivered."""
    logs = [
        call("r2", 3),
        call("r3", 3, model="gpt-4o", request_tags=[], metadata={}, team_id=None),
        call("r4", 3, model="brand-new"),
        call("r5", 3, model="our-own", custom_llm_provider="hosted_vllm"),
        call("r6", 3, metadata={"user_api_key_team_alias": "newcomers"}, request_tags=[]),
        call("r7", 5),
    ]
    (company.base / "exports/litellm/second.jsonl").write_text("\n".join(json.dumps(row) for row in logs))
    company.deliver("focus/old/a.csv", bill("Cloud", 2, month="2026-09"))
    company.deliver("focus/cloud/a.csv", bill("Cloud", 2, 4))
    company.run()
    assert company.total() == 24, "an estimate is in no total"
    assert company.provisional() == [(MONTH, 2, "Cloud"), (MONTH, 4, "Cloud")], "September's bill came long after it"
    waiting = [
        (2, "OpenAI", *SEARCH, "USD", 2, 0),
        (3, "OpenAI", *SEARCH, "USD", 2, 0),
        (3, "OpenAI", *SEARCH, None, None, 120),
        (3, "OpenAI", "unallocated", "unallocated", "unknown", "model_api", "litellm", "USD", 2, 0),
        (3, "OpenAI", "newcomers", "unallocated", "unknown", "model_api", "litellm", "USD", 2, 0),
        (5, "OpenAI", *SEARCH, "USD", 2, 0),
    ]
    assert sorted(company.estimates(), key=str) == sorted(waiting, key=str)
    paths = ("/", "/team?team=search", "/team?team=newcomers", "/?month=2026-09")
    overview, team, newcomers, september = company.pages("use", *paths)
    for page in (overview, team):
        assert "Provisional: 16.00 USD of the effective cost, of 2 May 2035 to 4 May 2035, by Cloud." in page.text
        assert "16.00 USD provisional" in page.text
    assert "rovisional" not in september.text and "estimates" not in september.tables
    written = review(company.published, MONTH, None, tmp_path).page.read_text()
    assert "The month is not final: 16.00 USD of it, of 2 May 2035 to 4 May 2035" in written
    assert "not final" not in review(company.published, "2026-09", None, tmp_path).page.read_text()
    assert newcomers.tables["estimates"][1][-3] == "2.00", "who has no bill yet has a page"
    assert "No costs of newcomers in either month" in newcomers.text
    said = "Budget, May 2035 310.00 USD 5.2% spent, 294.00 left; to day 4 expected 40.00"
    assert said in overview.text and "no budget of the whole team" in newcomers.text
    assert overview.tables["estimates"][1:] == [
        [MONTH, "OpenAI", "2035-05-02 to 2035-05-05", "litellm", "10.00", "USD", "0"],
        [MONTH, "OpenAI", "2035-05-03 to 2035-05-03", "litellm", "–", "–", "120"],
        ["Total", "", "", "", "10.00", "", ""],
    ]
    assert "It is in no other number here" in overview.text
    assert overview.rows("components")["compute"][0] == "16.00" and "16.00 USD provisional" in overview.text
    assert [row[1:3] for row in team.tables["estimates"][1:-1]] == [["OpenAI", "ranker"]] * 2

    company.deliver("focus/openai/a.csv", bill("OpenAI", 2, 3, ServiceCategory="AI and Machine Learning"))
    company.run()
    assert company.total() == 24 + 16
    assert company.estimates() == [(5, "OpenAI", *SEARCH, "USD", 2, 0)], "whose bill has not come"
    assert (MONTH, 2, "OpenAI") in company.provisional()
