"""The vendors' bills: which columns each exports, in what format, and under what path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company import catalog
from orchestration.sample_company.database import copy_csv, copy_parquet
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb

# Since this month Nebula Compute exports FOCUS 1.4, before it 1.3.
NEBULA_UPGRADED = Month(2026, 7)


def _names(text: str) -> list[str]:
    return text.split()


_COMMON = _names("""
    AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd
    BillingPeriodStart ChargeCategory ChargeClass ChargeDescription ChargeFrequency ChargePeriodEnd
    ChargePeriodStart ConsumedQuantity ConsumedUnit ContractedCost ContractedUnitPrice EffectiveCost
    InvoiceIssuerName ListCost ListUnitPrice PricingCategory PricingQuantity PricingUnit RegionId
    RegionName ResourceId ResourceName ResourceType ServiceCategory ServiceName SkuId SkuPriceId
    SubAccountId SubAccountName Tags
""")

_COMMITMENTS = _names("""
    CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName CommitmentDiscountStatus
    CommitmentDiscountType
""")

_SINCE_1_1 = _names("""
    CapacityReservationId CapacityReservationStatus CommitmentDiscountQuantity
    CommitmentDiscountUnit
""")

_SINCE_1_2 = _names("""
    BillingAccountType PricingCurrency PricingCurrencyContractedUnitPrice
    PricingCurrencyEffectiveCost PricingCurrencyListUnitPrice SubAccountType
""")

_SKU_AND_INVOICE = ["InvoiceId", "ServiceSubcategory", "SkuMeter", "SkuPriceDetails"]
_UNTIL_1_3 = ["ProviderName", "PublisherName"]
_SINCE_1_3 = ["HostProviderName", "ServiceProviderName"]

AWS_COLUMNS = sorted([*_COMMON, *_COMMITMENTS, *_UNTIL_1_3])
MICROSOFT_COLUMNS = [
    *sorted([*_COMMON, *_COMMITMENTS, *_SINCE_1_1, *_SINCE_1_2, *_SKU_AND_INVOICE, *_UNTIL_1_3]),
    "x_BillingExchangeRate",
    "x_ResourceGroupName",
    "x_SkuMeterCategory",
]
NEBULA_1_3_COLUMNS = [*sorted([*_COMMON, *_SKU_AND_INVOICE, *_SINCE_1_3]), "x_ClusterId"]
NEBULA_1_4_COLUMNS = [
    *sorted([*_COMMON, *_SKU_AND_INVOICE, *_SINCE_1_3, "InvoiceDetailId"]),
    "x_ClusterId",
]
FRONTIER_COLUMNS = [
    *sorted([*_COMMON, "PricingCurrency", *_SKU_AND_INVOICE, *_UNTIL_1_3]),
    "x_ApiKeyAlias",
    "x_ModelId",
]

_TIMES = ["BillingPeriodEnd", "BillingPeriodStart", "ChargePeriodEnd", "ChargePeriodStart"]


def write_bills(connection: duckdb.DuckDBPyConnection, focus: Path, month: Month, is_restated: bool) -> None:
    """Write every vendor's bill of one month from the table `charges`."""
    _write_aws(connection, focus / "aws" / str(month))
    _write_microsoft(connection, focus / "azure", month, is_restated)
    _write_nebula(connection, focus / "nebula" / str(month), month)
    _write_frontier(connection, focus / "frontier", month)


def _write_aws(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """FOCUS 1.0, gzipped CSV in two parts, nulls as text, times without T and Z."""
    expressions = {
        **_times_as("%Y-%m-%d %H:%M:%S"),
        "ProviderName": "'AWS'",
        "PublisherName": "'Amazon Web Services, Inc.'",
        "Tags": _tags_as_json(),
    }
    connection.execute(f"create or replace table aws_bill as {_bill(catalog.AWS)}")
    for part in (1, 2):
        query = f"""
            select {_columns(AWS_COLUMNS, expressions)}
            from (select *, ntile(2) over (order by position) as part from aws_bill)
            where part = {part}
            order by position
        """
        copy_csv(
            connection,
            query,
            folder / f"aws-focus-{part:05d}.csv.gz",
            null_text="NULL",
            gzipped=True,
        )


def _write_microsoft(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month, is_restated: bool) -> None:
    """FOCUS 1.2, typed Parquet, a folder per month and run; a restated month has two runs."""
    period = folder / f"{month.start:%Y%m%d}-{month.last_day:%Y%m%d}"
    connection.execute(f"create or replace table microsoft_bill as {_bill(catalog.MICROSOFT)}")
    _write_microsoft_run(connection, period, month, 3, _FIRST_DELIVERY if is_restated else "microsoft_bill")
    if is_restated:
        _write_microsoft_run(connection, period, month, 11, "microsoft_bill")


def _write_microsoft_run(
    connection: duckdb.DuckDBPyConnection, period: Path, month: Month, day: int, source: str
) -> None:
    """One run, made in the night of a day of the following month."""
    run_at = f"{month.end.replace(day=day):%Y%m%d}T020000Z"
    digest = connection.execute("select digest(?, 'run', 8)", [run_at]).fetchall()[0][0]
    expressions = {
        **{column: f"cast({column} as decimal(28, 10))" for column in _SIZES},
        "BillingAccountType": "'Billing Profile'",
        "CapacityReservationId": "cast(null as varchar)",
        "CapacityReservationStatus": "cast(null as varchar)",
        "CommitmentDiscountQuantity": (
            "if(CommitmentDiscountId is null, null, cast(PricingQuantity as decimal(28, 10)))"
        ),
        "CommitmentDiscountUnit": "if(CommitmentDiscountId is null, null, ConsumedUnit)",
        "PricingCurrency": "BillingCurrency",
        "PricingCurrencyContractedUnitPrice": "ContractedUnitPrice",
        "PricingCurrencyEffectiveCost": "EffectiveCost",
        "PricingCurrencyListUnitPrice": "ListUnitPrice",
        "ProviderName": "'Microsoft'",
        "PublisherName": "'Microsoft'",
        "SubAccountType": "if(SubAccountId is null, null, 'Subscription')",
        "x_BillingExchangeRate": "cast(1 as decimal(28, 10))",
        "x_ResourceGroupName": "nullif(split_part(ResourceId, '/', 5), '')",
        "x_SkuMeterCategory": "ServiceName",
    }
    query = f"select {_columns(MICROSOFT_COLUMNS, expressions)} from {source} order by position"
    copy_parquet(connection, query, period / f"{run_at}-{digest}" / "part_0.snappy.parquet", "snappy")


def _write_nebula(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """FOCUS 1.3, later 1.4, plain CSV, empty nulls, times with T and Z, no ProviderName."""
    expressions = {
        **_times_as("%Y-%m-%dT%H:%M:%SZ"),
        "HostProviderName": "if(RegionId = 'us-iad-2', 'Borealis Datacenters', 'Nebula Compute')",
        "InvoiceDetailId": "concat(InvoiceId, '-', coalesce(SkuId, ChargeCategory))",
        "ServiceProviderName": "'Nebula Compute'",
        "Tags": _tags_as_json(),
        "x_ClusterId": "if(ResourceType = 'GPU node', 'cl-' || left(md5(ResourceId), 4), null)",
    }
    columns = NEBULA_1_4_COLUMNS if month >= NEBULA_UPGRADED else NEBULA_1_3_COLUMNS
    bill = _bill(catalog.NEBULA)
    query = f"select {_columns(columns, expressions)} from ({bill}) order by position"
    copy_csv(connection, query, folder / "cost-and-usage.csv")


def _write_frontier(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """FOCUS 1.2, plain CSV, all months side by side in one folder."""
    expressions = {
        **_times_as("%Y-%m-%dT%H:%M:%SZ"),
        "PricingCurrency": "BillingCurrency",
        "ProviderName": "'Frontier Models'",
        "PublisherName": "'Frontier Models'",
        "Tags": _tags_as_json(),
        "x_ApiKeyAlias": "ResourceName",
        "x_ModelId": "if(SkuMeter like '%,%', split_part(SkuMeter, ',', 1), null)",
    }
    bill = _bill(catalog.FRONTIER)
    query = f"select {_columns(FRONTIER_COLUMNS, expressions)} from ({bill}) order by position"
    copy_csv(connection, query, folder / f"focus-{month}.csv")


def _bill(provider: str) -> str:
    """A provider's charges in the order of its bill, numbered by `position`."""
    return f"""
        select
            *,
            row_number() over (order by BillingAccountId, ChargePeriodStart, charge_key) as position
        from charges
        where provider = '{provider}'
    """


def _columns(columns: list[str], expressions: Mapping[str, str]) -> str:
    return ", ".join(f"{expressions.get(column, column)} as {column}" for column in columns)


def _times_as(pattern: str) -> dict[str, str]:
    return {column: f"strftime({column}, '{pattern}')" for column in _TIMES}


def _tags_as_json() -> str:
    return "if(Tags is null, null, cast(to_json(Tags) as varchar))"


_COSTS = ["BilledCost", "ContractedCost", "EffectiveCost", "ListCost"]
_SIZES = ["ConsumedQuantity", "PricingQuantity"]

# What Microsoft said first: some meters were counted twice, some not yet.
_DOUBLED = ", ".join(
    f"if(position % 23 = 4 and ChargeCategory = 'Usage', 2, 1) * {column} as {column}" for column in [*_COSTS, *_SIZES]
)
_FIRST_DELIVERY = f"""(
    select * replace ({_DOUBLED})
    from microsoft_bill
    where position % 61 <> 7
)"""
