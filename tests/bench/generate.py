"""A FOCUS month of any length as Parquet, with the skews of a real bill, the same for the same arguments.

A few resources carry most rows. Tags belong to the resource, so there are far fewer tag sets than
rows; one resource in five has none. One row in 400 is a credit, one in 2000 a tax. Another seed
restates the month: the same resources at other amounts.
"""

from __future__ import annotations

import argparse
from calendar import monthrange
from pathlib import Path

import duckdb

RESOURCES = 40_000
SERVICE_CATEGORIES = ["AI and Machine Learning", "Compute", "Storage", "Networking", "Databases"]
REGIONS = ["us-east-1", "eu-west-1", "ap-south-1"]
ENVIRONMENTS = ["dev", "test", "prod", "staging"]

ROWS = f"""
with

numbered as (

    select
        i,
        (hash(i) % 1000003) / 1000003.0 as place,
        hash(i * 31 + 7 + 1000000007::bigint * $seed) as noise

    from range($rows) as numbers (i)

),

placed as (

    select
        *,
        cast(floor({RESOURCES} * power(place, 3)) as bigint) as resource,
        month_start + to_hours(cast(i % $hours as integer)) as hour,
        if(i % 400 = 0, -1, 1) * cast(noise % 1000000 as bigint) as amount,
        (noise % 100000) / 1000.0 as quantity

    from numbered
    cross join (select cast($month || '-01' as timestamp) as month_start)

)
"""


def picked(names: list[str], factor: int) -> str:
    """One of some names, always the same one for a resource."""
    return f"{names}[1 + cast(hash(resource * {factor}) % {len(names)} as integer)]"


def numbered(prefix: str, factor: int, count: int) -> str:
    """One of `count` made-up names, always the same one for a resource."""
    return f"'{prefix}-' || cast(hash(resource * {factor}) % {count} as varchar)"


def money(divisor: float) -> str:
    """An amount of the row in some price; a credit is negative."""
    return f"cast(amount / {divisor} as decimal(28, 10))"


TAGS = f"""
    '{{"team":"' || {numbered("team", 13, 40)}
    || '","environment":"' || {picked(ENVIRONMENTS, 17)}
    || '","project":"' || {numbered("project", 19, 150)} || '"}}'
"""

COLUMNS = {
    "ProviderName": "'Example Cloud'",
    "PublisherName": "'Example Cloud'",
    "InvoiceIssuerName": "'Example Cloud'",
    "BillingAccountId": "'payer-1'",
    "SubAccountId": numbered("acct", 1, 60),
    "BillingPeriodStart": "month_start",
    "BillingPeriodEnd": "month_start + interval 1 month",
    "ChargePeriodStart": "hour",
    "ChargePeriodEnd": "hour + interval 1 hour",
    "ChargeCategory": "case when i % 400 = 0 then 'Credit' when i % 2000 = 1 then 'Tax' else 'Usage' end",
    "ChargeClass": "cast(null as varchar)",
    "ChargeFrequency": "'Usage-Based'",
    "ChargeDescription": "'usage'",
    "ServiceCategory": picked(SERVICE_CATEGORIES, 3),
    "ServiceName": f"{numbered('service', 3, 5)} || {numbered('', 5, 12)}",
    "SkuId": numbered("sku", 7, 2500),
    "SkuPriceId": numbered("price", 7, 2500),
    "ResourceId": "'arn:example:res/' || cast(resource as varchar)",
    "ResourceName": "'res-' || cast(resource as varchar)",
    "RegionId": picked(REGIONS, 11),
    "ConsumedQuantity": "cast(quantity as decimal(28, 10))",
    "ConsumedUnit": "'Hours'",
    "PricingQuantity": "cast(quantity as decimal(28, 10))",
    "PricingUnit": "'Hours'",
    "BilledCost": money(1_000_000.0),
    "EffectiveCost": money(1_100_000.0),
    "ListCost": money(900_000.0),
    "ContractedCost": money(950_000.0),
    "BillingCurrency": "'USD'",
    "InvoiceId": "'inv-' || $month",
    "Tags": f"if(resource % 5 = 0, '{{}}', {TAGS})",
}


def generate(rows: int, file: Path, month: str = "2026-09", seed: int = 0) -> None:
    """Write one month's charges of one account."""
    year, number = map(int, month.split("-"))
    values = {"rows": rows, "seed": seed, "month": month, "hours": 24 * monthrange(year, number)[1]}
    columns = ",\n".join(f'{expression} as "{name}"' for name, expression in COLUMNS.items())
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for name, value in values.items():
            connection.execute(f"set variable {name} = {value!r}")
        query = f"{ROWS} select {columns} from placed"
        for name in values:
            query = query.replace(f"${name}", f"getvariable('{name}')")
        connection.execute(f"copy ({query}) to '{file}' (format parquet, compression zstd, row_group_size 122880)")


def main() -> None:
    """`python -m tests.bench.generate ROWS FILE [MONTH] [--seed N]`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("month", nargs="?", default="2026-09")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    generate(arguments.rows, arguments.file, arguments.month, arguments.seed)


if __name__ == "__main__":
    main()
