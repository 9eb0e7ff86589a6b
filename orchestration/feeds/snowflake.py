"""Snowflake's ORGANIZATION_USAGE.USAGE_IN_CURRENCY_DAILY: what each account used on a day, in money of two decimals."""

from orchestration.feeds import Column, Feed, Table

CHARGES = Table(
    name="snowflake",
    columns=(
        Column("organization_name", required=True),
        Column("contract_number"),
        Column("account_name"),
        Column("account_locator", required=True, allows_null=True),
        Column("region"),
        Column("service_level"),
        Column("usage_date", "date", required=True),
        Column("usage_type"),
        Column("currency", required=True),
        Column("usage", "number", required=True, allows_null=True),
        Column("usage_in_currency", "money", required=True),
        Column("balance_source"),
        Column("billing_type"),
        Column("rating_type"),
        Column("service_type"),
        Column("is_adjustment"),
    ),
    account="organization_name",
    period="usage_date",
    currency="currency",
    billed="usage_in_currency",
    effective="usage_in_currency",
    # Until a month is closed its days may change, and rows may go: a new extract takes its months as a whole.
    replaces="period",
    told_apart_by=(
        "organization_name",
        "contract_number",
        "account_locator",
        "region",
        "service_level",
        "usage_date",
        "usage_type",
        "balance_source",
        "billing_type",
        "rating_type",
        "service_type",
        "is_adjustment",
    ),
    records=("$",),
)

FEED = Feed(
    name="snowflake",
    tables=(CHARGES,),
    suffixes=(".csv", ".csv.gz", ".parquet", ".json", ".json.gz", ".jsonl", ".jsonl.gz"),
)
