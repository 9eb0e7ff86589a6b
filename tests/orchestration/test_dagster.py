"""What Dagster sees: the same assets, their groups, checks, schedules and sensor."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import ASSETS, defs, resources
from orchestration.feeds import feeds
from orchestration.project import ROOT, project
from orchestration.schedules import daily, monthly, new_deliveries
from tests.conftest import charges, query, write_csv


def test_the_definitions_load() -> None:
    dg.Definitions.validate_loadable(defs)


def test_every_feed_is_an_asset_and_every_folder_a_group() -> None:
    specs = [spec for asset in ASSETS for spec in asset.specs]
    keys = {spec.key.to_user_string() for spec in specs}
    assert {f"raw/{name}" for name in feeds()} <= keys
    groups = {spec.group_name for spec in specs}
    for layer in ("staging", "intermediate", "marts"):
        for folder in filter(Path.is_dir, (ROOT / "models" / layer).iterdir()):
            assert f"{layer}_{folder.name}" in groups


def test_the_models_follow_the_feeds_and_the_publication_follows_the_models() -> None:
    graph = defs.resolve_asset_graph()
    staged = graph.get(dg.AssetKey(["staging", "stg_focus__charges"])).parent_keys
    assert dg.AssetKey(["raw", "focus"]) in staged
    published = graph.get(dg.AssetKey(["published", "publication"])).parent_keys
    assert dg.AssetKey(["marts", "monthly_costs"]) in published


def test_dbt_tests_are_asset_checks() -> None:
    names = {key.name for key in defs.resolve_asset_graph().asset_check_keys}
    assert "showback_adds_up_to_the_charges" in names
    assert "every_delivery_is_fit_to_be_charged" in names


def test_the_schedules_ask_for_their_month() -> None:
    moment = datetime(2026, 1, 5, 7, tzinfo=UTC)
    context = dg.build_schedule_context(scheduled_execution_time=moment, repository_def=defs.get_repository_def())
    assert daily.evaluate_tick(context).run_requests[0].partition_key == "2026-01"
    assert monthly.evaluate_tick(context).run_requests[0].partition_key == "2025-12"


def test_the_sensor_takes_a_delivery_once_when_it_has_stopped_growing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is half there would be refused, or land and be replaced a moment later."""
    monkeypatch.setenv("APPORTION_EXPORTS", str(tmp_path))
    cursor = None

    def runs() -> int:
        nonlocal cursor
        tick = new_deliveries.evaluate_tick(
            dg.build_sensor_context(cursor=cursor, repository_def=defs.get_repository_def())
        )
        cursor = tick.cursor or cursor
        return len(tick.run_requests or ())

    file = write_csv(tmp_path / "focus/a.csv", charges())
    assert runs() == 0
    with file.open("a") as stream:
        stream.write("1")
    assert [runs(), runs(), runs(), runs()] == [0, 1, 0, 0]
    write_csv(tmp_path / "focus/b.csv", charges(4))
    assert [runs(), runs(), runs()] == [0, 1, 0]


@pytest.mark.parametrize(("job", "is_written"), [("build_costs", False), ("end_month", True)])
def test_a_review_is_written_when_the_month_ends(job: str, is_written: bool) -> None:
    keys = defs.resolve_job_def(job).asset_layer.executable_asset_keys
    assert (dg.AssetKey(["published", "review"]) in keys) == is_written
    assert dg.AssetKey(["published", "publication"]) in keys


@pytest.mark.slow
def test_the_scheduled_job_publishes_what_the_command_would(tmp_path: Path, validator) -> None:
    write_csv(tmp_path / "exports/focus/a.csv", charges())
    paths = project(tmp_path / "exports", tmp_path / "w.duckdb", tmp_path / "published")
    job = defs.resolve_job_def("end_month")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            partition_key="2026-09", resources=resources(paths, validator, False), instance=instance
        )
    assert result.success
    published = paths.published / "current" / "apportion.duckdb"
    assert query(published, "select sum(billed_cost), sum(total_cost) from showback.monthly_costs") == [(30, 24)]
    review = paths.published / "reviews" / "2026-09"
    assert "24.00 USD" in (review / "review-2026-09.html").read_text()
    assert (review / "statement-2026-09.csv").is_file()
