"""The bills in the vendors' own formats: as the vendor writes them, and read once more, without the feeds."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest


def in_truth(books: duckdb.DuckDBPyConnection, feed: str) -> list[tuple]:
    """Month, billed and effective cost of a feed."""
    return books.execute(
        "select month, sum(billed_cost), sum(effective_cost) from truth where feed = ? group by all order by 1", [feed]
    ).fetchall()


# Google


def test_the_google_export_is_its_part_of_the_truth(books: duckdb.DuckDBPyConnection, company: Path):
    """Cost and all credits are billed; promotions make nothing cheaper."""
    billed: dict[str, Decimal] = {}
    effective: dict[str, Decimal] = {}
    for file in (company / "gcp_billing").rglob("*.json"):
        for line in file.read_text().splitlines():
            row = json.loads(line, parse_float=Decimal)
            month = f"{row['invoice']['month'][:4]}-{row['invoice']['month'][4:]}"
            kept = [credit for credit in row["credits"] if credit["type"] != "PROMOTION"]
            for sums, credits in ((billed, row["credits"]), (effective, kept)):
                sums[month] = sums.get(month, 0) + row["cost"] + sum(credit["amount"] for credit in credits)
    assert in_truth(books, "gcp_billing") == [(month, billed[month], effective[month]) for month in sorted(billed)]


# Amazon

LAB_EXPORT = "aws_cur/finops/lab-cur2"


def executions(company: Path) -> list[tuple[str, Path, dict]]:
    """Month, Parquet file and manifest of every execution, the newest of a month last."""
    found = []
    for manifest in sorted((company / LAB_EXPORT / "metadata").glob("*/*/lab-cur2-Manifest.json")):
        content = json.loads(manifest.read_text())
        (name,) = content["dataFiles"]
        month = manifest.parent.parent.name.removeprefix("BILLING_PERIOD=")
        found.append((month, company / "aws_cur" / name.removeprefix("s3://halcyon-finops/"), content))
    return found


def as_it_is(*files: Path) -> str:
    """The files without what a reader tells from the names of their folders."""
    return f"read_parquet({list(map(str, files))}, hive_partitioning = false)"


@pytest.fixture(scope="module")
def cur(company: Path) -> duckdb.DuckDBPyConnection:
    """A database with `items`: the newest execution of each month, its doubles as decimals."""
    connection = duckdb.connect()
    newest = {month: file for month, file, _ in executions(company)}.values()
    connection.execute(f"create table items as from {as_it_is(*newest)}")
    doubles = connection.execute(
        "select column_name from duckdb_columns() where table_name = 'items' and data_type = 'DOUBLE'"
    ).fetchall()
    for (name,) in doubles:
        digits = f"cast(cast({name} as varchar) as decimal(38, 12))"
        connection.execute(f"alter table items alter {name} type decimal(38, 12) using {digits}")
    return connection


def test_each_execution_lies_in_a_folder_of_its_own_beside_its_manifest(company: Path):
    months = [month for month, _, _ in executions(company)]
    once = dict.fromkeys(["2026-04", "2026-05", "2026-06", "2026-07", "2026-09"], 1)
    assert {month: months.count(month) for month in months} == {**once, "2026-08": 3}
    for month, file, manifest in executions(company):
        stamp, _, execution = file.parent.name.partition("-")
        assert file.parent.parent.name == f"BILLING_PERIOD={month}"
        assert (execution, stamp[8:]) == (manifest["executionId"], "T061500Z")
    assert len(list((company / LAB_EXPORT / "data").rglob("*.parquet"))) == len(months)


def test_the_manifest_lists_the_columns_of_cur_2(company: Path):
    _, file, manifest = executions(company)[-1]
    listed = {column["name"]: column["type"] for column in manifest["columns"]}
    types = dict(duckdb.sql(f"select column_name, column_type from (describe from {as_it_is(file)})").fetchall())
    assert list(listed) == list(types)
    maps = {name for name, kind in listed.items() if kind == "map"}
    assert maps == {"cost_category", "discount", "product", "resource_tags", "tags"}
    assert {types[name] for name in maps} == {"MAP(VARCHAR, VARCHAR)", "MAP(VARCHAR, DOUBLE)"}
    assert set(listed.values()) == {"string", "timestamp", "double", "map"}


def test_the_month_grows_until_it_is_closed_and_is_refunded_in_part_afterwards(company: Path):
    """A reader of all three executions would charge the month almost three times."""
    columns = "count(*), count(bill_invoice_id), count(*) filter (line_item_line_item_type = 'Refund')"
    so_far, closed, restated = (
        duckdb.sql(f"select {columns} from {as_it_is(file)}").fetchall()[0]
        for month, file, _ in executions(company)
        if month == "2026-08"
    )
    assert so_far[1:] == (0, 0)
    assert so_far[0] < closed[0]
    assert closed == (closed[0], closed[0], 0)
    assert restated == (closed[0] + 1, closed[0] + 1, 1)


def test_every_kind_of_line_item_names_its_commitment(cur: duckdb.DuckDBPyConnection):
    kinds = cur.sql(
        """
        select line_item_line_item_type, bool_and(savings_plan_savings_plan_a_r_n is not null),
            bool_and(reservation_reservation_a_r_n is not null)
        from items group by all
        """
    ).fetchall()
    of_a_plan = ["SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanRecurringFee"]
    assert {kind: (plan, reservation) for kind, plan, reservation in kinds} == {
        **dict.fromkeys(["Usage", "Tax", "Credit", "Refund"], (False, False)),
        **dict.fromkeys(of_a_plan, (True, False)),
        **dict.fromkeys(["DiscountedUsage", "RIFee"], (False, True)),
    }


def test_a_negation_takes_back_what_the_plan_covers_and_the_fee_says_what_was_used(cur: duckdb.DuckDBPyConnection):
    days = cur.sql(
        """
        select sum(line_item_unblended_cost) filter (line_item_line_item_type <> 'SavingsPlanRecurringFee'),
            sum(savings_plan_savings_plan_effective_cost) = sum(savings_plan_used_commitment),
            sum(savings_plan_used_commitment) < sum(savings_plan_total_commitment_to_date)
        from items where savings_plan_savings_plan_a_r_n is not null
        group by line_item_usage_start_date
        """
    ).fetchall()
    assert set(days) == {(0, True, True)}


def test_the_containers_are_their_node_to_the_last_decimal(cur: duckdb.DuckDBPyConnection):
    days = cur.sql(
        """
        select sum(container.split_line_item_split_cost + container.split_line_item_unused_cost)
            - any_value(node.line_item_unblended_cost), sum(container.line_item_unblended_cost), count(*)
        from items as container
        inner join items as node
            on container.split_line_item_parent_resource_id = node.line_item_resource_id
                and container.line_item_usage_start_date = node.line_item_usage_start_date
        group by container.line_item_usage_start_date
        """
    ).fetchall()
    assert set(days) == {(0, 0, 6)}


def test_the_laboratory_is_its_part_of_the_truth(books: duckdb.DuckDBPyConnection, cur: duckdb.DuckDBPyConnection):
    """The invoice is the sum of its unblended costs; what was consumed is told kind by kind."""
    read = cur.sql(
        """
        select strftime(bill_billing_period_start_date, '%Y-%m'), sum(line_item_unblended_cost),
            sum(case
                when split_line_item_parent_resource_id is not null then 0
                when line_item_line_item_type = 'SavingsPlanCoveredUsage' then savings_plan_savings_plan_effective_cost
                when line_item_line_item_type = 'SavingsPlanNegation' then 0
                when line_item_line_item_type = 'SavingsPlanRecurringFee'
                    then savings_plan_total_commitment_to_date - savings_plan_used_commitment
                when line_item_line_item_type = 'DiscountedUsage' then reservation_effective_cost
                when line_item_line_item_type = 'RIFee' then reservation_unused_recurring_fee
                else line_item_unblended_cost
            end)
        from items group by all order by 1
        """
    ).fetchall()
    assert in_truth(books, "aws_cur") == read


def test_a_tag_is_spelled_in_two_ways(cur: duckdb.DuckDBPyConnection):
    keys = cur.sql(
        "select list_sort(list_distinct(flatten(list(map_keys(resource_tags))))),"
        " list_sort(list_distinct(flatten(list(map_keys(tags))))) from items"
    ).fetchall()[0]
    assert keys == (
        ["aws_eks_cluster-name", "aws_eks_namespace", "user_env", "user_project", "user_team"],
        ["aws:eks:cluster-name", "aws:eks:namespace", "user:env", "user:project", "user:team"],
    )


# Microsoft


@pytest.fixture(scope="module")
def azure(company: Path) -> duckdb.DuckDBPyConnection:
    """A database with `rows`: both exports of every month, with the name of the export."""
    connection = duckdb.connect()
    connection.execute(
        f"""
        create table rows as
        select *, cast("Cost" as decimal(38, 12)) as amount, strptime("Date", '%m/%d/%Y') as day,
            split_part(filename, '/', -4) as export
        from read_csv('{company}/azure_cost/**/*.csv', all_varchar = true, filename = true)
        """
    )
    return connection


def test_each_run_of_an_export_has_a_manifest_that_counts_its_rows(company: Path):
    manifests = sorted((company / "azure_cost").rglob("manifest.json"))
    assert len(manifests) == 12
    for file in manifests:
        manifest = json.loads(file.read_text())
        export, period, run = file.parts[-4:-1]
        (blob,) = manifest["blobs"]
        part = company / "azure_cost" / blob["blobName"]
        assert part.parent == file.parent
        assert (blob["byteCount"], manifest["blobCount"]) == (part.stat().st_size, 1)
        assert blob["dataRowCount"] == len(part.read_text().splitlines()) - 1
        assert (manifest["exportConfig"]["exportName"], manifest["runInfo"]["runId"]) == (export, run)
        assert f"lab-{manifest['exportConfig']['type'].lower()}" == export
        assert period[:8] == manifest["runInfo"]["startDate"][:10].replace("-", "")


def test_the_file_is_that_of_an_enterprise_agreement(company: Path, azure: duckdb.DuckDBPyConnection):
    """A byte-order mark, 55 columns, American dates, tags without braces, resource ids in any case."""
    for file in (company / "azure_cost").rglob("*.csv"):
        header = file.read_bytes().split(b"\r\n")[0]
        assert header.startswith(b"\xef\xbb\xbfBillingAccountId,") and header.count(b",") == 54
    tags, spellings, currencies = azure.sql(
        """
        select list(distinct left("Tags", 9)), count(distinct split_part("ResourceId", '/', 4)),
            list(distinct "BillingCurrency")
        from rows where "Tags" is not null
        """
    ).fetchall()[0]
    assert (tags, spellings, currencies) == (['"Team": "'], 2, ["EUR"])


def test_the_reservation_is_bought_in_one_export_and_used_or_wasted_in_the_other(azure: duckdb.DuckDBPyConnection):
    found = azure.sql(
        """
        select export, "ChargeType", bool_or(amount <> 0) from rows where "PricingModel" = 'Reservation'
        group by all order by all
        """
    ).fetchall()
    assert found == [
        ("lab-actualcost", "Purchase", True),
        ("lab-actualcost", "Usage", False),
        ("lab-amortizedcost", "UnusedReservation", True),
        ("lab-amortizedcost", "Usage", True),
    ]
    months = azure.sql(
        """
        select sum(if(export = 'lab-actualcost', amount, -amount)) from rows where "PricingModel" = 'Reservation'
        group by month(day)
        """
    ).fetchall()
    assert set(months) == {(0,)}


def test_the_enrollment_is_its_part_of_the_truth(books: duckdb.DuckDBPyConnection, azure: duckdb.DuckDBPyConnection):
    read = azure.sql(
        """
        select strftime(day, '%Y-%m'), sum(amount) filter (export = 'lab-actualcost'),
            sum(amount) filter (export = 'lab-amortizedcost')
        from rows group by all order by 1
        """
    ).fetchall()
    assert in_truth(books, "azure_cost") == read


# Model APIs


def pages(folder: Path) -> list[dict]:
    """The monthly pages of an endpoint, their numbers as decimals; each is one document with every day of its month."""
    found = [json.loads(file.read_text(), parse_float=Decimal) for file in sorted(folder.glob("*.json"))]
    assert [len(page["data"]) for page in found] == [30, 31, 30, 31, 31, 30]
    assert {(page["has_more"], page["next_page"]) for page in found} == {(False, None)}
    return found


def results(folder: Path) -> list[tuple[dict, dict]]:
    """Every result of an endpoint behind its bucket."""
    return [(bucket, result) for page in pages(folder) for bucket in page["data"] for result in bucket["results"]]


def test_openai_buckets_are_days_of_unix_seconds(company: Path):
    for page in pages(company / "openai" / "costs"):
        assert page["object"] == "page"
        starts = [bucket["start_time"] for bucket in page["data"]]
        assert all(start % 86400 == 0 for start in starts)
        assert [bucket["end_time"] for bucket in page["data"]] == [start + 86400 for start in starts]


def test_openai_costs_are_their_part_of_the_truth(books: duckdb.DuckDBPyConnection, company: Path):
    """Grouped by project and line item, in small letters of the currency; a training is in no usage page."""
    billed: dict[str, Decimal] = {}
    for bucket, result in results(company / "openai" / "costs"):
        assert result["object"] == "organization.costs.result"
        assert result["amount"]["currency"] == "usd"
        assert result["project_id"].startswith("proj_") and result["api_key_id"] is None
        month = f"{datetime.fromtimestamp(bucket['start_time'], UTC):%Y-%m}"
        billed[month] = billed.get(month, 0) + result["amount"]["value"]
    assert in_truth(books, "openai") == [(month, cost, cost) for month, cost in sorted(billed.items())]
    items = {result["line_item"] for _, result in results(company / "openai" / "costs")}
    assert {"gpt-4.1-2025-04-14, cached input", "gpt-4.1-mini-2025-04-14, training"} < items


def test_openai_usage_is_what_the_costs_charge(company: Path):
    """Input tokens include the cached ones, which are a line item of their own."""
    folder = company / "openai"
    used: dict[str, int] = {}
    for endpoint in ("completions", "embeddings"):
        for _, result in results(folder / "usage" / endpoint):
            assert result["object"] == f"organization.usage.{endpoint}.result"
            cached = result.get("input_cached_tokens", 0)
            for kind, tokens in (
                ("input", result["input_tokens"] - cached),
                ("cached input", cached),
                ("output", result.get("output_tokens", 0)),
            ):
                used[f"{result['model']}, {kind}"] = used.get(f"{result['model']}, {kind}", 0) + tokens
    charged: dict[str, int] = {}
    for _, result in results(folder / "costs"):
        if "training" not in result["line_item"]:
            charged[result["line_item"]] = charged.get(result["line_item"], 0) + result["quantity"]
    assert charged == {item: tokens for item, tokens in used.items() if tokens}


def test_anthropic_amounts_are_texts_of_cents(books: duckdb.DuckDBPyConnection, company: Path):
    billed: dict[str, Decimal] = {}
    for bucket, result in results(company / "anthropic" / "cost_report"):
        assert isinstance(result["amount"], str) and result["currency"] == "USD"
        month = bucket["starting_at"][:7]
        billed[month] = billed.get(month, 0) + Decimal(result["amount"]) / 100
    assert in_truth(books, "anthropic") == [(month, cost, cost) for month, cost in sorted(billed.items())]
    workspaces = {result["workspace_id"] for _, result in results(company / "anthropic" / "cost_report")}
    assert len(workspaces) == 3 and None in workspaces, "the default workspace is null"


def test_anthropic_usage_is_without_the_cache_and_costs_by_the_kind_of_token(company: Path):
    folder = company / "anthropic"
    used: dict[str, int] = {}
    for _, result in results(folder / "usage_report" / "messages"):
        written = result["cache_creation"]["ephemeral_5m_input_tokens"]
        counts = {"uncached_input_tokens": result["uncached_input_tokens"], "output_tokens": result["output_tokens"]}
        counts |= {"cache_read_input_tokens": result["cache_read_input_tokens"]}
        counts |= {"cache_creation.ephemeral_5m_input_tokens": written}
        for kind, tokens in counts.items():
            name = f"{result['model']}, {kind}"
            used[name] = used.get(name, 0) + tokens
    prices = {"claude-opus-4-6": Decimal("0.0005"), "claude-haiku-4-5-20251001": Decimal("0.0001")}
    dearer = {
        **{"uncached_input_tokens": 1, "output_tokens": 5},
        **{"cache_read_input_tokens": Decimal("0.1"), "cache_creation.ephemeral_5m_input_tokens": Decimal("1.25")},
    }
    charged: dict[str, Decimal] = {}
    for _, result in results(folder / "cost_report"):
        if result["cost_type"] == "tokens":
            name = f"{result['model']}, {result['token_type']}"
            charged[name] = charged.get(name, 0) + Decimal(result["amount"])
    assert charged == {
        f"{model}, {kind}": used[f"{model}, {kind}"] * price * times
        for model, price in prices.items()
        for kind, times in dearer.items()
    }


# Data platforms


@pytest.fixture(scope="module")
def databricks(company: Path) -> duckdb.DuckDBPyConnection:
    """A database with the views `usage` and `list_prices`, in UTC."""
    connection = duckdb.connect()
    connection.execute(
        f"""
        set timezone = 'UTC';
        create view usage as from '{company}/databricks/usage/2026-*/part-00000.snappy.parquet';
        create view list_prices as from '{company}/databricks/list_prices/part-00000.snappy.parquet';
        """
    )
    return connection


def test_databricks_extracts_have_the_types_of_the_system_tables(databricks: duckdb.DuckDBPyConnection):
    usage = dict(databricks.sql("select column_name, column_type from (describe usage)").fetchall())
    prices = dict(databricks.sql("select column_name, column_type from (describe list_prices)").fetchall())
    assert usage["custom_tags"] == "MAP(VARCHAR, VARCHAR)"
    assert usage["usage_start_time"] == prices["price_start_time"] == "TIMESTAMP WITH TIME ZONE"
    assert usage["usage_quantity"] == "DECIMAL(38,18)"
    assert usage["usage_metadata"].startswith("STRUCT(cluster_id VARCHAR,")
    assert prices["pricing"] == (
        'STRUCT("default" DECIMAL(38,18), promotional STRUCT("default" DECIMAL(38,18)),'
        ' effective_list STRUCT("default" DECIMAL(38,18)))'
    )


def test_a_wrong_record_is_taken_back_later_and_stated_anew(databricks: duckdb.DuckDBPyConnection):
    kinds = databricks.sql(
        "select record_type, count(*), count(distinct record_id), bool_and(usage_quantity < 0) from usage group by all"
        " order by 1"
    ).fetchall()
    (original, restated, retracted) = kinds
    assert original[1] > 20 * restated[1] and restated[1] == retracted[1] > 10
    assert [(kind, is_negative) for kind, _, _, is_negative in kinds] == [
        ("ORIGINAL", False),
        ("RESTATEMENT", False),
        ("RETRACTION", True),
    ]
    assert all(count == ids for _, count, ids, _ in kinds)
    netted = databricks.sql(
        """
        select bool_and(original.usage_quantity + correction.usage_quantity = 0),
            bool_and(correction.ingestion_date > original.ingestion_date), count(*)
        from usage as correction
        inner join usage as original using (workspace_id, sku_name, usage_start_time, custom_tags)
        where correction.record_type = 'RETRACTION' and original.record_type = 'ORIGINAL'
            and original.usage_metadata is not distinct from correction.usage_metadata
        """
    ).fetchall()
    assert netted == [(True, True, retracted[1])]


def test_every_unit_has_the_price_of_its_moment(
    books: duckdb.DuckDBPyConnection, databricks: duckdb.DuckDBPyConnection
):
    """One price is raised in the middle of a month; what is charged is the effective price, not the default."""
    read = databricks.sql(
        """
        select strftime(usage_date, '%Y-%m'),
            sum(cast(usage_quantity as decimal(18, 6)) * cast(pricing.effective_list.default as decimal(18, 6))) as cost
        from usage
        inner join list_prices as prices
            on usage.sku_name = prices.sku_name and usage_start_time >= price_start_time
                and usage_start_time < coalesce(price_end_time, timestamptz '9999-12-31')
        group by all order by 1
        """
    ).fetchall()
    assert in_truth(books, "databricks") == [(month, cost, cost) for month, cost in read]


def test_snowflake_is_its_part_of_the_truth(books: duckdb.DuckDBPyConnection, company: Path):
    """Money of two decimals in columns of capitals; a rebate is of no account, and its amount is below zero."""
    billed: dict[str, Decimal] = {}
    rows = []
    for file in sorted((company / "snowflake").glob("*/usage_in_currency_daily.csv")):
        with file.open(newline="") as stream:
            rows += csv.DictReader(stream)
    for row in rows:
        amount = Decimal(row["USAGE_IN_CURRENCY"])
        assert amount == round(amount, 2) and row["IS_ADJUSTMENT"] in ("TRUE", "FALSE")
        billed[row["USAGE_DATE"][:7]] = billed.get(row["USAGE_DATE"][:7], 0) + amount
    assert in_truth(books, "snowflake") == [(month, cost, cost) for month, cost in sorted(billed.items())]
    rebates = [row for row in rows if row["BILLING_TYPE"] == "rebate"]
    assert len(rebates) == 6 and all(row["ACCOUNT_LOCATOR"] == "" for row in rebates)
    assert {row["BALANCE_SOURCE"] for row in rows} == {"capacity", "overage", "rebate"}
    assert list(rows[0])[:4] == ["ORGANIZATION_NAME", "CONTRACT_NUMBER", "ACCOUNT_NAME", "ACCOUNT_LOCATOR"]


# Owners


def test_what_knows_no_tags_is_owned_by_rule_or_by_nobody(books: duckdb.DuckDBPyConnection):
    found = books.execute(
        "select feed, list_sort(list(distinct attribution)) from truth"
        " where feed not in ('focus', 'licenses', 'timesheets') group by all order by 1"
    ).fetchall()
    assert found == [
        ("anthropic", ["rule", "untagged"]),
        ("aws_cur", ["pool:support_and_tax", "pool:unused_commitment", "rule", "tagged", "untagged"]),
        ("azure_cost", ["pool:unused_commitment", "tagged", "untagged"]),
        ("databricks", ["tagged", "untagged"]),
        ("gcp_billing", ["pool:support_and_tax", "tagged", "untagged"]),
        ("openai", ["rule", "untagged"]),
        ("snowflake", ["rule", "untagged"]),
    ]
