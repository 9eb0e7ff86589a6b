"""A model API that a cloud bills and its vendor reports: one purchase, counted once."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from tests.conftest import apportion, query
from tests.feeds.test_anthropic import cost, report

HEADER = (
    "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,"
    "BilledCost,EffectiveCost,ListCost,ContractedCost,ChargeCategory,ServiceName,ServiceCategory,ProviderName,"
    "PublisherName,InvoiceIssuerName"
)


def sold(publisher: str, service: str, amount: str) -> str:
    """A line of a cloud's bill of September."""
    days = "2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,2026-09-10T00:00:00Z,2026-09-11T00:00:00Z"
    amounts = ",".join([amount] * 4)
    return f"acme,USD,{days},{amounts},Usage,{service},AI and Machine Learning,AWS,{publisher},AWS"


def run(base: Path, *lines: str, resales: str = "") -> tuple[str, list[tuple]]:
    """What a run says beside its table, and what each provider costs."""
    focus = base / "exports/focus/september"
    focus.mkdir(parents=True, exist_ok=True)
    (focus / "bill.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    # 3 days of 4.1137 dollars.
    organization = base / "exports/anthropic/organization=lab"
    organization.mkdir(parents=True, exist_ok=True)
    (organization / "costs.json").write_text(json.dumps(report(10, 12, cost("411.37", description="Claude Sonnet"))))
    policy = base / "policy"
    policy.mkdir(exist_ok=True)
    (policy / "resales.csv").write_text(f"feed,account_id,counted,valid_from,valid_to\n{resales}")
    places = ["--warehouse", base / "w.duckdb", "--published", base / "published"]
    said = apportion("run", "--exports", base / "exports", "--policy", policy, *places)
    showback = base / "published/current/apportion.duckdb"
    costs = query(
        showback, "select provider_name, sum(total_cost) from showback.monthly_costs group by all order by all"
    )
    return said.stderr, costs


def test_the_same_purchase_counts_once_and_who_decided_is_said(tmp_path: Path) -> None:
    """12.3411 of the report are the marketplace's 12.34: to the cent, the same money. Another amount is asked about."""
    said, costs = run(tmp_path, sold('"Anthropic, PBC"', "Claude API", "12.34"), sold("AWS", "Amazon EC2", "5"))
    assert costs == [("AWS", Decimal("17.34"))]
    assert "assert_no_vendor_bills_twice" not in said
    published = tmp_path / "published/current/apportion.duckdb"
    rows = "select feed, account, report_cost, bill_cost, counted, decided_by from reconciliation.reports_vs_bill"
    assert query(published, rows) == [
        ("anthropic", "lab", Decimal("12.3411"), Decimal("12.34"), "bill", "equal amounts")
    ]
    assert query(published, "select sum(difference), sum(raw) from reconciliation.raw_vs_ledger") == [
        (0, Decimal("17.34"))
    ]
    assert query(tmp_path / "w.duckdb", 'select sum("BilledCost") from focus.cost_and_usage') == [(Decimal("17.34"),)]

    # The cloud took a commission: nobody but the buyer knows whether this is one purchase.
    marketplace = sold('"Anthropic, PBC"', "Claude API", "14.00")
    said, costs = run(tmp_path, marketplace)
    assert costs == [("AWS", Decimal("14")), ("Anthropic", Decimal("12.3411"))]
    assert "note: assert_no_vendor_bills_twice: feed anthropic, account lab" in said
    assert "add anthropic,lab,bill,, to resales.csv" in said

    said, costs = run(tmp_path, marketplace, resales="anthropic,lab,bill,,\n")
    assert costs == [("AWS", Decimal("14"))]
    assert "assert_no_vendor_bills_twice" not in said
