"""The company's Google Cloud: the resource level billing export, as BigQuery writes it to JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_json, load
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb

BILLING_ACCOUNT = "01A2B3-C4D5E6-F70819"
EXPORT = "gcp_billing_export_resource_v1_01A2B3_C4D5E6_F70819"

# service, SKU, its words, priced unit, list price, least and most quantity of a day, component
SKUS = [
    ("Compute Engine", "2E27", "N1 Instance Core running in EMEA", "hour", "0.031611", 16, 384, "compute"),
    ("Compute Engine", "8A31", "Nvidia H100 80GB GPU attached to VMs in EMEA", "hour", "2.790000", 1, 24, "compute"),
    ("Compute Engine", "D973", "Storage PD Capacity", "gibibyte", "0.001290", 20, 900, "storage"),
    ("Compute Engine", "9B41", "Network Internet Egress from EMEA to EMEA", "gibibyte", "0.085000", 1, 60, "network"),
    ("Vertex AI", "77C0", "Gemini 2.5 Flash GA Text Input - Predictions", "million", "0.300000", 2, 90, "model_api"),
    ("Vertex AI", "77C1", "Gemini 2.5 Flash GA Text Output - Predictions", "million", "2.500000", 1, 20, "model_api"),
    ("Vertex AI", "5D10", "Vertex AI: Custom Training Nvidia L4 GPU", "hour", "0.644046", 1, 48, "compute"),
]
# What a priced unit is made of.
UNITS = [("hour", "seconds", 3600), ("gibibyte", "bytes", 1024**3), ("million", "count", 1_000_000)]


def write_bill(connection: duckdb.DuckDBPyConnection, folder: Path, month: Month) -> None:
    """Make the table `gcp_billing_rows` of one invoice month, and write it as an extract of its own."""
    load(
        connection,
        "gcp_skus",
        "service varchar, sku_id varchar, words varchar, pricing_unit varchar, price decimal(18, 6),"
        " low integer, high integer, cost_component varchar",
        SKUS,
    )
    load(connection, "gcp_units", "pricing_unit varchar, unit varchar, per_priced bigint", UNITS)
    connection.execute(_ROWS)
    connection.execute(_TAX)
    copy_json(connection, _EXPORTED, folder / EXPORT / str(month) / "export-000000000000.json")


# One row per Google project, SKU and day. Google's labels are lower case.
_ROWS = """
create or replace table gcp_billing_rows as
with

accounts as (
    select
        coalesce('lumenfold-' || project_id || '-' || env, 'lumenfold-playground') as account_id,
        *,
        if(project_id is null, [], [{'key': 'team', 'value': team_id}, {'key': 'project', 'value': project_id},
            {'key': 'env', 'value': env}]) as labels
    from tagged_accounts(0)
),

used as (
    select
        accounts.*,
        gcp_skus.*,
        gcp_units.unit,
        gcp_units.per_priced,
        cast(day as timestamp) as usage_start_time,
        cast(day as date) as charge_date,
        concat_ws('/', account_id, sku_id, day) as row_key,
        cast(low + draw(concat_ws('/', account_id, sku_id, day), 'gcp quantity') * (high - low) as decimal(18, 2))
            as priced_quantity
    from accounts, gcp_skus natural join gcp_units,
        -- What was used on the last day of the month before is invoiced in this one.
        generate_series(getvariable('month_start') - 1, getvariable('month_end') - 2, interval 1 day) as days(day)
    where draw(concat_ws('/', account_id, sku_id), 'gcp uses') < 0.6
),

costed as (
    select *, cast(priced_quantity * price as decimal(28, 12)) as cost from used
),

credited as (
    select
        *,
        case when sku_id = '2E27' then cast(cost * -0.2 as decimal(28, 12)) end as sustained_use,
        case when pick(row_key, 'gcp promotion', 12) = 0 then cast(cost * -0.05 as decimal(28, 12)) end as promotion
    from costed
)

select
    *,
    'regular' as cost_type,
    1 + (sustained_use is not null)::integer + (promotion is not null)::integer as charges,
    cost + coalesce(sustained_use, 0) + coalesce(promotion, 0) as billed_cost,
    cost + coalesce(sustained_use, 0) as effective_cost
from credited
"""

# A tax names no project: it belongs to everybody.
_TAX = """
insert into gcp_billing_rows by name
select
    'Invoice' as service,
    'tax' as sku_id,
    'Tax' as words,
    'tax' as row_key,
    'tax' as cost_type,
    'other' as cost_component,
    'pool:support_and_tax' as attribution,
    owners.team_id,
    owners.lifecycle_stage,
    cast(getvariable('month_start') as timestamp) as usage_start_time,
    getvariable('month_start') as charge_date,
    1 as charges,
    taxes.tax as cost,
    taxes.tax as billed_cost,
    taxes.tax as effective_cost
from (select cast(round(sum(billed_cost) * 0.08, 2) as decimal(28, 12)) as tax from gcp_billing_rows) as taxes
inner join owners on owners.kind = 'support_and_tax'
"""

_EXPORTED = f"""
select
    '{BILLING_ACCOUNT}' as billing_account_id,
    {{'id': left(md5(service), 8), 'description': service}} as service,
    {{'id': sku_id, 'description': words}} as sku,
    strftime(usage_start_time, '%Y-%m-%d %H:%M:%S UTC') as usage_start_time,
    strftime(usage_start_time + interval 1 day, '%Y-%m-%d %H:%M:%S UTC') as usage_end_time,
    if(account_id is not null, {{'id': account_id, 'name': account_id, 'labels': labels}}, null) as project,
    coalesce(labels, []) as labels,
    [{{'key': 'compute.googleapis.com/cores', 'value': '8'}}] as system_labels,
    {{'region': 'europe-west4', 'zone': 'europe-west4-a'}} as location,
    if(account_id is not null, {{
        'name': digest(account_id || sku_id, 'vm', 12),
        'global_name': concat_ws('/', '//cloud', account_id, digest(account_id || sku_id, 'vm', 12))
    }}, null) as resource,
    cost,
    cost as cost_at_list,
    'USD' as currency,
    {{'amount': priced_quantity * per_priced, 'unit': unit, 'amount_in_pricing_units': priced_quantity,
        'pricing_unit': pricing_unit}} as usage,
    list_filter([
        if(sustained_use is not null, {{'id': 'sud', 'full_name': 'Sustained use', 'type': 'SUSTAINED_USAGE_DISCOUNT',
            'name': 'Sustained use', 'amount': sustained_use}}, null),
        if(promotion is not null, {{'id': 'startup', 'full_name': 'Startup program', 'type': 'PROMOTION',
            'name': 'Startup program', 'amount': promotion}}, null)
    ], lambda credit: credit is not null) as credits,
    {{'month': strftime(getvariable('month_start'), '%Y%m')}} as invoice,
    cost_type,
    strftime(usage_start_time + interval 29 hour, '%Y-%m-%d %H:%M:%S UTC') as export_time
from gcp_billing_rows
order by usage_start_time, row_key
"""
