"""What an owner's change of mind does to the months that are built."""

from __future__ import annotations

import json
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


def test_what_a_model_version_is_tagged_on_is_of_the_runs_that_made_it(tmp_path) -> None:
    """Ranker 3 was trained in August for atlas, which red has; atlas went from testing to production on the 14th."""
    days = [
        {"ChargePeriodStart": f"2026-09-{day:02}T00:00:00Z", "ChargePeriodEnd": f"2026-09-{day + 1:02}T00:00:00Z"}
        for day in (13, 14)
    ]
    tags = '{"model_version": "ranker/3"}'
    write_csv(tmp_path / "exports/focus/a.csv", [row for day in days for row in charges(1, Tags=tags, **day)])
    mlflow = tmp_path / "exports/mlflow"
    mlflow.mkdir(parents=True)
    info = {"run_id": "r1", "experiment_id": "7", "status": "FINISHED", "lifecycle_stage": "active"}
    trained = {"start_time": 1785542400000, "end_time": 1785549600000}
    words = [{"key": "project", "value": "atlas"}, {"key": "env", "value": "dev"}]
    (mlflow / "runs.json").write_text(json.dumps({"runs": [{"info": info | trained, "data": {"tags": words}}]}))
    version = {"name": "ranker", "version": "3", "run_id": "r1", "current_stage": "None"}
    version |= {"creation_timestamp": 1785549600000, "last_updated_timestamp": 1785549600000}
    (mlflow / "model_versions.json").write_text(json.dumps({"model_versions": [version]}))
    policy = tmp_path / "policy"
    policy.mkdir()
    for name in ("tag_keys", "tag_values"):
        (policy / f"{name}.csv").write_bytes((ROOT / "seeds" / "policy" / f"{name}.csv").read_bytes())
    (policy / "teams.csv").write_text("team_id\nred\n")
    atlas = "atlas,red,testing,,2026-09-14\natlas,red,production,2026-09-14,\n"
    (policy / "projects.csv").write_text(f"project_id,team_id,lifecycle_stage,valid_from,valid_to\n{atlas}")
    run = Run(tmp_path / "exports", tmp_path / "w.duckdb", tmp_path / "published")
    places = ["--exports", run.exports, "--warehouse", run.warehouse, "--published", run.published]
    apportion("run", *places, "--policy", policy)
    found = query(
        run.current,
        """
        select team_id, project_id, lifecycle_stage, stage_evidence, is_stage_of_project, stage_cause, effective_cost
        from coverage.ownership where month = '2026-09' order by valid_from
        """,
    )
    evidence = ("link", True, "model_version in mlflow", Decimal(8))
    assert found == [("red", "atlas", stage, *evidence) for stage in ("testing", "production")]
