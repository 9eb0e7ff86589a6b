"""What vendors bill in formats of their own, each for accounts that are on no other bill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orchestration.sample_company import truth
from orchestration.sample_company.months import Month
from orchestration.sample_company.native_bills import (
    anthropic,
    aws_cur,
    azure_cost,
    databricks,
    gcp_billing,
    openai,
    snowflake,
)
from orchestration.sample_company.native_bills.accounts import make_accounts

if TYPE_CHECKING:
    import duckdb


class NativeBill(NamedTuple):
    """One vendor's bill. `write` makes the table `<feed>_rows` of the month whose bounds are set, and writes it."""

    feed: str
    provider: str
    currency: str
    write: Callable[[duckdb.DuckDBPyConnection, Path, Month], None]


BILLS = [
    NativeBill("aws_cur", "AWS", "USD", aws_cur.write_bill),
    NativeBill("azure_cost", "Microsoft", "EUR", azure_cost.write_bill),
    NativeBill("gcp_billing", "Google Cloud", "USD", gcp_billing.write_bill),
    NativeBill("openai", "OpenAI", "USD", openai.write_bill),
    NativeBill("anthropic", "Anthropic", "USD", anthropic.write_bill),
    NativeBill("databricks", "Databricks", "USD", databricks.write_bill),
    NativeBill("snowflake", "Snowflake", "USD", snowflake.write_bill),
]


def write_native_bills(connection: duckdb.DuckDBPyConnection, to: Path, months: list[Month]) -> None:
    """Write every vendor's bills below `to`, and add them to the truth."""
    make_accounts(connection)
    for month in months:
        connection.execute(
            f"set variable month_start = date '{month.start}'; set variable month_end = date '{month.end}'"
        )
        for bill in BILLS:
            bill.write(connection, to / bill.feed, month)
            truth.add_native_bill(connection, bill.feed, bill.provider, bill.currency)
        openai.add_usage(connection)
        anthropic.add_usage(connection)
