"""The sample company, written once, and its bills read as any FOCUS reader would read them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.sample_company import write_exports

ROWS, MONTHS = 12_000, 6

_TYPES = """
    cast(BilledCost as decimal(38, 12)) as BilledCost,
    cast(EffectiveCost as decimal(38, 12)) as EffectiveCost,
    cast(ListCost as decimal(38, 12)) as ListCost,
    cast(ContractedCost as decimal(38, 12)) as ContractedCost,
    cast(ListUnitPrice as decimal(38, 12)) as ListUnitPrice,
    cast(ContractedUnitPrice as decimal(38, 12)) as ContractedUnitPrice,
    cast(PricingQuantity as decimal(38, 12)) as PricingQuantity,
    cast(BillingPeriodStart as timestamp) as BillingPeriodStart,
    cast(BillingPeriodEnd as timestamp) as BillingPeriodEnd,
    cast(ChargePeriodStart as timestamp) as ChargePeriodStart,
    cast(ChargePeriodEnd as timestamp) as ChargePeriodEnd
"""


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `write_exports` filled."""
    folder = tmp_path_factory.mktemp("company")
    write_exports(folder, seed=1, months=MONTHS, rows=ROWS)
    return folder


@pytest.fixture(scope="session")
def books(company: Path) -> duckdb.DuckDBPyConnection:
    """A database with `deliveries` (all that was delivered), `bills` (what holds), `truth` and `truth_of_bills`."""
    connection = duckdb.connect(config={"threads": 2})
    focus = company / "focus"
    connection.execute(
        f"""
        create table deliveries as
        select * replace ({_TYPES}), coalesce(ServiceProviderName, ProviderName) as provider
        from (
            select * from read_csv(
                '{focus}/aws/*/*.csv.gz', all_varchar = true, nullstr = 'NULL', filename = true
            )
            union all by name
            select * replace (cast(to_json(Tags) as varchar) as Tags)
            from read_parquet('{focus}/azure/*/*/*.parquet', filename = true)
            union all by name
            select * from read_csv(
                ['{focus}/nebula/*/*.csv', '{focus}/frontier/*.csv'],
                all_varchar = true, filename = true, union_by_name = true
            )
        );

        create table bills as
        select * from deliveries
        where filename not like '%/azure/%' or parse_dirpath(filename) in (
            select max(parse_dirpath(filename)) from deliveries
            where filename like '%/azure/%'
            group by BillingPeriodStart
        );

        create table truth as from '{company}/truth/costs.parquet';
        create table truth_of_bills as from truth where feed = 'focus';
        """
    )
    return connection
