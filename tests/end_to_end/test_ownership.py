"""What an owner's change of mind does to the months that are built."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, list]:
    """Three small stories, published once."""
    base = tmp_path_factory.mktemp("house")
    run = Run(base / "exports", base / "w.duckdb", base / "published")
    policy = base / "policy"
    shutil.copytree(ROOT / "seeds" / "policy", policy, ignore=lambda _, names: {n for n in names if n[-4:] != ".csv"})
    (policy / "teams.csv").write_text("team_id\nred\nsearch\n")
    for deliver in (deliver_what_is_tagged_late, deliver_a_model_version, deliver_other_words):
        deliver(run.exports, policy)
    places = ["--exports", run.exports, "--warehouse", run.warehouse, "--published", run.published, "--policy", policy]
    apportion("run", *places)
    return run, places


def of_days(resource: str, *days: int, **changes: str) -> list[dict[str, str]]:
    """A charge of 10, effective 8, on each of some days of September."""
    return [
        row | {"ResourceId": resource}
        for day in days
        for row in charges(
            1,
            ChargePeriodStart=f"2026-09-{day:02}T00:00:00Z",
            ChargePeriodEnd=f"2026-09-{day + 1:02}T00:00:00Z",
            **changes,
        )
    ]


def deliver_what_is_tagged_late(exports: Path, _: Path) -> None:
    write_csv(exports / "focus/late/a.csv", of_days("vm-late", 4, 5, 9, Tags="", BillingAccountId="1"))


def deliver_a_model_version(exports: Path, policy: Path) -> None:
    """Ranker 3 was trained in August for atlas, which red has; atlas went from testing to production on the 14th."""
    tags = '{"model_version": "ranker/3"}'
    write_csv(exports / "focus/ranker/a.csv", of_days("vm-ranker", 13, 14, Tags=tags, BillingAccountId="2"))
    info = {"run_id": "r1", "experiment_id": "7", "status": "FINISHED", "lifecycle_stage": "active"}
    trained = {"start_time": 1785542400000, "end_time": 1785549600000}
    words = [{"key": "project", "value": "atlas"}, {"key": "env", "value": "dev"}]
    version = {"name": "ranker", "version": "3", "run_id": "r1", "current_stage": "None"}
    version |= {"creation_timestamp": 1785549600000, "last_updated_timestamp": 1785549600000}
    mlflow = exports / "mlflow"
    mlflow.mkdir()
    (mlflow / "runs.json").write_text(json.dumps({"runs": [{"info": info | trained, "data": {"tags": words}}]}))
    (mlflow / "model_versions.json").write_text(json.dumps({"model_versions": [version]}))
    atlas = "atlas,red,testing,,2026-09-14\natlas,red,production,2026-09-14,\n"
    (policy / "projects.csv").write_text(f"project_id,team_id,lifecycle_stage,valid_from,valid_to\n{atlas}")


def deliver_other_words(exports: Path, _: Path) -> None:
    """A vendor's own category, any case of a charge's."""
    words = [{"ServiceCategory": "Storage"}, {"ServiceCategory": "Quantum"}, {"ChargeCategory": "usage"}]
    rows = [row | changes for row, changes in zip(charges(3, BillingAccountId="3"), words, strict=True)]
    write_csv(exports / "focus/words/a.csv", rows)


def test_what_a_model_version_is_tagged_on_is_of_the_runs_that_made_it(house) -> None:
    run, _ = house
    found = query(
        run.current,
        """
        select team_id, project_id, lifecycle_stage, stage_evidence, is_stage_of_project, stage_cause, effective_cost
        from coverage.ownership where month = '2026-09' and resource_id = 'vm-ranker' order by valid_from
        """,
    )
    evidence = ("link", True, "model_version in mlflow", Decimal(8))
    assert found == [("red", "atlas", stage, *evidence) for stage in ("testing", "production")]


def test_a_charge_in_other_words_than_those_of_focus_finds_its_group(house) -> None:
    """The owner is found by the key that the words are part of."""
    run, _ = house
    found = """
        select "ServiceCategory", "x_Clues", "x_TeamId" from focus.cost_and_usage_allocated
        where "BillingAccountId" = '3' order by all
    """
    assert query(run.warehouse, found) == [
        ("Compute", '{"charge_category":"usage"}', "search"),
        ("Other", '{"service_category":"Quantum"}', "search"),
        ("Storage", None, "search"),
    ]


def test_a_tag_that_came_late_moves_money_and_leaves_totals(house) -> None:
    """A machine without tags until the 10th was red's from the 5th on; the days before stay nobody's."""
    run, places = house
    assert query(run.current, COSTS_BY_TEAM) == [("red", 16, 20), ("search", 24, 30), ("unallocated", 24, 30)]
    write_csv(
        places[-1] / "tag_overrides.csv",
        [{"resource_id": "vm-late", "team_id": "red", "valid_from": "2026-09-05", "reason": "tagged on the 10th"}],
    )
    apportion("run", *places)
    assert query(run.current, COSTS_BY_TEAM) == [("red", 32, 40), ("search", 24, 30), ("unallocated", 8, 10)]
    moved = "select team_id, total_cost_change, billed_cost_change from reconciliation.restatements order by 1"
    assert query(run.current, moved) == [("red", 16, 20), ("unallocated", -16, -20)]
    evidence = """
        select valid_from::varchar, team_id, owner_evidence, effective_cost from coverage.ownership
        where resource_id = 'vm-late' order by 1
    """
    assert query(run.current, evidence) == [
        ("0001-01-01", "unallocated", "none", Decimal(8)),
        ("2026-09-05", "red", "override", Decimal(16)),
    ]
