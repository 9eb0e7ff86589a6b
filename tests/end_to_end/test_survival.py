"""Runs that die, readers that stay, and commands that are called wrongly."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path

import duckdb
import pytest

from orchestration.project import ROOT
from orchestration.publishing.refusal import refusal
from tests.conftest import apportion, charges, query, write_csv
from tests.feeds.test_databricks import PRICE, USAGE
from tests.feeds.test_timesheets import TOGGL

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list]:
    """A small company, published once."""
    base = tmp_path_factory.mktemp("house")
    write_csv(base / "exports/focus/run-1/a.csv", charges(20))
    options = ["--exports", base / "exports", "--warehouse", base / "w.duckdb", "--published", base / "published"]
    apportion("run", *options)
    return base, options


def period(month: str, until: str) -> dict[str, str]:
    """Changes that put charges into another month."""
    days = {"ChargePeriodStart": f"{month}-02T00:00:00Z", "ChargePeriodEnd": f"{month}-03T00:00:00Z"}
    return {"BillingPeriodStart": f"{month}-01T00:00:00Z", "BillingPeriodEnd": f"{until}-01T00:00:00Z", **days}


def total(published: Path) -> tuple:
    return query(published / "current" / "apportion.duckdb", "select sum(billed_cost) from showback.monthly_costs")[0]


def test_runs_killed_at_any_step_leave_the_publication_and_the_next_one_goes_on(house) -> None:
    """Each run begins where the one before was killed, and is killed at a later step; two readers stay through all."""
    base, options = house
    before = total(base / "published")
    file = base / "published/current/apportion.duckdb"
    readers = [duckdb.connect(str(path), read_only=True) for path in (file.resolve(), file)]
    read = [reader.execute("select sum(total_cost) from showback.monthly_costs").fetchall() for reader in readers]
    command = [str(ROOT / ".venv/bin/apportion"), "run", *map(str, options)]
    steps = ["landing", "validating", "building", "writing the publication", "validating the marts"]
    for number, step in enumerate(steps, 2):
        write_csv(base / f"exports/focus/run-{number}/a.csv", charges(20 + number))
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, process_group=0
        )
        for line in process.stderr:
            if step in line:
                break
        subprocess.run(["kill", "-KILL", "--", f"-{process.pid}"], check=True)
        process.wait()
        assert process.returncode == -signal.SIGKILL, f"it ended before it came to {step}"
        assert total(base / "published") == before, "readers see the last good publication"
    apportion("run", *options)
    for reader, seen in zip(readers, read, strict=True):
        assert reader.execute("select sum(total_cost) from showback.monthly_costs").fetchall() == seen
        reader.close()
    assert total(base / "published") == (10 * (20 + number),)


def test_a_late_month_and_a_broken_file_come_with_what_is_good(house) -> None:
    """What is refused costs nothing but status 1. September was published before August came.

    Its row is compared with August's now, though nothing of September did change.
    """
    base, options = house
    published = base / "published/current/apportion.duckdb"
    profile = """
        select months_before, cost_per_day_month_before from lifecycle.stage_profiles
        where month = '2026-09' and project_id = 'ranker' and lifecycle_stage = 'production'
    """
    assert query(published, profile) == [(0, None)]
    before = total(base / "published")[0]
    bad = write_csv(base / "exports/focus/bad/a.csv", charges(BillingAccountId="8", BilledCost="many"))
    write_csv(base / "exports/focus/august/a.csv", charges(2, **period("2026-08", "2026-09")))
    done = apportion("run", *options, "--focus", check=False)
    assert done.returncode == 1
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith("apportion: quarantined: focus/bad/a.csv: line 2, column BilledCost: 'many'")
    )
    assert "building 2026-08\n" in done.stderr
    assert total(base / "published") == (before + 20,)
    assert query(published, profile) == [(1, 16)]
    bad.unlink()


def test_a_restatement_says_by_how_much_for_every_team(house) -> None:
    """Blue comes in, search pays less, and a build of everything restates nothing.

    A publication starts as a copy of the one before, whose view of the bill in FOCUS is of other files: it comes
    and goes with the option.
    """
    base, options = house
    number = len(list((base / "exports/focus").iterdir())) + 1
    published = base / "published/current/apportion.duckdb"
    bill = "select count(*) from focus.cost_and_usage where \"x_BillingPeriod\" = '2026-09'"
    [(charged,)] = query(published, bill)
    write_csv(base / f"exports/focus/run-{number}/a.csv", [*charges(2), *charges(1, Tags='{"team": "blue"}')])
    apportion("run", *options, "--focus")
    assert query(published, bill) == [(3,)]
    latest = """
        select month, team_id, total_cost - total_cost_before, total_cost_change, billed_cost_change
        from reconciliation.restatements
        where restated_at = (select max(restated_at) from reconciliation.restatements) order by team_id
    """
    gone = charged - 2
    assert query(published, latest) == [
        ("2026-09", "blue", 8, 8, 10),
        ("2026-09", "search", -8 * gone, -8 * gone, -10 * gone),
    ]
    tables = [
        *("showback.ledger", "showback.daily_costs", "showback.monthly_costs", "coverage.ownership"),
        "reconciliation.raw_vs_ledger",
        "reconciliation.restatements",
        "lifecycle.stage_profiles",
    ]
    select = "from {} order by all"
    before = {table: query(published, select.format(table)) for table in tables}
    apportion("run", *options, "--full-refresh")
    assert {table: query(published, select.format(table)) for table in tables} == before
    assert query(published, "select 1 from information_schema.tables where table_schema = 'focus'") == []


def test_an_older_month_with_another_spelling_renames_the_months_that_are_built(house) -> None:
    """One team must not become two because an old bill came late."""
    base, options = house
    spelled = period("2026-07", "2026-08") | {"Tags": '{"team": "Search"}'}
    write_csv(base / "exports/focus/july/a.csv", charges(2, **spelled))
    apportion("run", *options)
    assert query(
        base / "published/current/apportion.duckdb",
        "select month, team_id, sum(billed_cost) from showback.monthly_costs"
        " where team_id <> 'blue' group by all order by 1",
    ) == [("2026-07", "Search", 20), ("2026-08", "Search", 20), ("2026-09", "Search", 20)]


def test_a_month_that_is_delivered_again_is_compared_as_it_stands_and_told_as_restated(house) -> None:
    """July's third machine was there all the time: nobody is told that it came and went."""
    base, options = house
    moved = """
        select sum(direct_cost_before), sum(direct_cost), sum(gone_change), sum(restated_before)
        from showback.movers where month = '2026-08'
    """
    published = base / "published/current/apportion.duckdb"
    assert query(published, moved) == [(16, 16, -16, 0)]
    again = period("2026-07", "2026-08") | {"Tags": '{"team": "Search"}'}
    write_csv(base / "exports/focus/july-again/a.csv", charges(3, **again))
    apportion("run", *options, "--full-refresh")
    assert query(published, moved) == [(24, 16, -24, 8)]


def test_the_page_shows_what_was_refused_at_the_door(tmp_path: Path) -> None:
    """Also when nothing is published after it; what is good costs no page."""
    options = ["--exports", tmp_path / "exports", "--warehouse", tmp_path / "w.duckdb"]
    options += ["--published", tmp_path / "published"]
    page = tmp_path / "published/data_quality/index.html"
    write_csv(tmp_path / "exports/focus/good/a.csv", charges())
    assert "quality:" not in apportion("ingest", *options).stdout
    assert not page.exists()
    write_csv(tmp_path / "exports/focus/bad/a.csv", charges(BillingAccountId="8", ChargeCategory="Gift"))
    done = apportion("ingest", *options, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == f"quality:   {page}"
    assert "focus/bad/" in page.read_text()
    assert any("Gift" in shown.read_text() for shown in page.parent.glob("batches/focus/focus/bad*/**/*.html"))


def test_what_was_not_built_is_not_published(house) -> None:
    """The register would say that a month is current which the marts do not have."""
    base, _ = house
    before = total(base / "published")
    number = len(list((base / "exports/focus").iterdir())) + 1
    write_csv(base / f"exports/focus/run-{number}/a.csv", charges(1, BilledCost="123"))
    apportion("ingest", "--exports", base / "exports", "--warehouse", base / "w.duckdb")
    places = ["--warehouse", base / "w.duckdb", "--published", base / "published"]
    done = apportion("publish", *places, check=False)
    assert done.returncode == 1
    assert "2026-09: deliveries, policy or models changed" in done.stderr.splitlines()[-1]
    assert total(base / "published") == before


def test_a_contradicting_policy_is_refused_before_anything_is_built(house, tmp_path) -> None:
    base, options = house
    policy = tmp_path / "policy"
    policy.mkdir()
    (policy / "pools.csv").write_text("pool_id,pool_name,owner_team_id\nshared,Shared,\n")
    (policy / "pool_policies.csv").write_text("policy_id,pool_id,method,valid_from,valid_to\np1,sharde,even,,\n")
    done = apportion("run", *options, "--policy", policy, check=False)
    assert done.returncode == 1
    assert "pool_policies.csv, line 2" in done.stderr
    assert "sharde" in done.stderr
    assert "pool_policies.csv, line 2" in refusal(base / "published")["why"], "readers are told"


def test_what_has_no_price_stops_the_run_and_is_not_had_for_nothing(house, tmp_path) -> None:
    """A SKU without a list price and an hour without a role's rate are told at once; then a currency without a rate.

    What is built of charges without a price is skipped, and with it the test of its currency.
    """
    base, _ = house
    before = (base / "published/current").resolve()
    exports = tmp_path / "exports"
    write_csv(exports / "focus/a.csv", charges(1, BillingCurrency="EUR"))
    more = tmp_path / "more"
    shutil.copytree(exports, more)
    (more / "databricks").mkdir()
    (more / "databricks/usage.jsonl").write_text(json.dumps({**USAGE, "sku_name": "BRAND_NEW"}))
    (more / "databricks/prices.jsonl").write_text(json.dumps(PRICE))
    write_csv(more / "timesheets/a.csv", [TOGGL])
    for folder, missing in (
        (more, ("databricks_unit_has_a_price", "hour_has_a_rate")),
        (exports, ("currency_has_a_rate",)),
    ):
        warehouse = folder / "w.duckdb"
        done = apportion(
            "run", "--exports", folder, "--warehouse", warehouse, "--published", base / "published", check=False
        )
        assert done.returncode == 1
        for thing in missing:
            assert f"assert_every_{thing}" in done.stderr
        assert ", to_do " in done.stderr
    assert "to_do add a line to exchange_rates.csv: 2026-09,EUR,USD,RATE" in done.stderr
    assert (base / "published/current").resolve() == before


@pytest.mark.parametrize("wrong", [["run", "--nonsense"], ["explain", "--month", "2026-9", "--team", "search"]])
def test_wrong_usage_is_status_2(wrong: list[str]) -> None:
    assert apportion(*wrong, check=False).returncode == 2


def test_a_missing_exports_folder_is_named(tmp_path) -> None:
    done = apportion("run", "--exports", tmp_path / "nowhere", "--warehouse", tmp_path / "w.duckdb", check=False)
    assert done.returncode == 1
    assert "nowhere: no such exports folder" in done.stderr.splitlines()[-1]
