"""The bills keep the rules of FOCUS, and hold every case that the project must handle."""

from __future__ import annotations

import duckdb
import pytest

MANDATORY = """
BilledCost BillingAccountId BillingCurrency BillingPeriodEnd BillingPeriodStart ChargeCategory
ChargePeriodEnd ChargePeriodStart ContractedCost EffectiveCost InvoiceIssuerName ListCost
ServiceCategory ServiceName provider
"""

# What no charge may be, by the promise that it breaks.
BROKEN = {
    "charge categories are allowed": "ChargeCategory not in ('Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment')",
    "charge classes are allowed": "ChargeClass <> 'Correction'",
    "charge frequencies are allowed": "ChargeFrequency not in ('One-Time', 'Recurring', 'Usage-Based')",
    "pricing categories are allowed": "PricingCategory not in ('Standard', 'Dynamic', 'Committed', 'Other')",
    "commitment categories are allowed": "CommitmentDiscountCategory not in ('Spend', 'Usage')",
    "commitment statuses are allowed": "CommitmentDiscountStatus not in ('Used', 'Unused')",
    "only usage of a commitment has a status": "(CommitmentDiscountStatus is not null)"
    " <> (CommitmentDiscountId is not null and ChargeCategory = 'Usage')",
    "service categories are allowed": "ServiceCategory not in ('AI and Machine Learning',"
    " 'Compute', 'Databases', 'Management and Governance', 'Networking', 'Other', 'Security',"
    " 'Storage')",
    "currencies are three letters": "not regexp_full_match(BillingCurrency, '[A-Z]{3}')",
    "billing periods are whole months": "BillingPeriodStart <> date_trunc('month',"
    " BillingPeriodStart) or BillingPeriodEnd <> BillingPeriodStart + interval 1 month",
    "charge periods are an hour or a day": "ChargePeriodEnd - ChargePeriodStart"
    " not in (interval 1 hour, interval 1 day)",
    "charges lie in their billing period": "ChargeClass is null and (ChargePeriodStart"
    " < BillingPeriodStart or ChargePeriodEnd > BillingPeriodEnd)",
    "corrections lie in the period before": "ChargeClass = 'Correction' and"
    " (ChargePeriodEnd > BillingPeriodStart"
    " or ChargePeriodStart < BillingPeriodStart - interval 1 month)",
    "list costs are price times quantity": "ListCost <> cast(ListUnitPrice * PricingQuantity as decimal(38, 12))",
    "contracted costs are price times quantity": "ContractedCost"
    " <> cast(ContractedUnitPrice * PricingQuantity as decimal(38, 12))",
    "unit prices are not negative": "ListUnitPrice < 0 or ContractedUnitPrice < 0",
    "a quantity has a unit": "(PricingQuantity is null) <> (PricingUnit is null)",
    "only usage is consumed": "ConsumedQuantity is not null and ChargeCategory <> 'Usage'",
    "credits are negative": "ChargeCategory = 'Credit' and BilledCost >= 0",
    "taxes have no price": "ChargeCategory = 'Tax' and PricingQuantity is not null",
    "tags are a JSON object": "Tags is not null and json_type(Tags) <> 'OBJECT'",
    "prices name their SKU": "SkuPriceId is not null and SkuId is null",
}

# What the sample must contain, so that the rules for it are ever run.
CASES = {
    "a covered usage": "BilledCost = 0 and EffectiveCost > 0 and CommitmentDiscountStatus = 'Used'",
    "a wasted commitment": "EffectiveCost > 0 and CommitmentDiscountStatus = 'Unused'",
    "a commitment's purchase": "ChargeCategory = 'Purchase' and BilledCost > 0 and EffectiveCost = 0",
    "a refund": "ChargeCategory = 'Adjustment' and BilledCost < 0",
    "a correction": "ChargeClass = 'Correction' and BilledCost < 0",
    "a credit": "ChargeCategory = 'Credit'",
    "a tax": "ChargeCategory = 'Tax'",
    "a support fee": "ServiceName like '%Support%'",
    "tokens": "ConsumedUnit = 'Tokens' and ServiceCategory = 'AI and Machine Learning'",
    "tokens that only the price names": "ConsumedUnit = 'Units' and PricingUnit like '%Tokens%'",
    "a GPU instance": "SkuPriceDetails like '%GpuCount%'",
    "an account with leading zeros": "BillingAccountId like '00%'",
    "a second payer": "provider = 'AWS' and BillingAccountId not like '00%'",
    "a billing currency of its own": "BillingCurrency = 'EUR'",
    "no tags": "Tags is null",
    "empty tags": "Tags = '{}'",
    "the team's old name": "Tags like '%vision%'",
    "a comma and a quote in a text": "ChargeDescription like '%, \"%'",
}


@pytest.mark.parametrize("column", MANDATORY.split())
def test_mandatory_columns_have_values(books: duckdb.DuckDBPyConnection, column: str):
    empty = books.sql(f"select count(*) from deliveries where {column} is null").fetchall()[0][0]
    assert empty == 0


@pytest.mark.parametrize("promise", BROKEN)
def test_every_charge_keeps_the_rule(books: duckdb.DuckDBPyConnection, promise: str):
    broken = books.sql(
        f"""
        select filename, ChargeCategory, ServiceName, ChargePeriodStart
        from deliveries
        where {BROKEN[promise]}
        limit 3
        """
    ).fetchall()
    assert broken == [], promise


@pytest.mark.parametrize("case", CASES)
def test_the_bills_hold_the_case(books: duckdb.DuckDBPyConnection, case: str):
    assert books.sql(f"select count(*) from bills where {CASES[case]}").fetchall()[0][0] > 0


def test_a_commitment_is_used_or_wasted_to_the_last_unit(books: duckdb.DuckDBPyConnection):
    """What was bought for a day is what that day used and wasted."""
    differing = books.sql(
        """
        select BillingAccountId, cast(ChargePeriodStart as date) as day
        from bills
        where provider = 'AWS' and CommitmentDiscountId is not null
        group by all
        having sum(BilledCost) <> sum(EffectiveCost)
        """
    ).fetchall()
    assert differing == []


def test_only_one_vendor_has_two_payers(books: duckdb.DuckDBPyConnection):
    accounts = books.sql("select provider, count(distinct BillingAccountId) from bills group by all").fetchall()
    assert dict(accounts) == {
        "AWS": 2,
        "Frontier Models": 1,
        "Microsoft": 1,
        "Nebula Compute": 1,
    }


def test_the_renamed_team_changes_its_tags_on_the_day(books: duckdb.DuckDBPyConnection):
    """The old name is not used after the renaming, nor the new one before."""
    late = "ChargePeriodStart >= timestamp '2026-07-01'"
    old = "regexp_matches(lower(Tags), 'vision[-_ ]lab')"
    new = "regexp_matches(lower(Tags), '\"perception\"')"
    misplaced = books.sql(f"select count(*) from bills where ({late} and {old}) or (not {late} and {new})").fetchall()[
        0
    ][0]
    assert misplaced == 0
    assert books.sql(f"select count(*) from bills where {new}").fetchall()[0][0] > 0
