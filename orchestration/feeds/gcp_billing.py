"""The BigQuery billing export of Google Cloud, standard or resource level: credits are nested in the rows."""

from orchestration.feeds import Column, Feed, Table, View

COLUMNS = (
    Column("billing_account_id", required=True),
    # Tax and rounding rows name neither project nor resource, and may name no service.
    Column("service.description", required=True, allows_null=True),
    Column("sku.id"),
    Column("sku.description"),
    Column("usage_start_time", "timestamp", required=True),
    Column("usage_end_time", "timestamp", required=True),
    Column("project.id"),
    Column("project.name"),
    Column("project.labels", "list"),
    Column("labels", "list"),
    Column("tags", "list"),
    Column("location.region"),
    Column("location.zone"),
    Column("resource.name"),
    Column("resource.global_name"),
    Column("cost", "money", required=True),
    Column("cost_at_list", "money"),
    Column("cost_at_effective_price_default", "money"),
    Column("currency", required=True),
    Column("usage.amount", "number"),
    Column("usage.unit"),
    Column("usage.amount_in_pricing_units", "number"),
    Column("usage.pricing_unit"),
    Column("credits", "list"),
    Column("invoice.month", "date", required=True, formats=("%Y%m",)),
    Column("cost_type"),
    Column("adjustment_info.id"),
    Column("seller_name"),
    Column("export_time", "timestamp"),
)


# What cannot be read of them is null here, so that the door says in which row it stands.
CREDITS = "try(json_extract(credits, '$[*]'))"
AMOUNT = "try_cast(credit ->> '$.amount' as decimal(38, 12))"


def with_credits(counted: str) -> str:
    """SQL for a row's cost and those of its credits that are counted."""
    amount = f"case when {counted} then {AMOUNT} else 0 end"
    return f"cost + coalesce(list_sum(list_transform({CREDITS}, lambda credit: {amount})), 0)"


CHARGES = Table(
    name="gcp_billing",
    columns=COLUMNS,
    account="billing_account_id",
    period='"invoice.month"',
    currency="currency",
    billed=with_credits("true"),
    # A promotion pays the invoice; what was consumed costs what it costs.
    effective=with_credits("credit ->> '$.type' is distinct from 'PROMOTION'"),
    # The export only grows: an extract adds to those before it, and the rows that both have count once.
    replaces="nothing",
    told_apart_by=(
        "billing_account_id",
        "project.id",
        "service.description",
        "sku.id",
        "usage_start_time",
        "resource.global_name",
        "labels",
        "cost_type",
        "export_time",
    ),
    records=("$",),
    # JSON leaves out what is null: of a part without any resource only the table's name in the path tells.
    views=(View("resource", has="resource.global_name", in_path="export_resource_v1"), View("standard")),
    billed_from=("resource", "standard"),
    effective_from=("resource", "standard"),
    # A resource level export has only what was used since it was switched on.
    covers=('"project.id"', "cast(usage_start_time as date)"),
)

FEED = Feed(
    name="gcp_billing",
    tables=(CHARGES,),
    suffixes=(".csv", ".csv.gz", ".parquet", ".json", ".json.gz", ".jsonl", ".jsonl.gz"),
)
