"""Databricks system tables: billable usage, and the list prices that make it money. The usage names persons."""

from orchestration.feeds import Column, Feed, Table

USAGE = Table(
    name="databricks_usage",
    columns=(
        Column("record_id", required=True),
        Column("record_type"),
        Column("account_id", required=True),
        Column("workspace_id"),
        Column("sku_name", required=True),
        Column("cloud"),
        Column("usage_start_time", "timestamp", required=True),
        Column("usage_end_time", "timestamp", required=True),
        Column("usage_quantity", "number", required=True),
        Column("usage_unit"),
        Column("usage_type"),
        Column("custom_tags", "tags"),
        Column("billing_origin_product"),
        # Of usage_metadata only ids: job names, notebook paths and endpoint names may name persons.
        Column("usage_metadata.cluster_id"),
        Column("usage_metadata.warehouse_id"),
        Column("usage_metadata.endpoint_id"),
        Column("usage_metadata.dlt_pipeline_id"),
        Column("usage_metadata.job_id"),
        Column("usage_metadata.notebook_id"),
        Column("usage_metadata.app_id"),
        Column("ingestion_date", "date"),
    ),
    account="account_id",
    period="usage_start_time",
    # A correction is rows of its own: a retraction negates its original and may come in any later extract, and
    # what was restated may be taken back and restated again, also with the same values.
    replaces="entry",
    key=(
        *("record_id", "record_type", "ingestion_date"),
        *("sku_name", "usage_start_time", "usage_end_time", "usage_quantity"),
    ),
    told_apart_by=("record_id", "record_type"),
    records=("$",),
    makes_money=True,
)

PRICES = Table(
    name="databricks_list_prices",
    columns=(
        Column("sku_name", required=True),
        Column("cloud"),
        Column("currency_code", required=True),
        Column("price_start_time", "timestamp", required=True),
        Column("price_end_time", "timestamp"),
        # What is charged is the effective list price; older extracts only have the default.
        Column("pricing.effective_list.default", "money", aliases=("effective_list.default",)),
        Column("pricing.default", "money", aliases=("default",)),
    ),
    account="'databricks'",
    period=None,
    replaces="row",
    key=("sku_name", "cloud", "currency_code", "price_start_time"),
    told_apart_by=("sku_name", "cloud", "currency_code", "price_start_time"),
    records=("$",),
    makes_money=True,
)

FEED = Feed(
    name="databricks",
    tables=(USAGE, PRICES),
    personal=True,
    suffixes=(".csv", ".csv.gz", ".parquet", ".json", ".json.gz", ".jsonl", ".jsonl.gz"),
)
