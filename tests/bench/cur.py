"""A wide cost and usage report of Amazon's, as CSV and Parquet; the least that loads it, and a scan of staging.

The same skews as in `generate`. Of its columns ours names less than half; the rest are the
sparse attributes of products that every real report drags along.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.feeds.aws_cur import COLUMNS
from tests.bench.generate import REGIONS, ROWS, numbered, picked

MONTH = "2026-09"
PERIOD = "20260901-20261001"
ASSEMBLY = "6f1c2d3e-0000-4000-8000-000000000001"
USAGE_TYPES = ["BoxUsage:p4d.24xlarge", "BoxUsage:m5.large", "EBS:VolumeUsage.gp3", "DataTransfer-Out-Bytes"]
PRODUCTS = ["AmazonEC2", "AmazonS3", "AmazonBedrock", "AmazonSageMaker"]
TEAMS = [f"team-{number}" for number in range(40)]


def at(hour: str) -> str:
    """A time as Amazon writes it."""
    return f"strftime({hour}, '%Y-%m-%dT%H:%M:%SZ')"


VALUES = {
    "identity/LineItemId": "md5(cast(i as varchar))",
    "identity/TimeInterval": f"{at('hour')} || '/' || {at('hour + interval 1 hour')}",
    "bill/BillType": "'Anniversary'",
    "bill/BillingEntity": "'AWS'",
    "bill/BillingPeriodEndDate": at("month_start + interval 1 month"),
    "bill/BillingPeriodStartDate": at("month_start"),
    "bill/InvoiceId": "'inv-1'",
    "bill/PayerAccountId": "'001234567890'",
    "lineItem/AvailabilityZone": f"{picked(REGIONS, 11)} || 'a'",
    "lineItem/BlendedCost": "amount / 1000000.0",
    "lineItem/CurrencyCode": "'USD'",
    "lineItem/LegalEntity": "'Amazon Web Services, Inc.'",
    "lineItem/LineItemDescription": "'$0.12 per On Demand Linux Instance Hour'",
    "lineItem/LineItemType": "case when i % 400 = 0 then 'Credit' when i % 2000 = 1 then 'Tax'"
    " when i % 7 = 0 then 'SavingsPlanCoveredUsage' else 'Usage' end",
    "lineItem/Operation": "'RunInstances'",
    "lineItem/ProductCode": picked(PRODUCTS, 3),
    "lineItem/ResourceId": "'i-' || cast(resource as varchar)",
    "lineItem/UnblendedCost": "amount / 1000000.0",
    "lineItem/UsageAccountId": f"'0000' || {numbered('', 1, 60)}",
    "lineItem/UsageAmount": "quantity",
    "lineItem/UsageEndDate": at("hour + interval 1 hour"),
    "lineItem/UsageStartDate": at("hour"),
    "lineItem/UsageType": picked(USAGE_TYPES, 5),
    "pricing/RateCode": numbered("rate", 7, 2500),
    "pricing/publicOnDemandCost": "amount / 900000.0",
    "pricing/unit": "'Hrs'",
    "product/ProductName": "'Amazon Elastic Compute Cloud'",
    "product/productFamily": "'Compute Instance'",
    "product/regionCode": picked(REGIONS, 11),
    "product/servicecode": picked(PRODUCTS, 3),
    "product/sku": numbered("sku", 7, 2500),
    "savingsPlan/SavingsPlanARN": "case when i % 7 = 0 then 'arn:aws:savingsplans::1:savingsplan/sp-1' end",
    "savingsPlan/SavingsPlanEffectiveCost": "case when i % 7 = 0 then amount / 1200000.0 end",
    "resourceTags/user:environment": picked(["dev", "test", "prod"], 17),
    "resourceTags/user:project": numbered("project", 19, 150),
    "resourceTags/user:team": f"if(resource % 5 = 0, null, {picked(TEAMS, 13)})",
    **{f"product/attribute{number}": "if(noise % 3 = 0, 'some attribute', null)" for number in range(60)},
}


def write(rows: int, folder: Path, form: str) -> Path:
    """One month of one payer with its manifest, in the layout of the bucket."""
    name = f"aws_cur/cur/{PERIOD}/{ASSEMBLY}/cur-1.{form}"
    file = folder / name
    file.parent.mkdir(parents=True)
    columns = ",\n".join(
        f'{value} as "{header if form == "csv" else snake(header)}"' for header, value in VALUES.items()
    )
    query = f"{ROWS} select {columns} from placed"
    for variable, value in {"rows": rows, "seed": 0, "month": f"'{MONTH}'", "hours": 720}.items():
        query = query.replace(f"${variable}", str(value))
    if form == "parquet":
        times = [
            f"cast({snake(header)} as timestamp) as {snake(header)}" for header in VALUES if header.endswith("Date")
        ]
        query = f"select * replace ({', '.join(times)}) from ({query})"
    duckdb.execute(f"copy ({query}) to '{file}' (format {form})")
    manifest = {"assemblyId": ASSEMBLY, "reportKeys": [name.removeprefix("aws_cur/")]}
    file.parent.parent.joinpath("cur-Manifest.json").write_text(json.dumps(manifest))
    return file


def snake(header: str) -> str:
    """The Parquet name of a CSV column: the contract's where it has it."""
    contract = {column.aliases[0]: column.name for column in COLUMNS if column.aliases}
    return contract.get(header, header.replace("resourceTags/user:", "resource_tags_user_").replace("/", "_").lower())


def loaded(file: Path) -> None:
    """The floor: the columns that ours names, loaded into a table as they lie in the file."""
    contract = {column.name for column in COLUMNS}
    named = [header for header in VALUES if header.startswith("resourceTags/") or snake(header) in contract]
    if file.suffix == ".csv":
        columns, relation = named, f"read_csv('{file}', all_varchar = true, header = true)"
    else:
        columns, relation = [snake(header) for header in named], f"read_parquet('{file}')"
    selected = ", ".join(f'"{column}"' for column in columns)
    database = file.with_suffix(".duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table line_items as select {selected} from {relation}")
    database.unlink()


def staged(warehouse: Path) -> None:
    """Every value of staging's charges, looked at once."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("select bit_xor(hash(charges)) from staging.stg_aws_cur__charges as charges").fetchone()


def main() -> None:
    """`python -m tests.bench.cur loaded FILE | staged WAREHOUSE`."""
    scans: dict[str, Callable[[Path], None]] = {"loaded": loaded, "staged": staged}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=scans)
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    scans[arguments.what](arguments.file)


if __name__ == "__main__":
    main()
