"""The company's Databricks account: extracts of billable usage, a month each, and of the list prices, as Parquet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_parquet, load
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb

ACCOUNT = "9d3b7c52-60f1-4a8e-b1d7-27e4c0a95f38"

# SKU, product, usage type, unit, resource, least and most units of a day, cost component
SKUS = [
    ("ENTERPRISE_JOBS_COMPUTE", "JOBS", "COMPUTE_TIME", "DBU", "cluster", 20, 300, "compute"),
    ("ENTERPRISE_ALL_PURPOSE_COMPUTE", "ALL_PURPOSE", "COMPUTE_TIME", "DBU", "cluster", 2, 60, "compute"),
    ("ENTERPRISE_SERVERLESS_SQL_COMPUTE_US_EAST", "SQL", "COMPUTE_TIME", "DBU", "warehouse", 4, 90, "compute"),
    ("ENTERPRISE_SERVERLESS_REAL_TIME_INFERENCE", "MODEL_SERVING", "GPU_TIME", "DBU", "endpoint", 50, 900, "compute"),
    ("ENTERPRISE_FOUNDATION_MODEL_SERVING", "MODEL_SERVING", "TOKEN", "DBU", "endpoint", 10, 400, "model_api"),
    ("ENTERPRISE_DATABRICKS_STORAGE_US_EAST", "DEFAULT_STORAGE", "STORAGE_SPACE", "DSU", None, 100, 900, "storage"),
]

# What a unit costs from a day on, by the list and in effect. One price is raised, one is lower for a while.
_OPENING, _RAISE, _PROMOTION_ENDS = date(2025, 2, 1), date(2026, 7, 15), date(2026, 9, 1)
PRICES = [
    ("ENTERPRISE_JOBS_COMPUTE", _OPENING, _RAISE, "0.20", "0.20"),
    ("ENTERPRISE_JOBS_COMPUTE", _RAISE, None, "0.22", "0.22"),
    ("ENTERPRISE_ALL_PURPOSE_COMPUTE", _OPENING, None, "0.65", "0.65"),
    ("ENTERPRISE_SERVERLESS_SQL_COMPUTE_US_EAST", _OPENING, None, "0.70", "0.70"),
    ("ENTERPRISE_SERVERLESS_REAL_TIME_INFERENCE", _OPENING, _PROMOTION_ENDS, "0.07", "0.035"),
    ("ENTERPRISE_SERVERLESS_REAL_TIME_INFERENCE", _PROMOTION_ENDS, None, "0.07", "0.07"),
    ("ENTERPRISE_FOUNDATION_MODEL_SERVING", _OPENING, None, "0.07", "0.07"),
    ("ENTERPRISE_DATABRICKS_STORAGE_US_EAST", _OPENING, None, "0.023", "0.023"),
]


def write_bill(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """Make the table `databricks_rows` of one month, and write its usage and all prices."""
    load(
        connection,
        "databricks_skus",
        "sku_name varchar, product varchar, usage_type varchar, unit varchar, resource varchar, low integer,"
        " high integer, cost_component varchar",
        SKUS,
    )
    load(
        connection,
        "databricks_prices",
        "sku_name varchar, valid_from date, valid_to date, list_price decimal(12, 6), price decimal(12, 6)",
        PRICES,
    )
    connection.execute(_ROWS)
    copy_parquet(connection, _USAGE, folder / "usage" / f"{month}" / "part-00000.snappy.parquet", "snappy")
    copy_parquet(connection, _LIST_PRICES, folder / "list_prices" / "part-00000.snappy.parquet", "snappy")


# One record per workspace, project, SKU and day; in the sandbox somebody plays now and then. Where the meter was
# wrong, the record is taken back nine days later and stated anew.
_ROWS = """
create or replace table databricks_rows as
with

used as (
    select
        accounts.*,
        coalesce(env, 'sandbox') as workspace,
        skus.*,
        charge_date,
        concat_ws('/', workspace, coalesce(project_id, ''), sku_name) as resource_key,
        concat_ws('/', resource_key, charge_date) as row_key,
        cast(low + draw(row_key, 'dbu quantity') * (high - low) as decimal(18, 6)) as used_quantity
    from tagged_accounts(3) as accounts, databricks_skus as skus, month_days()
    where draw(resource_key, 'dbu uses') < 0.6 and (project_id is not null or pick(row_key, 'dbu plays', 10) = 0)
),

recorded as (
    select *, 'ORIGINAL' as record_type, used_quantity as quantity, 1 as ingested_after from used
    union all
    select
        used.*,
        record_type,
        cast(used_quantity * part as decimal(18, 6)),
        9
    from used, (values ('RETRACTION', -1.0), ('RESTATEMENT', 0.8)) as corrections(record_type, part)
    where pick(row_key, 'dbu restated', 30) = 0
)

select
    recorded.*,
    cast(quantity * price as decimal(28, 12)) as billed_cost,
    cast(quantity * price as decimal(28, 12)) as effective_cost,
    1 as charges
from recorded
inner join databricks_prices as prices
    on recorded.sku_name = prices.sku_name
        and charge_date >= valid_from
        and charge_date < coalesce(valid_to, date '9999-12-31')
"""

# The names of jobs and notebooks, and who ran them, are of persons.
_USAGE = f"""
select
    guid(concat_ws('/', row_key, record_type), 'record') as record_id,
    '{ACCOUNT}' as account_id,
    cast(4470012345678900 + list_position(['prod', 'dev', 'sandbox'], workspace) as varchar) as workspace_id,
    sku_name,
    'AWS' as cloud,
    timezone('UTC', charge_date + interval 7 hour) as usage_start_time,
    timezone('UTC', charge_date + interval 8 hour) as usage_end_time,
    charge_date as usage_date,
    if(project_id is null, cast(map {{}} as map(varchar, varchar)),
        map {{'team': team_id, 'project': project_id, 'env': env}}) as custom_tags,
    unit as usage_unit,
    cast(quantity as decimal(38, 18)) as usage_quantity,
    {{
        'cluster_id': if(resource = 'cluster', digest(resource_key, 'cluster', 20), null),
        'warehouse_id': if(resource = 'warehouse', digest(resource_key, 'warehouse', 16), null),
        'endpoint_id': if(resource = 'endpoint', digest(resource_key, 'endpoint', 32), null),
        'job_id': if(product = 'JOBS', cast(pick(resource_key, 'job', 900000) as varchar), null),
        'job_name': if(product = 'JOBS', 'nightly of vera.okonkwo@lumenfold.example', null),
        'notebook_path': if(product = 'ALL_PURPOSE', '/Users/vera.okonkwo@lumenfold.example/scratch', null)
    }} as usage_metadata,
    {{'run_as': 'vera.okonkwo@lumenfold.example', 'owned_by': cast(null as varchar)}} as identity_metadata,
    record_type,
    charge_date + ingested_after as ingestion_date,
    product as billing_origin_product,
    {{'is_serverless': sku_name like '%SERVERLESS%', 'jobs_tier': if(product = 'JOBS', 'CLASSIC', null)}}
        as product_features,
    usage_type
from databricks_rows
order by charge_date, row_key, record_type
"""

_LIST_PRICES = f"""
select
    timezone('UTC', cast(valid_from as timestamp)) as price_start_time,
    timezone('UTC', cast(valid_to as timestamp)) as price_end_time,
    '{ACCOUNT}' as account_id,
    sku_name,
    'AWS' as cloud,
    'USD' as currency_code,
    unit as usage_unit,
    {{
        'default': cast(list_price as decimal(38, 18)),
        'promotional': {{'default': cast(if(price < list_price, price, null) as decimal(38, 18))}},
        'effective_list': {{'default': cast(price as decimal(38, 18))}}
    }} as pricing
from databricks_prices
inner join databricks_skus using (sku_name)
order by sku_name, valid_from
"""
