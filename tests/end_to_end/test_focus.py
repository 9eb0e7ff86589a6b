"""The bill in FOCUS against the specification, whatever feed a charge comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import query

pytestmark = pytest.mark.slow

# Of FOCUS 1.4: the columns that allow no null, ours included.
NEVER_NULL = (
    "BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory",
    "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost", "EffectiveCost", "InvoiceIssuerName",
    "ListCost", "ServiceCategory", "ServiceName", "ServiceProviderName",
    "x_BillingPeriod", "x_ChargeId", "x_CostComponent", "x_DeliveryId", "x_Feed",
)  # fmt: skip

ALLOWED = {
    "CapacityReservationStatus": ("Used", "Unused"),
    "ChargeCategory": ("Usage", "Purchase", "Tax", "Credit", "Adjustment"),
    "ChargeClass": ("Correction",),
    "ChargeFrequency": ("One-Time", "Recurring", "Usage-Based"),
    "CommitmentDiscountCategory": ("Spend", "Usage"),
    "CommitmentDiscountStatus": ("Used", "Unused"),
    "PricingCategory": ("Standard", "Dynamic", "Committed", "Other"),
    "ServiceCategory": (
        "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools",
        "Multicloud", "Identity", "Integration", "Internet of Things", "Management and Governance", "Media",
        "Migration", "Mobile", "Networking", "Security", "Storage", "Web", "Other",
    ),
    "x_CostComponent": ("compute", "licenses", "storage", "network", "people", "model_api", "other"),
}  # fmt: skip

# What no charge may be.
BROKEN = {
    "a charge period that is not half-open": '"ChargePeriodStart" >= "ChargePeriodEnd"',
    "a billing period that is not half-open": '"BillingPeriodStart" >= "BillingPeriodEnd"',
    "a month that is not its billing period's": '"x_BillingPeriod" <> strftime("BillingPeriodStart", \'%Y-%m\')',
    "a currency that is no code": "not regexp_full_match(\"BillingCurrency\", '[A-Z]{3}')",
    "a quantity consumed without its unit": '("ConsumedQuantity" is null) <> ("ConsumedUnit" is null)',
    "a quantity priced without its unit": '"PricingQuantity" is not null and "PricingUnit" is null',
    "a commitment without its id": (
        'coalesce("CommitmentDiscountStatus", "CommitmentDiscountCategory") is not null'
        ' and "CommitmentDiscountId" is null'
    ),
    "tags that are no JSON object": '"Tags" is not null and json_type("Tags") <> \'OBJECT\'',
    "a purchase by usage": "\"ChargeCategory\" = 'Purchase' and \"ChargeFrequency\" = 'Usage-Based'",
}


@pytest.fixture(params=["sample", "real"])
def warehouse(request: pytest.FixtureRequest) -> Path:
    """The sample company's bills, then the real ones."""
    return request.getfixturevalue(request.param).warehouse


def broken(warehouse: Path, condition: str) -> list[tuple]:
    """How many charges of which feed are what they may not be."""
    return query(warehouse, f'select "x_Feed", count(*) from focus.cost_and_usage where {condition} group by all')


def test_what_may_not_be_null_is_not(warehouse: Path) -> None:
    found = {column: broken(warehouse, f'"{column}" is null') for column in NEVER_NULL}
    assert {column: feeds for column, feeds in found.items() if feeds} == {}


def test_values_are_those_of_the_specification(warehouse: Path) -> None:
    found = {
        column: broken(warehouse, f'"{column}" not in {values}'.replace(",)", ")"))
        for column, values in ALLOWED.items()
    }
    assert {column: feeds for column, feeds in found.items() if feeds} == {}


def test_no_charge_contradicts_itself(warehouse: Path) -> None:
    found = {what: broken(warehouse, condition) for what, condition in BROKEN.items()}
    assert {what: feeds for what, feeds in found.items() if feeds} == {}


def test_a_charge_has_one_id(warehouse: Path) -> None:
    assert query(warehouse, 'select count(*) - count(distinct "x_ChargeId") from focus.cost_and_usage') == [(0,)]


def test_every_charge_finds_its_group(warehouse: Path) -> None:
    """The key that is made of the columns of FOCUS is the one that the ledger has, whatever a feed adds."""
    lost = """
        select "x_Feed", count(*) from focus.cost_and_usage_allocated
        where "x_BillingPeriod" in (select distinct billing_period from showback.ledger)
            and not ("x_ChargeGroupId" is null and "x_CostComponent" = 'licenses')
            and ("x_BillingPeriod", "x_ChargeGroupId") not in (select month, charge_group_id from coverage.ownership)
        group by all
    """
    assert query(warehouse, lost) == []
