"""Real exports, read in place; skipped where they are absent."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import Dbt, query
from tests.end_to_end.conftest import Run

pytestmark = pytest.mark.slow


def test_the_focus_sample_adds_up_exactly(real: Run) -> None:
    sums = """
        select sum(billed_cost_in_billing_currency), sum(effective_cost_in_billing_currency) from showback.ledger
        where (posting_period, charge_group_id) in (
            select month, charge_group_id from coverage.ownership where feed = 'focus'
        )
    """
    assert query(real.current, sums) == [(Decimal("20.520226728990"), Decimal("14.976514185860"))]


def test_tags_show_up_as_owners_with_no_policy_written(real: Run) -> None:
    found = query(
        real.current,
        """
        with bill as (
            select distinct json_extract_string("Tags", '$.application') as project,
                json_extract_string("Tags", '$.business_unit') as team,
                case json_extract_string("Tags", '$.environment')
                    when 'prod' then 'production' when 'dev' then 'development' else 'unknown'
                end as stage
            from focus.cost_and_usage
            where "x_Feed" = 'focus' and "ServiceProviderName" = 'AWS' and "Tags" is not null
        )
        select count(*), count(*) filter (costs.project_id is null)
        from bill left join (select distinct team_id, project_id, lifecycle_stage from showback.monthly_costs) as costs
            on bill.project = costs.project_id and bill.team = costs.team_id and bill.stage = costs.lifecycle_stage
        """,
    )
    assert found[0][0] > 20
    assert found[0][1] == 0


def test_a_cluster_meets_its_machine_on_the_bill(real: Run) -> None:
    """The report says `i-i-0aaa...`, Amazon `i-0aaa...`. Of a month on the bill the cluster has three days."""
    rows = query(
        real.current,
        """
        select cluster_name, machine_id, account, currency, status, days_seen, days_on_bill, billed_cost, effective_cost
        from reconciliation.clusters_vs_bill
        """,
    )
    machine = ("demo-cluster", "i-0aaa11111111train", "999999999999", "USD", "matched", 3, 3)
    # Covered by a savings plan: no line of its own on the invoice, and 21.40 of the commitment an hour.
    assert rows == [(*machine, 0, 72 * Decimal("21.4"))]


def test_plain_dbt_build_passes_on_what_was_ingested(real: Run, tmp_path: Path) -> None:
    warehouse = Path(shutil.copyfile(real.warehouse, tmp_path / "apportion.duckdb"))
    # The unit tests test the code, not the data: tests/project/test_dbt.py builds with them.
    build = ["build", "--exclude-resource-type", "unit_test"]
    Dbt(warehouse, tmp_path / "target", is_plain=True)(*build)
    parsed_before = Dbt(warehouse, tmp_path / "target")
    parsed_before(*build, "--select", "marts.showback", "tag:coverage")
    parsed_before("docs", "generate")
