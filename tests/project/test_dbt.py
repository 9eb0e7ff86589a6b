"""What an analytics engineer types, on a warehouse in which nothing was delivered yet."""

from __future__ import annotations

import json
import re
import subprocess

import duckdb
import pytest

from orchestration.project import ROOT
from orchestration.publishing.publication import CHECKS, columns_of, public_tables
from orchestration.warehouse import connect
from tests.conftest import Dbt, query

# They build the whole project.
pytestmark = pytest.mark.slow

ANALYSES = ["needs_of_each_stage", "top_movers_of_a_month", "unallocated_by_service", "what_a_restatement_changed"]


def test_every_unit_test_passes(built, manifest):
    """`dbt build` runs the unit tests of the models that it builds."""
    results = json.loads((built.target / "run_results.json").read_text())["results"]
    passed = [one for one in results if one["unique_id"].startswith("unit_test.") and one["status"] == "pass"]
    assert len(passed) == len(manifest["unit_tests"]) > 30


def test_documented_columns_are_the_real_ones(built, models):
    """A description of a column that is gone misleads more than none. Contracts see to the marts."""
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index)"
            " from duckdb_columns() group by all"
        ).fetchall()
    real = dict(rows)
    for model in models.values():
        is_kept = model["config"]["materialized"] in ("table", "incremental")
        if model["columns"] or (is_kept and model["fqn"][1] == "intermediate"):
            name = f"{model['schema']}.{model['alias']}"
            assert list(model["columns"]) == real[name], name


def test_every_column_of_what_is_published_is_described(built, manifest, tmp_path):
    """Also of the tables that Python writes: who reads them does not care who did."""
    described = {
        (node["schema"], node.get("alias") or node["identifier"]): {
            name: column["description"].strip() for name, column in node["columns"].items()
        }
        for node in (*manifest["nodes"].values(), *manifest["sources"].values())
        if node["resource_type"] in ("model", "source")
    }
    file = tmp_path / "warehouse.duckdb"
    file.write_bytes(built.warehouse.read_bytes())
    with connect(file) as connection:
        connection.execute(CHECKS)
        views = [("focus", "cost_and_usage"), ("focus", "cost_and_usage_allocated"), ("showback", "allocation_lines")]
        published = [*public_tables(connection), *views]
        real = {table: [name for name, _ in columns_of(connection, "warehouse", *table)] for table in published}
    assert {("ingestion", "deliveries"), ("ingestion", "files"), ("reconciliation", "checks")} < set(real)
    assert {table: list(described.get(table, ())) for table in published} == real
    assert [table for table in published if not all(described[table].values())] == []


def test_a_table_that_was_built_with_other_columns_is_left_alone(built, tmp_path):
    """Its other months would have nulls in a new column, and what a model no longer has would stay in them."""
    file = tmp_path / "warehouse.duckdb"
    file.write_bytes(built.warehouse.read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            alter table charges.int_charges__groups drop column tags;
            alter table charges.int_charges__groups add column label varchar;
            insert into charges.int_charges__groups by name select '2026-09' as billing_period;
            """
        )
    dbt = Dbt(file, tmp_path / "target")
    build = ["run", "--select", "int_charges__groups"]
    done = subprocess.run(dbt.command(*build), capture_output=True, text=True, env=dbt.environment, cwd=ROOT)
    assert done.returncode == 1
    told = "Only in the table: label VARCHAR. Only in the model: tags VARCHAR. Build it with --full-refresh."
    assert told in " ".join(done.stdout.split())
    assert query(file, "select count(*) from charges.int_charges__groups") == [(1,)]
    dbt(*build, "--full-refresh")
    assert query(file, "select count(*), count(tags) from charges.int_charges__groups") == [(0, 0)]


@pytest.fixture(scope="module")
def showback(built, tmp_path_factory):
    """Two months of showback, one of them delivered twice, written into the empty warehouse."""
    file = tmp_path_factory.mktemp("showback") / "warehouse.duckdb"
    file.write_bytes(built.warehouse.read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            insert into showback.monthly_costs by name
            select *, team_id as current_team_id, 'production' as lifecycle_stage, 'unknown' as ai_activity,
                'Cloud' as provider_name, total_cost as direct_cost, 0 as shared_cost
            from (values
                ('2026-08', 'red', 'atlas', 'compute', 100, 100, 'USD'),
                ('2026-09', 'red', 'atlas', 'compute', 150, 150, 'USD'),
                ('2026-09', 'blue', 'bolt', 'storage', 10, 10, 'USD'),
                ('2027-09', 'blue', 'bolt', 'licenses', 5, 0, 'USD')
            ) as costs (month, team_id, project_id, cost_component, total_cost, billed_cost, currency);
            insert into lifecycle.costs_by_stage by name
            select '2026-09' as month, 'atlas' as project_id, 'unknown' as ai_activity, 'USD' as currency, *
            from (values
                ('production', 'compute', 120, 0.8, 60, null), ('production', 'model_api', 30, 0.2, null, 2000000),
                ('testing', 'compute', null, null, 4, null)
            ) as stages (lifecycle_stage, cost_component, total_cost, share_of_project, gpu_hours, tokens);
            insert into charges.int_charges__groups by name
            select '2026-09' as billing_period, 'g1' as charge_group_id, 'Virtual Machines' as service_name;
            insert into sharing.int_sharing__direct_postings by name
            select '2026-09' as billing_period, 'g1' as charge_group_id, 'unallocated' as team_id,
                7 as effective_cost, 8 as billed_cost;
            insert into ingestion.deliveries by name
            select * from (values
                ('d1', 'focus', 'acme', '2026-09', 10, 100, 'USD', timestamp '2026-10-01', 'superseded'),
                ('d2', 'focus', 'acme', '2026-09', 12, 90, 'USD', timestamp '2026-10-05', 'current')
            ) as deliveries
                (delivery_id, feed, account_id, billing_period, rows, billed_cost, currency, received_at, status);
            """
        )
    return file


@pytest.fixture(scope="module")
def compiled(built):
    """The text of each analysis, with and without a month."""

    def texts(*arguments: str) -> dict[str, str]:
        built("compile", "--select", "resource_type:analysis", *arguments)
        folder = built.target / "compiled" / "apportion" / "analyses"
        return {path.stem: path.read_text() for path in folder.glob("*.sql")}

    return {None: texts(), "2026-08": texts("--vars", "{month: 2026-08}")}


def answer(showback, text: str) -> list[dict]:
    """The rows of an analysis."""
    with duckdb.connect(str(showback), read_only=True) as connection:
        schema = re.search(r'"(\w+)"\."\w+"\."\w+"', text).group(1)
        table = connection.sql(text.replace(f'"{schema}".', '"warehouse".'))
        return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize("month", [None, "2026-08"])
def test_an_analysis_compiles_and_runs(compiled, showback, name, month):
    """A question that people ask once a quarter must not break in between."""
    answer(showback, compiled[month][name])


def test_the_latest_month_is_meant_when_none_is_named(compiled, showback):
    """Red moved by 50 and blue by 10; in August red was new. The year ahead is prepaid, not the latest month."""
    latest = answer(showback, compiled[None]["top_movers_of_a_month"])
    assert [(row["team_id"], row["cost_change"]) for row in latest] == [("red", 50), ("blue", 10)]
    august = answer(showback, compiled["2026-08"]["top_movers_of_a_month"])
    assert [(row["team_id"], row["cost_change"]) for row in august] == [("red", 100)]


def test_unallocated_money_is_shown_by_service(compiled, showback):
    """7 of virtual machines have no owner."""
    rows = answer(showback, compiled[None]["unallocated_by_service"])
    assert [(row["service_name"], row["effective_cost"]) for row in rows] == [("Virtual Machines", 7)]


def test_a_restatement_shows_rows_and_money_before_and_after(compiled, showback):
    """Two rows more, ten dollars less."""
    row = answer(showback, compiled[None]["what_a_restatement_changed"])[0]
    assert (row["rows_change"], row["billed_cost_change"]) == (2, -10)


def test_each_stage_shows_what_it_needs_and_what_a_unit_of_it_costs(compiled, showback):
    """120 for 60 GPU-hours is 2 an hour; the hours of testing, which nobody is charged for, are not free."""
    rows = answer(showback, compiled[None]["needs_of_each_stage"])
    assert [
        (row["lifecycle_stage"], row["total_cost"], row["gpu_hours"], row["compute_cost_per_gpu_hour"]) for row in rows
    ] == [("production", 150, 60, 2), ("testing", None, 4, None)]
    assert [row["model_api_cost_per_million_tokens"] for row in rows] == [15, None]
