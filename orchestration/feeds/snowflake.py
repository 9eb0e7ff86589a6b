"""Snowflake: USAGE_IN_CURRENCY_DAILY is the money, in two decimals a day and account; METERING_HISTORY, in credits an
hour and warehouse, tells who of an account used it.
"""

from dataclasses import replace

from orchestration.feeds import Column, Feed, Table, named_in_path

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

# Extracts of single accounts (ACCOUNT_USAGE) name none, and number their warehouses alike.
METERED = ("organization_name", "account_name", "service_type", "start_time", "entity_id", "name")

METERING = Table(
    name="snowflake_metering",
    columns=(
        Column("organization_name"),
        Column("account_name", from_path=named_in_path("account")),
        Column("service_type", required=True),
        Column("start_time", "timestamp", required=True),
        Column("end_time", "timestamp"),
        Column("entity_id"),
        Column("name"),
        Column("credits_used_compute", "number"),
        Column("credits_used_cloud_services", "number"),
        Column("credits_used", "number", required=True),
    ),
    account="coalesce(organization_name, 'snowflake')",
    period="start_time",
    # An hour may be metered anew for some hours: of extracts that overlap, the newest one's line counts.
    replaces="row",
    key=METERED,
    told_apart_by=METERED,
    records=("$",),
)


def in_capitals(table: Table) -> Table:
    """The table as Snowflake names it: a JSON record has its columns in capitals, and there case tells names apart."""
    return replace(table, columns=tuple(replace(one, aliases=(one.name.upper(),)) for one in table.columns))


FEED = Feed(
    name="snowflake",
    tables=(in_capitals(CHARGES), in_capitals(METERING)),
    suffixes=(".csv", ".csv.gz", ".parquet", ".json", ".json.gz", ".jsonl", ".jsonl.gz"),
)
