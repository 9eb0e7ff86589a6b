"""The laboratory's Azure enrollment: actual and amortized cost exports in EA's form, each run with its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_csv, load, write_json
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb

ENROLLMENT, ENROLLMENT_NAME = "74210933", "Halcyon Lab"
ORDER, RESERVATION = "5c7d2f90-41b8-4a0e-9b36-d2f8e0a6c714", "e81a4b6d-07c3-4f5e-a9d2-63b1f0c85e27"

# service family, meter category, its sub-category, meter, type of the resource, unit, price, price under the
# reservation, least and most quantity of a day, cost component
_VM, _DISK = "Microsoft.Compute/virtualMachines", "Microsoft.Storage/storageAccounts"
_MODELS = ("AI + Machine Learning", "Azure OpenAI", "Azure OpenAI")
_ACCOUNT = "Microsoft.CognitiveServices/accounts"
SKUS = [
    ("Compute", "Virtual Machines", "Ddsv5 Series", "D8ds v5", _VM, "1 Hour", "0.4830", None, 4, 24, "compute"),
    ("Compute", "Virtual Machines", "NCv3 Series", "NC6s v3", _VM, "1 Hour", "3.3660", "2.1400", 20, 24, "compute"),
    (
        "Storage",
        "Storage",
        "Blob Storage",
        "Hot LRS Data Stored",
        _DISK,
        "1 GB/Month",
        "0.0184",
        None,
        5,
        90,
        "storage",
    ),
    ("Storage", "Storage", "Blob Storage", "Hot Read Operations", _DISK, "10K", "0.0044", None, 20, 900, "storage"),
    ("Networking", "Bandwidth", "Inter-Region", "Data Transfer Out", _VM, "1 GB", "0.0800", None, 1, 60, "network"),
    (*_MODELS, "gpt 4o 1120 Inp glbl Tokens", _ACCOUNT, "1K", "0.0023", None, 900, 9000, "model_api"),
    (*_MODELS, "gpt 4o 1120 cached Inp glbl Tokens", _ACCOUNT, "1K", "0.0012", None, 900, 9000, "model_api"),
    (*_MODELS, "gpt 4o 1120 Outp glbl Tokens", _ACCOUNT, "1K", "0.0092", None, 90, 900, "model_api"),
]


def write_bill(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """Make the table `azure_cost_rows` of one month, and write both exports of it."""
    load(
        connection,
        "azure_skus",
        "family varchar, category varchar, sub_category varchar, meter varchar, resource_type varchar, unit varchar,"
        " price decimal(18, 4), reserved_price decimal(18, 4), low integer, high integer, cost_component varchar",
        SKUS,
    )
    for step in (_USAGE, _UNUSED, _PURCHASE):
        connection.execute(step)
    _write_export(connection, folder, month, "ActualCost", "billed_cost")
    _write_export(connection, folder, month, "AmortizedCost", "effective_cost")


def _write_export(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month, view: str, cost: str) -> None:
    """The run of the 5th: the rows that this view of the money has, and what they cost in it."""
    run = connection.execute("select guid(?, 'azure run')", [f"{month}/{view}"]).fetchall()[0][0]
    name = f"lab-{view.lower()}"
    place = f"exports/{name}/{month.start:%Y%m%d}-{month.last_day:%Y%m%d}/{run}"
    part = folder / place / "part_0_0001.csv"
    rows = f"from (select *, {cost} as cost from azure_cost_rows) where cost is not null"
    copy_csv(connection, f"select {_COLUMNS} {rows} order by charge_date, row_key", part)
    counts = {
        "byteCount": part.stat().st_size,
        "dataRowCount": connection.execute(f"select count(*) {rows}").fetchall()[0][0],
    }
    manifest = {
        "manifestVersion": "2024-04-01",
        **counts,
        "blobCount": 1,
        "exportConfig": {
            "exportName": name,
            "resourceId": f"/providers/Microsoft.Billing/billingAccounts/{ENROLLMENT}/providers/"
            f"Microsoft.CostManagement/exports/{name}",
            "dataVersion": "2023-05-01",
            "apiVersion": "2023-07-01-preview",
            "type": view,
            "timeFrame": "TheLastMonth",
            "granularity": "Daily",
        },
        "deliveryConfig": {
            "partitionData": True,
            "dataOverwriteBehavior": "CreateNewReport",
            "fileFormat": "Csv",
            "compressionMode": "None",
        },
        "runInfo": {
            "executionType": "Scheduled",
            "submittedTime": f"{month.end.replace(day=5)}T04:12:09.1862713Z",
            "runId": run,
            "startDate": f"{month.start}T00:00:00",
            "endDate": f"{month.last_day}T00:00:00",
        },
        "blobs": [{"blobName": f"{place}/part_0_0001.csv", **counts}],
    }
    write_json(manifest, part.with_name("manifest.json"))


# One row per subscription, meter and day; in the sandbox somebody plays now and then. What the reservation covers
# is free in the actual export, and null is a row that an export has not.
_USAGE = """
create or replace table azure_cost_rows as
with

used as (
    select
        accounts.*,
        coalesce(env, 'sandbox') as subscription,
        azure_skus.*,
        concat_ws('/', subscription, coalesce(project_id, ''), meter) as resource_key,
        charge_date,
        concat_ws('/', resource_key, charge_date) as row_key,
        cast(low + draw(row_key, 'azure quantity') * (high - low) as decimal(18, 4)) as quantity
    from tagged_accounts(2) as accounts, azure_skus, month_days()
    where if(reserved_price is null, draw(resource_key, 'azure uses') < 0.5, env = 'prod')
        and (project_id is not null or pick(row_key, 'azure plays', 10) = 0)
)

select
    * exclude (low, high),
    'Usage' as charge_type,
    if(reserved_price is null, 'OnDemand', 'Reservation') as pricing_model,
    concat_ws(' - ', category, sub_category, meter, 'EU West') as product,
    split_part(resource_type, '/', 1) as consumed_service,
    lower(split_part(resource_type, '/', 2)) || '-' || digest(resource_key, 'azure resource', 6) as resource_name,
    cast(if(reserved_price is null, quantity * price, 0) as decimal(28, 8)) as billed_cost,
    cast(quantity * coalesce(reserved_price, price) as decimal(28, 8)) as effective_cost,
    2 as charges
from used
"""

# The reservation is for all hours: the amortized export says every day what nobody used of it.
_UNUSED = """
insert into azure_cost_rows by name
select
    subscription, family, category, sub_category, meter, unit, price, reserved_price, product, pricing_model,
    'Microsoft.Capacity' as consumed_service,
    charge_date,
    'unused/' || charge_date as row_key,
    'UnusedReservation' as charge_type,
    sum(24 - quantity) as quantity,
    'unknown' as lifecycle_stage,
    'pool:unused_commitment' as attribution,
    cost_component,
    cast(sum((24 - quantity) * reserved_price) as decimal(28, 8)) as effective_cost,
    1 as charges
from azure_cost_rows
where reserved_price is not null
group by all
"""

# The month's payment, on its first day, is in the actual export only.
_PURCHASE = """
insert into azure_cost_rows by name
select
    subscription, family, category, sub_category, meter, product, pricing_model,
    'Microsoft.Capacity' as consumed_service,
    getvariable('month_start') as charge_date,
    'purchase' as row_key,
    '1 Hour' as unit,
    'Purchase' as charge_type,
    1 as quantity,
    'unknown' as lifecycle_stage,
    'untagged' as attribution,
    cost_component,
    sum(effective_cost) as billed_cost,
    1 as charges
from azure_cost_rows
where reserved_price is not null
group by all
"""

_DATE = "'%m/%d/%Y'"
_BENEFIT = f"/providers/Microsoft.Capacity/reservationOrders/{ORDER}/reservations/{RESERVATION}"
_OF_RESERVATION = "pricing_model = 'Reservation'"

# The columns of the export of an enterprise agreement; the first has the file's byte-order mark. Tags come without
# braces, and the case of a resource id changes from row to row.
_COLUMNS = f"""
    '{ENROLLMENT}' as "\ufeffBillingAccountId",
    '{ENROLLMENT_NAME}' as "BillingAccountName",
    strftime(getvariable('month_start'), {_DATE}) as "BillingPeriodStartDate",
    strftime(getvariable('month_end') - 1, {_DATE}) as "BillingPeriodEndDate",
    '{ENROLLMENT}' as "BillingProfileId",
    '{ENROLLMENT_NAME}' as "BillingProfileName",
    'priya.dubois@lumenfold.example' as "AccountOwnerId",
    'Halcyon Azure' as "AccountName",
    guid(subscription, 'subscription') as "SubscriptionId",
    'halcyon-' || subscription as "SubscriptionName",
    strftime(charge_date, {_DATE}) as "Date",
    product as "Product",
    'AAH-' || left(md5(meter), 5) as "PartNumber",
    guid(meter, 'meter') as "MeterId",
    family as "ServiceFamily",
    category as "MeterCategory",
    sub_category as "MeterSubCategory",
    'EU West' as "MeterRegion",
    meter as "MeterName",
    quantity as "Quantity",
    cast(cost / nullif(quantity, 0) as decimal(18, 4)) as "EffectivePrice",
    cost as "Cost",
    if(charge_type = 'Purchase', cost, price) as "UnitPrice",
    'EUR' as "BillingCurrency",
    'westeurope' as "ResourceLocation",
    null as "AvailabilityZone",
    consumed_service as "ConsumedService",
    coalesce(
        '/subscriptions/' || guid(subscription, 'subscription')
        || if(pick(row_key, 'case', 4) = 0, '/resourcegroups/RG-', '/resourceGroups/rg-') || subscription
        || '/providers/' || resource_type || '/' || resource_name,
        '{_BENEFIT}'
    ) as "ResourceId",
    resource_name as "ResourceName",
    null as "ServiceInfo1",
    null as "ServiceInfo2",
    null as "AdditionalInfo",
    '"Team": "' || team_id || '","Project": "' || project_id || '","env": "' || env || '"' as "Tags",
    null as "InvoiceSectionId",
    'Halcyon' as "InvoiceSection",
    null as "CostCenter",
    unit as "UnitOfMeasure",
    if(resource_name is not null, 'rg-' || subscription, null) as "ResourceGroup",
    if({_OF_RESERVATION}, '{RESERVATION}', null) as "ReservationId",
    if({_OF_RESERVATION}, 'lab-v100', null) as "ReservationName",
    if({_OF_RESERVATION}, '{ORDER}', null) as "ProductOrderId",
    if({_OF_RESERVATION}, 'Reserved VM Instance, Standard_NC6s_v3, EU West, 1 Year', null) as "ProductOrderName",
    'MS-AZR-0017P' as "OfferId",
    'True' as "IsAzureCreditEligible",
    if({_OF_RESERVATION}, 12, null) as "Term",
    'Microsoft' as "PublisherName",
    null as "PlanName",
    charge_type as "ChargeType",
    if(charge_type = 'Purchase', 'Recurring', 'UsageBased') as "Frequency",
    'Azure' as "PublisherType",
    coalesce(price, 0) as "PayGPrice",
    pricing_model as "PricingModel",
    null as "CostAllocationRuleName",
    if({_OF_RESERVATION}, '{_BENEFIT}', null) as "benefitId",
    if({_OF_RESERVATION}, 'lab-v100', null) as "benefitName"
"""
