"""What plain dbt, called in the repository, does to a warehouse that `apportion run` keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import partitions
from orchestration.dbt_project import prepared
from orchestration.project import project
from orchestration.publishing.refusal import refusal
from orchestration.warehouse import connect
from tests.conftest import Dbt, apportion, charges, query, write_csv

pytestmark = pytest.mark.slow

RULE = {
    **{"rule_id": "lab", "priority": "1", "feed": "focus", "field": "account", "operator": "equals"},
    **{"pattern": "0012", "team_id": "robotics", "project_id": "", "lifecycle_stage": "", "ai_activity": ""},
    **{"pool_id": "", "valid_from": "", "valid_to": ""},
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dbt, Path, list]:
    """Two months that nobody tagged, published once with a policy that is not the repository's."""
    base = tmp_path_factory.mktemp("house")
    for month, until in (("2026-08", "2026-09"), ("2026-09", "2026-10")):
        dates = {"BillingPeriodStart": f"{month}-01", "BillingPeriodEnd": f"{until}-01"}
        dates |= {"ChargePeriodStart": f"{month}-02", "ChargePeriodEnd": f"{month}-03"}
        write_csv(base / f"exports/focus/{month}/a.csv", charges(5, Tags="", **dates))
    write_csv(base / "policy/ownership_rules.csv", [RULE])
    options = ["--exports", base / "exports", "--policy", base / "policy"]
    options += ["--warehouse", base / "w.duckdb", "--published", base / "published"]
    apportion("run", *options)
    prepared()
    return Dbt(base / "w.duckdb", base / "target"), base / "published/current/apportion.duckdb", options


def forgotten(dbt: Dbt) -> list[str]:
    """The periods of which nobody knows any more what they were built from."""
    return [
        period
        for (period,) in query(
            dbt.warehouse, "select billing_period from ingestion.builds where inputs is null order by 1"
        )
    ]


def teams(file: Path) -> list[str]:
    return [team for (team,) in query(file, "select distinct team_id from showback.monthly_costs order by 1")]


def test_what_only_reads_forgets_nothing(house) -> None:
    """To look at the project, or to test the code, must not cost a rebuild of every month."""
    dbt, _, _ = house
    dbt("parse")
    dbt("compile", "--select", "monthly_costs")
    dbt("docs", "generate", "--select", "monthly_costs")
    dbt("test", "--select", "monthly_costs", "--exclude-resource-type", "unit_test")
    dbt("build", "--select", "monthly_costs,test_type:unit", "int_ownership__names,test_type:unit")
    assert forgotten(dbt) == []


def test_a_month_that_plain_dbt_builds_is_built_again(house) -> None:
    """dbt loaded other seeds, and shows their owners where this policy was published."""
    dbt, published, options = house
    assert teams(published) == ["robotics"]
    dbt("run", "--select", "monthly_costs", "--vars", "{billing_periods: ['2026-08']}")
    assert forgotten(dbt) == ["2026-08"]
    dbt("seed", "--select", "pools")
    assert forgotten(dbt) == ["2026-08", "2026-09"]
    dbt("build", "--exclude-resource-type", "unit_test", "test")
    assert teams(dbt.warehouse) == ["unallocated"]
    refused = apportion("publish", *options[2:], check=False)
    assert refused.returncode == 1 and "2026-08, 2026-09" in refused.stderr, "a mixture is not published"
    assert "2026-08, 2026-09" in refusal(published.parents[1])["why"], "and readers are told"
    apportion("run", *options)
    assert refusal(published.parents[1]) is None
    assert teams(dbt.warehouse) == teams(published) == ["robotics"]
    assert forgotten(dbt) == []


def test_a_month_that_nobody_delivered_makes_the_next_run_build(house) -> None:
    """Seeds and the tables without periods are of the repository's policy, and no month would be stale."""
    dbt, _, options = house
    dbt("seed", "--vars", "{billing_periods: ['2024-01']}")
    assert forgotten(dbt) == ["2024-01"]
    where = project(warehouse=dbt.warehouse, policy=options[3])
    with connect(dbt.warehouse) as connection:
        assert partitions.stale_periods(connection, partitions.surroundings(where)) == ["2024-01"]


def test_an_empty_warehouse_has_nothing_to_forget(tmp_path: Path) -> None:
    Dbt(tmp_path / "w.duckdb", tmp_path / "target")("seed", "--select", "pools")
