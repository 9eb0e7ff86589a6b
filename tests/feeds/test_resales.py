"""A model API that a cloud bills and its vendor reports, an account in two forms: one purchase, counted once."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.project import ROOT
from tests.conftest import apportion, query, write_csv
from tests.feeds.model_apis import cost as openai_cost
from tests.feeds.test_anthropic import cost, report
from tests.feeds.test_licenses import BILLED_SEATS, CONTRACT, DETAILED
from tests.feeds.test_openai import days

HEADER = (
    "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,"
    "BilledCost,EffectiveCost,ListCost,ContractedCost,ChargeCategory,ServiceName,ServiceCategory,ProviderName,"
    "PublisherName,InvoiceIssuerName,ResourceId"
)
PATH = "/providers/Microsoft.Billing/billingAccounts/0861"
AZURE = "BillingAccountId,SubscriptionId,Date,MeterCategory,Cost,BillingCurrency,ResourceId"


def sold(publisher: str, service: str, amount: str, account: str = "acme", resource: str = "") -> str:
    """A line of a cloud's bill of September."""
    days = "2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,2026-09-10T00:00:00Z,2026-09-11T00:00:00Z"
    amounts = ",".join([amount] * 4)
    return f"{account},USD,{days},{amounts},Usage,{service},AI and Machine Learning,AWS,{publisher},AWS,{resource}"


@pytest.mark.slow
def test_the_same_purchase_counts_once_and_who_decided_is_said(tmp_path: Path) -> None:
    """A marketplace's 12.34 are the report's 12.3411: to the cent, the same money. Another amount is asked about.

    Of seats that a contract and GitHub's report both bill, a line of the policy takes the contract's 90; what else a
    line does is in the unit tests of int_charges__resales.
    """
    bill = [
        sold('"Anthropic, PBC"', "Claude API", "12.34"),
        sold('"OpenAI, LLC"', "API credits", "6.00"),
        sold("AWS", "Amazon EC2", "5"),
    ]
    # GitHub's 0.3 come in FOCUS and in its own report.
    bill.append(sold("GitHub", "actions", "0.3", "octo"))
    # Azure's 7 of account 0861, whose FOCUS export names it by its path; its 3 of a subscription under another name.
    bill.append(
        sold("Azure", "VM", "7", "/providers/Microsoft.Billing/billingAccounts/0861", "/subscriptions/s-1/VM-1")
    )
    bill.append(sold("Azure", "VM", "3", "mosp", "/subscriptions/S-2/vm-2"))
    azure = [
        AZURE,
        "0861,s-1,2026-09-10,VM,7,USD,/subscriptions/s-1/vm-1",
        ",s-2,2026-09-10,VM,3,USD,/subscriptions/s-2/vm-2",
    ]
    own = ["date,product,sku,quantity,gross_amount,net_amount,organization"]
    own.append("2026-09-10,actions,actions_linux,1,0.3,0.3,octo")
    results = {
        "anthropic/organization=lab": report(10, 12, cost("411.37", description="Claude Sonnet")),
        "openai/organization=lab-x": days(10, 11, openai_cost(2.75, line_item="gpt-4o-2024-08-06, input")),
        "openai/organization=lab-y": days(10, 11, openai_cost(1.25, line_item="gpt-4o-2024-08-06, output")),
    }
    (tmp_path / "exports/focus/september").mkdir(parents=True)
    (tmp_path / "exports/focus/september/bill.csv").write_text("\n".join([HEADER, *bill]) + "\n")
    (tmp_path / "exports/azure_cost").mkdir()
    (tmp_path / "exports/azure_cost/actual.csv").write_text("\n".join(azure) + "\n")
    (tmp_path / "exports/licenses").mkdir()
    (tmp_path / "exports/licenses/usage.csv").write_text("\n".join(own) + "\n")
    write_csv(tmp_path / "exports/licenses/contracts.csv", [CONTRACT])
    write_csv(tmp_path / "exports/licenses/seats.csv", [DETAILED, BILLED_SEATS])
    policy = shutil.copytree(ROOT / "seeds/policy", tmp_path / "policy")
    (policy / "resales.csv").write_text("feed,account_id,counted,valid_from,valid_to\nlicenses,acme,contract,,\n")
    for folder, pages in results.items():
        (tmp_path / "exports" / folder).mkdir(parents=True)
        (tmp_path / "exports" / folder / "costs.json").write_text(json.dumps(pages))
    places = ["--warehouse", tmp_path / "w.duckdb", "--published", tmp_path / "published", "--policy", policy]
    said = apportion("run", "--exports", tmp_path / "exports", *places).stderr

    published = tmp_path / "published/current/apportion.duckdb"
    costs_of_all = "select provider_name, sum(total_cost) from showback.monthly_costs group by all order by all"
    assert query(published, costs_of_all) == [
        ("AWS", Decimal("26.64")),
        ("GitHub", Decimal("90.3")),
        ("Microsoft", Decimal("10")),
        ("OpenAI", Decimal("8")),
    ]
    rows = "select account, report_cost, bill_cost, counted, decided_by from reconciliation.reports_vs_bill order by 1"
    assert query(published, rows) == [
        (PATH, 7, 7, "bill", "equal amounts"),
        ("acme", Decimal("0.3"), Decimal("0.3"), "contract", "policy"),
        ("lab", Decimal("12.3411"), Decimal("12.34"), "bill", "equal amounts"),
        ("lab-x", Decimal("5.5"), Decimal("6"), "both", "undecided"),
        ("lab-y", Decimal("2.5"), Decimal("6"), "both", "undecided"),
        ("octo", Decimal("0.3"), Decimal("0.3"), "bill", "equal amounts"),
    ]
    assert query(published, "select sum(difference), sum(raw) from reconciliation.raw_vs_ledger") == [
        (0, Decimal("134.94"))
    ]
    assert query(tmp_path / "w.duckdb", 'select sum("BilledCost") from focus.cost_and_usage') == [(Decimal("134.94"),)]
    assert "note: assert_no_vendor_bills_twice: feed openai, account lab-x" in said
    assert "add openai,lab-x,bill,, to resales.csv" in said
    assert "note: assert_no_vendor_bills_twice: feed openai, account lab-y, first_month 2026-09" in said
    asked = [line for line in said.splitlines() if "assert_no_resource_is_on_two_bills" in line]
    assert len(asked) == 1
    assert "feed focus, account mosp, other_feed azure_cost, other_account s-2, resources 1, first_resource" in asked[0]
    assert "deliver one of them only, or add focus,mosp,bill,, to resales.csv; if each is money of its own" in asked[0]
