"""Real exports, read in place; skipped where they are absent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import Dbt, apportion, query

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The FOCUS sample, published with the project's own policy."""
    base = tmp_path_factory.mktemp("real")
    (base / "exports").mkdir()
    (base / "exports/focus").mkdir()
    (base / "exports/focus/focus_1_0_sample.csv").write_bytes((shared / "focus/focus_1_0_sample.csv").read_bytes())
    apportion(
        "run", "--exports", base / "exports", "--warehouse", base / "w.duckdb", "--published", base / "published",
        "--focus",
    )  # fmt: skip
    return base


def test_the_focus_sample_adds_up_exactly(real: Path) -> None:
    sums = query(
        real / "published/current/apportion.duckdb",
        "select sum(billed_cost), sum(total_cost) from showback.monthly_costs",
    )
    assert sums == [(Decimal("20.520226728990"), Decimal("14.976514185860"))]


def test_tags_show_up_as_owners_with_no_policy_written(real: Path) -> None:
    found = query(
        real / "published/current/apportion.duckdb",
        """
        with bill as (
            select distinct json_extract_string("Tags", '$.application') as project,
                json_extract_string("Tags", '$.business_unit') as team,
                case json_extract_string("Tags", '$.environment')
                    when 'prod' then 'production' when 'dev' then 'development' else 'unknown'
                end as stage
            from focus.cost_and_usage where "ServiceProviderName" = 'AWS' and "Tags" is not null
        )
        select count(*), count(*) filter (costs.project_id is null)
        from bill left join (select distinct team_id, project_id, lifecycle_stage from showback.monthly_costs) as costs
            on bill.project = costs.project_id and bill.team = costs.team_id and bill.stage = costs.lifecycle_stage
        """,
    )
    assert found[0][0] > 20
    assert found[0][1] == 0


def test_plain_dbt_build_passes_on_what_was_ingested(real: Path) -> None:
    # The unit tests test the code, not the data: tests/project/test_dbt.py builds with them.
    build = ["build", "--exclude-resource-type", "unit_test"]
    Dbt(real / "w.duckdb", real / "target", is_plain=True)(*build)
    parsed_before = Dbt(real / "w.duckdb", real / "target")
    parsed_before(*build, "--select", "marts.showback", "tag:coverage")
    parsed_before("docs", "generate")
