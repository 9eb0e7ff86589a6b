"""The AWS organization of a laboratory that was bought: CUR 2.0 of Data Exports, as Parquet with its manifests."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_parquet, load, write_json
from orchestration.sample_company.months import Month
from orchestration.sample_company.native_bills.aws_cur_columns import COLUMNS, PAYER

if TYPE_CHECKING:
    import duckdb

BUCKET, EXPORT = "halcyon-finops", "finops/lab-cur2"
# A part of this month was refunded after it had been closed.
RESTATED = Month(2026, 8)

CLAUDE = "7g37a9xkq2mm4c1b8d0w5z6te"
PRODUCTS = [
    ("AmazonEC2", "Amazon Elastic Compute Cloud", "AWS"),
    ("AmazonEKS", "Amazon Elastic Container Service for Kubernetes", "AWS"),
    ("AmazonS3", "Amazon Simple Storage Service", "AWS"),
    ("AmazonBedrock", "Amazon Bedrock", "AWS"),
    ("AmazonSageMaker", "Amazon SageMaker", "AWS"),
    ("ComputeSavingsPlans", "Savings Plans for AWS Compute usage", "AWS"),
    (CLAUDE, "Claude Opus 4.6 (Amazon Bedrock Edition)", "AWS Marketplace"),
]

ON_DEMAND, PLAN, RESERVED = "Usage", "SavingsPlanCoveredUsage", "DiscountedUsage"

# type of the line item, product, family, usage type, unit, on-demand rate, rate under the commitment,
# least and most quantity of a day, cost component
SKUS = [
    (ON_DEMAND, "AmazonEC2", "Compute Instance", "BoxUsage:g5.12xlarge", "Hrs", "5.672", None, 1, 10, "compute"),
    (PLAN, "AmazonEC2", "Compute Instance", "BoxUsage:m6i.4xlarge", "Hrs", "0.768", "0.5069", 18, 24, "compute"),
    (RESERVED, "AmazonEC2", "Compute Instance", "BoxUsage:c6i.2xlarge", "Hrs", "0.34", "0.2142", 20, 24, "compute"),
    (ON_DEMAND, "AmazonEC2", "Storage", "EBS:VolumeUsage.gp3", "GB-Mo", "0.08", None, 2, 40, "storage"),
    (ON_DEMAND, "AmazonEC2", "Data Transfer", "DataTransfer-Out-Bytes", "GB", "0.09", None, 1, 80, "network"),
    (ON_DEMAND, "AmazonS3", "Storage", "TimedStorage-ByteHrs", "GB-Mo", "0.023", None, 10, 90, "storage"),
    (ON_DEMAND, "AmazonSageMaker", "ML Instance", "USE1-Train:ml.g5.48xlarge", "Hrs", "20.36", None, 1, 6, "compute"),
    (ON_DEMAND, "AmazonSageMaker", "ML Instance", "USE1-Host:ml.g5.xlarge", "Hrs", "1.408", None, 8, 24, "compute"),
    (ON_DEMAND, "AmazonSageMaker", "ML Instance", "USE1-Notebk:ml.t3.medium", "Hrs", "0.05", None, 1, 9, "compute"),
    (ON_DEMAND, "AmazonSageMaker", "ML Instance", "USE1-Processing:ml.m5.xlarge", "Hrs", "0.23", None, 1, 9, "compute"),
    *(
        (ON_DEMAND, product, family, usage_type, "1K tokens", rate, None, low, high, "model_api")
        for product, family, usage_type, rate, low, high in [
            ("AmazonBedrock", "Amazon Bedrock", "USE1-NovaLite-input-tokens", "0.00006", 900, 90000),
            ("AmazonBedrock", "Amazon Bedrock", "USE1-NovaLite-output-tokens-batch", "0.00012", 200, 9000),
            (CLAUDE, None, "USE1-Claude4.6Opus-input-tokens-cross-region-global", "0.005", 90, 4000),
            (CLAUDE, None, "USE1-Claude4.6Opus-output-tokens-cross-region-global", "0.025", 20, 900),
            (CLAUDE, None, "USE1-Claude4.6Opus-cache-read-input-token-count-cross-region-global", "0.0005", 90, 9000),
            (CLAUDE, None, "USE1-Claude4.6Opus-cache-write-input-token-count-1-hour", "0.01", 9, 400),
        ]
    ),
]

# A day of the shared cluster's node: whose container took it (by number among the production accounts, None is the
# system's own), its part, and its part of what nobody used. CPU to memory is 9 to 1; all parts are the node.
CONTAINERS = [
    (0, "pod/detector", "USE1-EKS-EC2-vCPU-Hours", "0.360", "0.090"),
    (0, "pod/detector", "USE1-EKS-EC2-GB-Hours", "0.040", "0.010"),
    (1, "pod/router", "USE1-EKS-EC2-vCPU-Hours", "0.216", "0.054"),
    (1, "pod/router", "USE1-EKS-EC2-GB-Hours", "0.024", "0.006"),
    (None, "pod/coredns", "USE1-EKS-EC2-vCPU-Hours", "0.144", "0.036"),
    (None, "pod/coredns", "USE1-EKS-EC2-GB-Hours", "0.016", "0.004"),
]


def write_bill(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """Make the table `aws_cur_rows` of one month, and write each execution of its export."""
    load(connection, "aws_cur_products", "product_code varchar, product_name varchar, billing_entity varchar", PRODUCTS)
    load(
        connection,
        "aws_cur_skus",
        "item_type varchar, product_code varchar, family varchar, usage_type varchar, unit varchar,"
        " rate decimal(18, 6), committed_rate decimal(18, 6), low integer, high integer, cost_component varchar",
        SKUS,
    )
    load(
        connection,
        "aws_cur_containers",
        "tenant integer, container varchar, usage_type varchar, used_part decimal(4, 3), unused_part decimal(4, 3)",
        CONTAINERS,
    )
    steps = [_ACCOUNTS, _USAGE, _NEGATIONS, _PLAN_FEES, _RESERVATION_FEE, _NODE, _CONTAINERS, _OF_THE_INVOICE]
    executions = [(month.end.replace(day=5), "item_type <> 'Refund'")]
    if month == RESTATED:
        steps.append(_REFUND)
        so_far = f"started_at < date '{month.start.replace(day=20)}' and item_type not in ('Tax', 'Credit', 'Refund')"
        executions = [(month.start.replace(day=20), so_far), *executions, (month.end.replace(day=12), "true")]
    for step in steps:
        connection.execute(step)
    for run_on, condition in executions:
        _write_execution(connection, folder, month, run_on, condition)
    connection.execute(_UNUSED)


def _write_execution(
    connection: duckdb.DuckDBPyConnection, folder: Path, month: Month, run_on: date, condition: str
) -> None:
    """One run of the export: the month anew, as far as it goes, and the manifest that comes last."""
    execution = connection.execute("select guid(?, 'execution')", [f"{month}/{run_on}"]).fetchall()[0][0]
    name = EXPORT.rpartition("/")[2]
    place = f"BILLING_PERIOD={month}/{run_on:%Y%m%d}T061500Z-{execution}"
    part = f"{EXPORT}/data/{place}/{name}-00001.snappy.parquet"
    # Until the month is over there is no invoice.
    invoice = "invoice_id" if run_on >= month.end else "cast(null as varchar)"
    query = f"""
        select {COLUMNS}
        from (select * replace ({invoice} as invoice_id) from aws_cur_rows where {condition})
        inner join aws_cur_products using (product_code)
        order by started_at, row_key
    """
    copy_parquet(connection, query, folder / part, "snappy")
    columns = connection.execute(f"select column_name, column_type from (describe {query})").fetchall()
    manifest = {
        "executionId": execution,
        "exportArn": f"arn:aws:bcm-data-exports:us-east-1:{PAYER}:export/{name}",
        "columns": [
            {"name": column, "type": kind.partition("(")[0].lower().replace("varchar", "string")}
            for column, kind in columns
        ],
        "dataFiles": [f"s3://{BUCKET}/{part}"],
        "additionalOutputFiles": [],
    }
    write_json(manifest, folder / EXPORT / "metadata" / place / f"{name}-Manifest.json")


# Three member accounts. The two maps of tags spell the same key in two ways.
_ACCOUNTS = """
create or replace table aws_cur_accounts as
select
    *,
    coalesce(env, 'sandbox') as account_name,
    case env when 'prod' then '004471203998' when 'dev' then '310044781190' else '619984420173' end as account_id,
    case when project_id is not null then map {'team': team_id, 'project': project_id, 'env': env} end as tags,
    row_number() over (partition by env order by project_id) - 1 as tenant
from tagged_accounts(1)
"""

# One row per account, SKU and day. What is under a commitment runs all day in production; in the sandbox somebody
# plays now and then.
_USAGE = """
create or replace table aws_cur_rows as
with

used as (
    select
        accounts.* exclude (tenant),
        skus.*,
        concat_ws('/', account_name, coalesce(project_id, ''), usage_type) as resource_key,
        concat_ws('/', resource_key, charge_date) as row_key,
        charge_date,
        cast(charge_date as timestamp) as started_at,
        cast(low + draw(row_key, 'cur quantity') * (high - low) as decimal(18, 4)) as quantity
    from aws_cur_accounts as accounts, aws_cur_skus as skus, month_days()
    where if(item_type = 'Usage', draw(resource_key, 'cur uses') < 0.35, env = 'prod')
        and (project_id is not null or pick(row_key, 'cur plays', 10) = 0)
),

priced as (
    select
        *,
        cast(quantity * rate as decimal(28, 10)) as on_demand_cost,
        cast(quantity * committed_rate as decimal(28, 10)) as committed_cost
    from used
)

select
    * exclude (low, high),
    usage_type as description,
    started_at + interval 1 day as ended_at,
    'i-' || digest(resource_key, 'cur resource', 17) as resource_id,
    if(item_type = 'DiscountedUsage', 0, on_demand_cost) as unblended_cost,
    'INV' || digest(getvariable('month_start'), 'cur invoice', 8) as invoice_id,
    cast(null as decimal(28, 10)) as commitment,
    cast(null as decimal(28, 10)) as used_commitment,
    cast(null as decimal(28, 10)) as split_cost,
    cast(null as decimal(28, 10)) as unused_cost,
    cast(null as varchar) as parent_id,
    if(item_type = 'Usage', on_demand_cost, 0) as billed_cost,
    coalesce(committed_cost, on_demand_cost) as effective_cost,
    1 as charges
from priced
"""

# Each takes back the on-demand value of what the plan covers: no charge of its own.
_NEGATIONS = """
insert into aws_cur_rows by name
select * exclude (tags, resource_id, committed_cost) replace (
    'SavingsPlanNegation' as item_type,
    row_key || '/negation' as row_key,
    -unblended_cost as unblended_cost,
    0 as charges
)
from aws_cur_rows
where item_type = 'SavingsPlanCoveredUsage'
"""

# The plan commits to all hours of the day. What of it nobody used is consumed by whoever bought it.
_PLAN_FEES = """
insert into aws_cur_rows by name
with

days as (
    select
        started_at,
        ended_at,
        charge_date,
        invoice_id,
        cast(24 * max(committed_rate) * count(*) as decimal(28, 10)) as commitment,
        sum(committed_cost) as used_commitment
    from aws_cur_rows
    where item_type = 'SavingsPlanCoveredUsage'
    group by all
)

select
    days.*,
    'SavingsPlanRecurringFee' as item_type,
    'ComputeSavingsPlans' as product_code,
    'ComputeSP:1yrNoUpfront' as usage_type,
    'Savings Plan, one year, no upfront' as description,
    'plan/' || started_at as row_key,
    '004471203998' as account_id,
    'prod' as account_name,
    commitment as unblended_cost,
    owners.team_id,
    owners.project_id,
    owners.lifecycle_stage,
    'rule' as attribution,
    'compute' as cost_component,
    commitment as billed_cost,
    commitment - used_commitment as effective_cost,
    2 as charges
from days
inner join owners on owners.kind = 'lab-savings-plan'
"""

# A month of all hours of the reserved machines, on its first day.
_RESERVATION_FEE = """
insert into aws_cur_rows by name
with

reserved as (
    select
        invoice_id,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        24 * count(*) as quantity,
        cast(24 * max(committed_rate) * count(*) as decimal(28, 10)) as fee,
        sum(committed_cost) as used_cost
    from aws_cur_rows
    where item_type = 'DiscountedUsage'
    group by invoice_id
)

select
    reserved.* exclude (fee, used_cost),
    'RIFee' as item_type,
    'AmazonEC2' as product_code,
    'HeavyUsage:c6i.2xlarge' as usage_type,
    'USD 0.2142 hourly fee per Linux/UNIX (Amazon VPC), c6i.2xlarge instance' as description,
    'reservation' as row_key,
    '004471203998' as account_id,
    'prod' as account_name,
    'Hrs' as unit,
    fee as unblended_cost,
    fee - used_cost as unused_cost,
    getvariable('month_start') as charge_date,
    'unknown' as lifecycle_stage,
    'untagged' as attribution,
    'compute' as cost_component,
    fee as billed_cost,
    0 as effective_cost,
    1 as charges
from reserved
"""

# The line of the fee says it too: of the truth it is another charge, of what nobody used.
_UNUSED = """
insert into aws_cur_rows by name
select
    charge_date,
    'unknown' as lifecycle_stage,
    'pool:unused_commitment' as attribution,
    cost_component,
    0 as billed_cost,
    unused_cost as effective_cost,
    1 as charges
from aws_cur_rows
where item_type = 'RIFee'
"""

# Billed to the team that runs the cluster, consumed by whose containers ran there.
_NODE = """
insert into aws_cur_rows by name
select distinct
    'Usage' as item_type,
    'AmazonEC2' as product_code,
    'Compute Instance' as family,
    'BoxUsage:m6i.8xlarge' as usage_type,
    'EKS node' as description,
    'node/' || started_at as row_key,
    invoice_id,
    started_at,
    ended_at,
    charge_date,
    '004471203998' as account_id,
    'prod' as account_name,
    'i-' || digest('node', 'cur resource', 17) as resource_id,
    24 as quantity,
    'Hrs' as unit,
    1.536 as rate,
    24 * 1.536 as on_demand_cost,
    24 * 1.536 as unblended_cost,
    map {'team': 'ml-platform', 'project': 'training-runtime', 'env': 'production'} as tags,
    'ml-platform' as team_id,
    'training-runtime' as project_id,
    'production' as lifecycle_stage,
    'tagged' as attribution,
    'compute' as cost_component,
    24 * 1.536 as billed_cost,
    0 as effective_cost,
    1 as charges
from aws_cur_rows
where item_type = 'SavingsPlanCoveredUsage'
"""

_CONTAINERS = """
insert into aws_cur_rows by name
select
    'Usage' as item_type,
    'AmazonEKS' as product_code,
    containers.usage_type,
    'Split cost of a node' as description,
    concat_ws('/', container, containers.usage_type, nodes.started_at) as row_key,
    nodes.invoice_id,
    nodes.started_at,
    nodes.ended_at,
    nodes.account_id,
    nodes.account_name,
    container as resource_id,
    nodes.resource_id as parent_id,
    nodes.quantity * used_part as quantity,
    nodes.on_demand_cost * used_part as split_cost,
    nodes.on_demand_cost * unused_part as unused_cost,
    0 as unblended_cost,
    map_concat(
        map {'aws:eks:cluster-name': 'lab', 'aws:eks:namespace': split_part(container, '/', 2)},
        coalesce(accounts.tags, map {})
    ) as tags,
    nodes.charge_date,
    accounts.team_id,
    accounts.project_id,
    coalesce(accounts.lifecycle_stage, 'unknown') as lifecycle_stage,
    coalesce(accounts.attribution, 'untagged') as attribution,
    'compute' as cost_component,
    0 as billed_cost,
    nodes.on_demand_cost * (used_part + unused_part) as effective_cost,
    1 as charges
from aws_cur_rows as nodes
cross join aws_cur_containers as containers
left join aws_cur_accounts as accounts on accounts.env = 'prod' and accounts.tenant = containers.tenant
where nodes.description = 'EKS node'
"""

# A credit and a tax are of the invoice: no resource, no tags, the whole month.
_OF_THE_INVOICE = """
insert into aws_cur_rows by name
with

items(item_type, description, product_codes, rate, attribution) as (
    values
        ('Credit', 'Start-up program credit', '%', -0.01, 'untagged'),
        ('Tax', 'Tax for product code AmazonEC2', 'AmazonEC2', 0.04, 'pool:support_and_tax')
),

amounts as (
    select
        items.* exclude (product_codes, rate),
        invoice_id,
        cast(round(sum(billed_cost) * any_value(items.rate), 2) as decimal(28, 10)) as amount
    from aws_cur_rows as charged
    inner join items on charged.product_code like items.product_codes
    group by all
)

select
    amounts.* exclude (amount),
    item_type as row_key,
    'AmazonEC2' as product_code,
    cast(getvariable('month_start') as timestamp) as started_at,
    cast(getvariable('month_end') as timestamp) as ended_at,
    '004471203998' as account_id,
    'prod' as account_name,
    getvariable('month_start') as charge_date,
    owners.team_id,
    'unknown' as lifecycle_stage,
    'compute' as cost_component,
    amount as unblended_cost,
    amount as billed_cost,
    amount as effective_cost,
    1 as charges
from amounts
left join owners on attribution = 'pool:' || owners.kind
"""

# Half of a day that a service was down, with the tags of its resource.
_REFUND = """
insert into aws_cur_rows by name
select * replace (
    'Refund' as item_type,
    'Service level refund' as description,
    row_key || '/refund' as row_key,
    unblended_cost * -0.5 as unblended_cost,
    billed_cost * -0.5 as billed_cost,
    effective_cost * -0.5 as effective_cost
)
from aws_cur_rows
where item_type = 'Usage' and tags is not null and parent_id is null and description <> 'EKS node'
order by product_code = 'AmazonSageMaker' desc, row_key
limit 1
"""
