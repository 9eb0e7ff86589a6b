"""The sample company's showback against its own truth."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from glob import glob
from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.refusal import refusal
from orchestration.sample_company import write_exports
from tests.conftest import apportion, query
from tests.end_to_end.conftest import Run, run_in

pytestmark = pytest.mark.slow

# Who should hold a charge before sharing: its owner where the tags or a rule say so, its pool,
# or nobody, visibly. Seat parts may differ in the 12th decimal: who takes the remainder is a
# matter of order, their sum is not.
COMPARISON = """
with truth as (
    select
        month,
        charge_date,
        case
            when attribution like 'pool:%' then attribution
            when attribution = 'untagged' or team_id is null then 'unallocated'
            else team_id
        end as holder,
        case when attribution like 'pool:%' or attribution = 'untagged' or team_id is null then '-'
            else coalesce(project_id, 'unallocated') || '/' || lifecycle_stage end as detail,
        cost_component, provider_name, billing_currency,
        sum(effective_cost) as effective_cost, sum(billed_cost) as billed_cost
    from read_parquet(?) group by all
),
ledger as (
    select
        posting_period as month,
        charge_date,
        coalesce('pool:' || pool_id, team_id) as holder,
        case when pool_id is not null or team_id = 'unallocated' then '-'
            else project_id || '/' || lifecycle_stage end as detail,
        cost_component, provider_name, billing_currency,
        sum(effective_cost_in_billing_currency) as effective_cost,
        sum(billed_cost_in_billing_currency) as billed_cost
    from showback.ledger where posting_kind = 'direct' group by all
)
select * from truth
full outer join ledger using (month, charge_date, holder, detail, cost_component, provider_name, billing_currency)
where abs(coalesce(truth.effective_cost, 0) - coalesce(ledger.effective_cost, 0))
        > case cost_component when 'licenses' then 0.0000000001 else 0 end
    or coalesce(truth.billed_cost, 0) <> coalesce(ledger.billed_cost, 0)
limit 5
"""

TABLES_OF_A_MONTH = [
    *("showback.ledger", "showback.daily_costs", "showback.monthly_costs", "showback.teams"),
    *("coverage.allocation_coverage", "coverage.untagged_resources", "coverage.ownership", "coverage.conflicts"),
    *("coverage.rules", "coverage.tag_compliance", "reconciliation.raw_vs_ledger", "reconciliation.clusters_vs_bill"),
    "reconciliation.gateway_vs_bill",
    *("lifecycle.costs_by_stage", "lifecycle.stage_profiles"),
    "drivers.int_drivers__daily",
]


def test_every_charge_is_held_by_whom_the_truth_says(sample: Run) -> None:
    """All that tags, links and rules find: with every cent where it belongs, no answer is wrong, how sure ever.

    What nothing names is unallocated, and never somebody's.
    """
    truth = str(sample.exports / "truth" / "costs.parquet")
    assert query(sample.current, COMPARISON, truth) == []


def test_the_totals_are_the_bills_to_the_last_decimal(sample: Run) -> None:
    truth = str(sample.exports / "truth" / "costs.parquet")
    sums = "select billing_currency, sum(effective_cost), sum(billed_cost) from read_parquet(?) group by all order by 1"
    ledger = """
        select billing_currency, sum(effective_cost_in_billing_currency), sum(billed_cost_in_billing_currency)
        from showback.ledger group by all order by 1
    """
    assert query(sample.current, sums, truth) == query(sample.current, ledger)


def test_a_pool_gives_all_or_nothing_every_day(sample: Run) -> None:
    """On a day with targets the whole pool goes to them; on a day without, all of it stays in sight."""
    days = query(
        sample.current,
        """
        with movements as (
            select pool_id, billing_period, charge_date, posting_kind, effective_cost from showback.ledger
            union all
            select target_pool_id, billing_period, charge_date, 'direct', effective_cost from showback.ledger
            where target_pool_id is not null
        )
        select pool_id, billing_period || ' ' || charge_date,
            sum(effective_cost) filter (posting_kind = 'direct'),
            sum(effective_cost) filter (posting_kind = 'pool_out'),
            sum(effective_cost) filter (posting_kind = 'pool_in')
        from movements where pool_id is not null group by all
        """,
    )
    shared = {pool for pool, _, _, out, _ in days if out is not None}
    assert shared == {"gpu_platform", "model_endpoint", "observability", "support_and_tax"}, (
        "no policy splits unused_seats"
    )
    for pool, day, direct, out, received in days:
        assert (out, received) == (None, None) or direct == -out == received, (pool, day)


def test_a_fixed_pool_follows_its_weights_every_day(sample: Run) -> None:
    weights = str(sample.exports / "policy" / "pool_targets.csv")
    policies = str(sample.exports / "policy" / "pool_policies.csv")
    off = query(
        sample.current,
        """
        with fixed as (
            select p.policy_id, t.team_id, cast(t.weight as double) as weight
            from read_csv(?, all_varchar = true) as p
            inner join read_csv(?, all_varchar = true) as t using (policy_id)
            where p.method = 'fixed'
        ),
        received as (
            select policy_id, charge_date, team_id, sum(effective_cost) as amount
            from showback.ledger where posting_kind = 'pool_in' group by all
        ),
        whole as (select policy_id, charge_date, sum(amount) as amount from received group by all)
        select * from received
        inner join whole using (policy_id, charge_date)
        inner join fixed using (policy_id, team_id)
        where abs(received.amount - whole.amount * fixed.weight) > 0.00000001
        """,
        policies,
        weights,
    )
    assert off == []


def test_a_rerun_changes_nothing(sample: Run, tmp_path) -> None:
    again = run_in(shutil.copytree(sample.exports.parent, tmp_path / "again", symlinks=True))
    before = again.current.resolve()
    done = apportion("run", *again.options)
    assert "nothing new" in done.stdout
    assert again.current.resolve() == before


# Of the bills. Runs and issues are reported again in later months, and the newest report of each is looked for in all.
BILLS_BEFORE = """
select parquet from ingestion.slices where billed_cost <> 0
group by parquet having max(billing_period) < ?
"""


def make_unreadable(parquet: Path) -> None:
    """Zeros for rows: the footer, with the columns and what is in which rows, stays as it is."""
    content = parquet.read_bytes()
    footer = int.from_bytes(content[-8:-4], "little") + 8
    parquet.write_bytes(content[:4] + bytes(len(content) - footer - 4) + content[-footer:])


def test_incremental_equals_what_is_built_at_once(tmp_path, monkeypatch) -> None:
    """One month delivered anew: the warehouse that rebuilt it equals one that built everything.

    The charges of the other months cannot be read any more then: nothing of the run asks for them. The other
    warehouse takes the files in the opposite order.
    """
    monkeypatch.setenv("APPORTION_PERSON_KEY", "the same in both")
    exports = tmp_path / "exports"
    write_exports(exports, seed=1, months=2, rows=4_000)
    months = sorted((exports / "focus" / "azure").iterdir())
    late = next(run for run in sorted(months[-1].iterdir()))
    aside = tmp_path / "late"
    shutil.move(late, aside)
    runs = {name: Run(exports, tmp_path / f"{name}.duckdb", tmp_path / name) for name in ("incremental", "fresh")}
    apportion("run", *runs["incremental"].options)
    for (landed,) in query(runs["incremental"].warehouse, BILLS_BEFORE, "2026-09"):
        for file in glob(landed):
            make_unreadable(Path(file))
    shutil.move(aside, late)
    done = apportion("run", *runs["incremental"].options)
    # October's prepaid licenses are in pools that are split by use, which September's is before.
    assert "building 2026-09, 2026-10\n" in done.stderr
    files = sorted(path for path in exports.rglob("*") if path.is_file())
    for second, file in enumerate(reversed(files)):
        os.utime(file, (1_700_000_000 + second,) * 2)
    apportion("run", *runs["fresh"].options, "--focus")
    # An issue or a request that two deliveries repeat is said to be of the newer one.
    select = "select columns(lambda name: name <> 'delivery_id') from {} order by all"
    for table in TABLES_OF_A_MONTH:
        rows = query(runs["fresh"].warehouse, select.format(table))
        assert rows and query(runs["incremental"].warehouse, select.format(table)) == rows, table
    bill = query(runs["fresh"].current, 'select sum("BilledCost") from focus.cost_and_usage')
    ledger = query(runs["fresh"].current, "select sum(billed_cost_in_billing_currency) from showback.ledger")
    assert bill == ledger


def test_the_restated_month_is_counted_once(sample: Run) -> None:
    statuses = query(
        sample.current,
        "select status, count(*) from ingestion.deliveries where feed = 'focus' and billing_period = '2026-07'"
        " and currency = 'EUR' group by all order by 1",
    )
    assert statuses == [("current", 1), ("superseded", 1)]


def test_of_several_executions_of_a_month_the_newest_is_read_and_no_other(sample: Run) -> None:
    deliveries = query(
        sample.current,
        "select billing_period, string_agg(status) from ingestion.deliveries where feed = 'aws_cur'"
        " group by all order by 1",
    )
    assert deliveries == [(month, "current") for month in ("2026-06", "2026-07", "2026-08", "2026-09")]


def test_the_published_tables_are_the_contract(sample: Run) -> None:
    columns = dict(
        query(
            sample.current,
            """
            select table_schema || '.' || table_name, string_agg(column_name, ', ' order by ordinal_position)
            from information_schema.columns where table_schema <> 'main' group by all
            """,
        )
    )
    assert columns["showback.monthly_costs"] == (
        "month, team_id, project_id, lifecycle_stage, ai_activity, cost_component, provider_name, currency,"
        " direct_cost, shared_cost, total_cost, billed_cost, current_team_id"
    )
    assert columns["showback.ledger"] == (
        "posting_id, billing_period, charge_date, posting_period, posting_kind, charge_group_id, pool_id, policy_id,"
        " team_id, project_id, lifecycle_stage, ai_activity, cost_component, provider_name, currency, billed_cost,"
        " effective_cost, billing_currency, billed_cost_in_billing_currency, effective_cost_in_billing_currency,"
        " target_pool_id, rung, method"
    )
    assert columns["showback.shares"] == (
        "billing_period, charge_date, pool_id, split_stage, policy_id, rung, method, drivers, window_days, team_id,"
        " project_id, lifecycle_stage, target_pool_id, target_split_stage, weight, total_weight, share"
    )
    assert columns["showback.movers"] == (
        "month, team_id, project_id, cost_component, provider_name, service_name, consumed_unit, currency,"
        " direct_cost_before, direct_cost, direct_cost_change, quantity_before, quantity, usage_change, price_change,"
        " mix_change, new_change, gone_change, unmeasured_change, policy_change, policy_reasons,"
        " restatement_change, restated_before, restated"
    )
    assert columns["showback.budgets"] == (
        "month, budget_id, team_id, project_id, lifecycle_stage, cost_component, currency, is_open, until_date,"
        " monthly_budget, expected_to_date, spent_to_date, remaining, spent_share"
    )
    assert columns["ingestion.deliveries"] == (
        "delivery_id, feed, account_id, billing_period, files, rows, billed_cost, currency, sha256, received_at,"
        " status, reason"
    )
    assert columns["reconciliation.raw_vs_ledger"] == (
        "month, feed, account, currency, raw, charges, ledger, difference"
    )
    assert columns["reconciliation.restatements"] == (
        "restated_at, month, team_id, currency, total_cost_before, total_cost, total_cost_change,"
        " billed_cost_before, billed_cost, billed_cost_change"
    )
    assert columns["reconciliation.clusters_vs_bill"] == (
        "month, cluster_name, machine_id, bill_number, provider_name, account, currency, status, days_on_bill,"
        " days_seen, days_without_bill, cpu_core_hours_requested, cpu_core_hours_used, cpu_core_hours_idle,"
        " memory_gib_hours_requested, memory_gib_hours_used, memory_gib_hours_idle, gpu_hours_requested,"
        " gpu_hours_used, gpu_hours_idle, billed_cost, effective_cost"
    )
    assert columns["reconciliation.gateway_vs_bill"] == (
        "month, charge_date, provider_name, model_name, currency, billed_cost, effective_cost, estimated_cost,"
        " tokens_priced, tokens_unpriced, billed_over_estimated, usual_billed_over_estimated, drift_percent"
    )
    assert columns["lifecycle.costs_by_stage"] == (
        "month, project_id, lifecycle_stage, ai_activity, cost_component, currency, total_cost, share_of_project,"
        " gpu_hours, tokens, storage_gb_months, network_gb, runs"
    )
    assert columns["lifecycle.stage_profiles"] == (
        "month, project_id, lifecycle_stage, currency, total_cost, active_days, cost_per_day, peak_cost_per_day,"
        " peak_to_mean, compute_share, licenses_share, storage_share, network_share, people_share, model_api_share,"
        " other_share, cost_per_day_month_before, change_from_month_before_percent, months_before,"
        " cost_per_day_six_months_before, change_from_six_months_before_percent"
    )
    assert columns["lifecycle.stage_transitions"] == (
        "month, project_id, currency, month_before, from_stage, to_stage, cost_per_day_before, cost_per_day_after,"
        " cost_per_day_change, cost_per_day_change_percent"
    )
    # A view that is multiplied out on demand has no copy.
    for table in columns.keys() - {"showback.allocation_lines"}:
        schema, name = table.split(".")
        parquet = sample.published / "current" / schema / f"{name}.parquet"
        assert query(sample.current, f"select count(*) from {table}") == query(
            sample.current, "select count(*) from read_parquet(?)", str(parquet)
        )
    by_period = str(sample.published / "current/showback/ledger.parquet/*.parquet")
    assert query(sample.current, "select count(*) from showback.ledger") == query(
        sample.current, "select count(*) from read_parquet(?)", by_period
    )
    assert query(sample.current, "select bool_and(is_kept), count(*) > 20 from reconciliation.checks") == [(True, True)]


def test_the_file_is_written_for_older_drivers(sample: Run) -> None:
    """Bytes 12 to 19 of a DuckDB file are its storage version: 65 and less open in 1.2."""
    header = sample.current.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") <= 65


def test_what_to_type_next_can_be_typed(sample: Run) -> None:
    """Nothing is new, and the table and its last line are printed all the same."""
    done = apportion("run", *sample.options)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("next: "))
    typed = subprocess.run(line.removeprefix("next: "), shell=True, capture_output=True, text=True, check=False)
    assert typed.returncode == 0, typed.stderr
    assert "equals showback.monthly_costs: yes" in typed.stdout


def test_a_broken_promise_keeps_the_last_publication(sample: Run, tmp_path: Path) -> None:
    """A cost that stands twice in a mart is refused at the exit, in words, and readers keep what they had."""
    copy = Run(sample.exports, tmp_path / "apportion.duckdb", tmp_path / "published")
    shutil.copyfile(sample.warehouse, copy.warehouse)
    shutil.copyfile(sample.warehouse.with_suffix(".person_key"), copy.warehouse.with_suffix(".person_key"))
    apportion("publish", *copy.options[2:])
    before = copy.current.resolve()
    with duckdb.connect(str(copy.warehouse)) as connection:
        connection.execute(
            "insert into showback.monthly_costs from showback.monthly_costs where total_cost <> 0 limit 1"
        )
        connection.execute("update ingestion.builds set built_at = built_at + interval 1 second")
    done = apportion("publish", *copy.options[2:], check=False)
    assert done.returncode == 1
    assert re.search(r"apportion: (showback|lifecycle|coverage)\.\w+: ", done.stderr), done.stderr
    assert copy.current.resolve() == before
    assert len(list(copy.published.glob("2*"))) == 1
    assert refusal(copy.published)["why"] in done.stderr, "readers are told that it was refused"
