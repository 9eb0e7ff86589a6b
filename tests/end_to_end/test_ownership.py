"""What an owner's change of mind does to the months that are built."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orchestration.project import ROOT
from tests.conftest import apportion, charges, query, write_csv
from tests.end_to_end.conftest import Run

pytestmark = pytest.mark.slow

COSTS_BY_TEAM = "select team_id, sum(total_cost), sum(billed_cost) from showback.monthly_costs group by all order by 1"


def test_less_than_a_twentieth_is_nobodys_and_links_find_what_no_tag_says(sample: Run) -> None:
    """What links found is compared with the truth where all charges are."""
    by_evidence = dict(
        query(sample.current, "select owner_evidence, sum(effective_cost) from coverage.ownership group by all")
    )
    assert by_evidence["link"] > 0
    assert by_evidence["none"] < sum(by_evidence.values()) / 20


def test_without_any_policy_a_run_works_and_nothing_is_anybodys(tmp_path) -> None:
    """Whoever tries it has bills and no policy yet: the totals are there, and no tag has a meaning."""
    write_csv(tmp_path / "exports/focus/a.csv", charges(3, Tags='{"team": "red"}'))
    (tmp_path / "policy").mkdir()
    run = Run(tmp_path / "exports", tmp_path / "w.duckdb", tmp_path / "published")
    places = ["--exports", run.exports, "--warehouse", run.warehouse, "--published", run.published]
    apportion("run", *places, "--policy", tmp_path / "policy")
    assert query(run.current, COSTS_BY_TEAM) == [("unallocated", 24, 30)]
    assert "is sound" in apportion("policy", "check", "--policy", tmp_path / "policy").stdout


def test_a_tag_that_came_late_moves_money_and_leaves_totals(tmp_path) -> None:
    """A machine without tags until the 10th was red's from the 5th on; the days before stay nobody's."""
    days = [
        {"ChargePeriodStart": f"2026-09-{day:02}T00:00:00Z", "ChargePeriodEnd": f"2026-09-{day + 1:02}T00:00:00Z"}
        for day in (4, 5, 9)
    ]
    write_csv(tmp_path / "exports/focus/a.csv", [row for day in days for row in charges(1, Tags="", **day)])
    policy = tmp_path / "policy"
    policy.mkdir()
    for file in (ROOT / "seeds" / "policy").glob("*.csv"):
        (policy / file.name).write_bytes(file.read_bytes())
    run = Run(tmp_path / "exports", tmp_path / "w.duckdb", tmp_path / "published")
    places = ["--exports", run.exports, "--warehouse", run.warehouse, "--published", run.published, "--policy", policy]
    apportion("run", *places)
    assert query(run.current, COSTS_BY_TEAM) == [("unallocated", 24, 30)]
    write_csv(
        policy / "tag_overrides.csv",
        [{"resource_id": "vm-0", "team_id": "red", "valid_from": "2026-09-05", "reason": "tagged on the 10th"}],
    )
    apportion("run", *places)
    assert query(run.current, COSTS_BY_TEAM) == [("red", 16, 20), ("unallocated", 8, 10)]
    moved = "select team_id, total_cost_change, billed_cost_change from reconciliation.restatements order by 1"
    assert query(run.current, moved) == [("red", 16, 20), ("unallocated", -16, -20)]
    evidence = "select valid_from::varchar, team_id, owner_evidence, effective_cost from coverage.ownership order by 1"
    assert query(run.current, evidence) == [
        ("0001-01-01", "unallocated", "none", Decimal(8)),
        ("2026-09-05", "red", "override", Decimal(16)),
    ]
