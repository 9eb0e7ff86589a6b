"""What an analytics engineer types, on a warehouse in which nothing was delivered yet."""

from __future__ import annotations

import re

import duckdb
import pytest

# They build the whole project.
pytestmark = pytest.mark.slow

ANALYSES = ["top_movers_of_a_month", "unallocated_by_service", "what_a_restatement_changed"]


def test_every_unit_test_passes(built, manifest):
    """`dbt build` runs the unit tests of the models it builds; `dbt test` runs them alone."""
    printed = built("test", "--select", "test_type:unit")
    passed = int(re.search(r"PASS=(\d+)", printed).group(1))
    assert passed == len(manifest["unit_tests"]) > 30


@pytest.fixture(scope="module")
def company(built, tmp_path_factory):
    """Two months of showback, one of them delivered twice, written into the empty warehouse."""
    file = tmp_path_factory.mktemp("company") / "warehouse.duckdb"
    file.write_bytes(built.warehouse.read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            insert into showback.monthly_costs by name
            select *, 'production' as lifecycle_stage, 'unknown' as ai_activity, 'Cloud' as provider_name,
                total_cost as direct_cost, 0 as shared_cost
            from (values
                ('2026-08', 'red', 'atlas', 'compute', 100, 100, 'USD'),
                ('2026-09', 'red', 'atlas', 'compute', 150, 150, 'USD'),
                ('2026-09', 'blue', 'bolt', 'storage', 10, 10, 'USD'),
                ('2027-09', 'blue', 'bolt', 'licenses', 5, 0, 'USD')
            ) as costs (month, team_id, project_id, cost_component, total_cost, billed_cost, currency);
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


def answer(company, text: str) -> list[dict]:
    """The rows of an analysis."""
    with duckdb.connect(str(company), read_only=True) as connection:
        schema = re.search(r'"(\w+)"\."\w+"\."\w+"', text).group(1)
        table = connection.sql(text.replace(f'"{schema}".', '"warehouse".'))
        return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize("month", [None, "2026-08"])
def test_an_analysis_compiles_and_runs(compiled, company, name, month):
    """A question that people ask once a quarter must not break in between."""
    answer(company, compiled[month][name])


def test_the_latest_month_is_meant_when_none_is_named(compiled, company):
    """Red moved by 50 and blue by 10; in August red was new. The year ahead is prepaid, not the latest month."""
    latest = answer(company, compiled[None]["top_movers_of_a_month"])
    assert [(row["team_id"], row["cost_change"]) for row in latest] == [("red", 50), ("blue", 10)]
    august = answer(company, compiled["2026-08"]["top_movers_of_a_month"])
    assert [(row["team_id"], row["cost_change"]) for row in august] == [("red", 100)]


def test_unallocated_money_is_shown_by_service(compiled, company):
    """7 of virtual machines have no owner."""
    rows = answer(company, compiled[None]["unallocated_by_service"])
    assert [(row["service_name"], row["effective_cost"]) for row in rows] == [("Virtual Machines", 7)]


def test_a_restatement_shows_rows_and_money_before_and_after(compiled, company):
    """Two rows more, ten dollars less."""
    row = answer(company, compiled[None]["what_a_restatement_changed"])[0]
    assert (row["rows_change"], row["billed_cost_change"]) == (2, -10)
