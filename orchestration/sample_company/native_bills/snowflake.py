"""The company's Snowflake organization: USAGE_IN_CURRENCY_DAILY as CSV, a month each, in dollars of two decimals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_csv, load
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb

# rating type, service type, usage type, dollars for a unit, least and most units of a day, cost component
SERVICES = [
    ("compute", "WAREHOUSE_METERING", "compute", "3.00", "4", "60", "compute"),
    ("compute", "SNOWPIPE_STREAMING", "snowpipe streaming", "3.00", "0.2", "3", "compute"),
    ("compute", "AI_SERVICES", "ai services", "3.00", "0.5", "12", "model_api"),
    ("storage", "STORAGE", "storage", "0.77", "2", "9", "storage"),
    ("data transfer", "DATA_TRANSFER", "data transfer", "20.00", "0.01", "0.4", "network"),
]


def write_bill(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """Make the table `snowflake_rows` of one month, and write it."""
    load(
        connection,
        "snowflake_services",
        "rating_type varchar, service_type varchar, usage_type varchar, price decimal(8, 2), low decimal(8, 2),"
        " high decimal(8, 2), cost_component varchar",
        SERVICES,
    )
    for step in (_USAGE, _ADJUSTMENTS, _REBATE):
        connection.execute(step)
    copy_csv(connection, _COLUMNS, folder / f"{month}" / "usage_in_currency_daily.csv")


# Capacity that was bought ahead pays until the 25th of a month, what goes over it is invoiced.
_USAGE = """
create or replace table snowflake_rows as
with

used as (
    select
        *,
        concat_ws('/', charge_date, account_id, service_type) as row_key,
        cast(low + draw(row_key, 'snow usage') * (high - low) as decimal(18, 3)) * if(attribution = 'untagged', 0.1, 1)
            as used
    from untagged_account_days('snowflake'), snowflake_services
)

select
    * exclude (used, low, high),
    cast(used as decimal(18, 3)) as usage,
    if(day(charge_date) > 25, 'overage', 'capacity') as balance_source,
    'consumption' as billing_type,
    false as is_adjustment,
    cast(round(used * price, 2) as decimal(28, 2)) as billed_cost,
    billed_cost as effective_cost,
    1 as charges
from used
"""

# Cloud services up to a tenth of the day's credits are free.
_ADJUSTMENTS = """
insert into snowflake_rows by name
select * replace (
    row_key || '/adjustment' as row_key,
    'adj for incl cloud services' as usage_type,
    true as is_adjustment,
    cast(usage * -0.05 as decimal(18, 3)) as usage,
    cast(round(billed_cost * -0.05, 2) as decimal(28, 2)) as billed_cost,
    cast(round(billed_cost * -0.05, 2) as decimal(28, 2)) as effective_cost
)
from snowflake_rows
where service_type = 'WAREHOUSE_METERING'
"""

# Given to the organization, not to one of its accounts.
_REBATE = """
insert into snowflake_rows by name
select
    'rebate' as row_key,
    getvariable('month_end') - 1 as charge_date,
    'rebate' as usage_type,
    'rebate' as balance_source,
    'rebate' as billing_type,
    'other' as rating_type,
    false as is_adjustment,
    0 as usage,
    'unknown' as lifecycle_stage,
    'untagged' as attribution,
    'other' as cost_component,
    round(sum(billed_cost) * -0.02, 2) as billed_cost,
    round(sum(billed_cost) * -0.02, 2) as effective_cost,
    1 as charges
from snowflake_rows
"""

_COLUMNS = """
select
    'LUMENFOLD' as "ORGANIZATION_NAME",
    '0017743' as "CONTRACT_NUMBER",
    upper(replace(account_name, 'snowflake-', '')) as "ACCOUNT_NAME",
    account_id as "ACCOUNT_LOCATOR",
    if(account_id is not null, 'AWS_EU_CENTRAL_1', null) as "REGION",
    if(account_id is not null, 'ENTERPRISE', null) as "SERVICE_LEVEL",
    charge_date as "USAGE_DATE",
    usage_type as "USAGE_TYPE",
    'USD' as "CURRENCY",
    usage as "USAGE",
    billed_cost as "USAGE_IN_CURRENCY",
    balance_source as "BALANCE_SOURCE",
    billing_type as "BILLING_TYPE",
    rating_type as "RATING_TYPE",
    service_type as "SERVICE_TYPE",
    upper(cast(is_adjustment as varchar)) as "IS_ADJUSTMENT"
from snowflake_rows
order by charge_date, row_key
"""
