"""What the sample company's tools measured against what was really used, and what must never be known of it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.sample_company import company
from orchestration.sample_company.usage_exports import invented
from tests.conftest import query
from tests.end_to_end.conftest import Run

pytestmark = pytest.mark.slow

# Each driver with the owner that its own words name, through the registers of the policy. A GPU's sample names
# a pod only, and the cluster knows whose that is. What names nobody is unallocated. Averages come as doubles.
# Seats and persons are counted from registers and hours: they have tests of their own.
COMPARISON = """
with names as (
    select dimension, tag_value as name, canonical_value as id from read_csv($policy || '/tag_values.csv')
    where canonical_value <> 'unallocated'
    union all select 'team', unnest([team_id, team_name]), team_id from read_csv($policy || '/teams.csv')
    union all select 'project', unnest([project_id, project_name]), project_id from read_csv($policy || '/projects.csv')
),
folded as (
    select dimension, regexp_replace(lower(name), '[^a-z0-9]', '', 'g') as name, min(id) as id from names group by all
),
pods as (
    select tags ->> 'pod' as pod, any_value(tags) as tags from drivers.int_drivers__daily
    where feed = 'kubernetes' and tags ->> 'pod' is not null group by all
),
stated as (
    select
        usage_date, feed, driver, unit, quantity,
        coalesce(daily.stated_team, labels ->> 'team') as team,
        coalesce(daily.stated_project, labels ->> 'project', labels ->> 'wckey') as project,
        coalesce(daily.stated_stage, labels ->> 'env') as stage
    from (
        select daily.*, if(daily.feed = 'gpu_metrics', pods.tags, daily.tags) as labels
        from drivers.int_drivers__daily as daily left join pods on daily.tags ->> 'pod' = pods.pod
        where daily.driver not in ('seats', 'headcount')
    ) as daily
),
resolved as (
    select
        usage_date, feed, driver, unit, quantity,
        coalesce(projects.id, nullif(project, '')) as project_id,
        coalesce(teams.id, registered.team_id) as team_id,
        coalesce(stages.id, 'unknown') as lifecycle_stage
    from stated
    left join folded as teams
        on teams.dimension = 'team' and teams.name = regexp_replace(lower(team), '[^a-z0-9]', '', 'g')
    left join folded as projects
        on projects.dimension = 'project' and projects.name = regexp_replace(lower(project), '[^a-z0-9]', '', 'g')
    left join folded as stages
        on stages.dimension = 'lifecycle_stage' and stages.name = regexp_replace(lower(stage), '[^a-z0-9]', '', 'g')
    left join read_csv($policy || '/projects.csv') as registered on projects.id = registered.project_id
),
found as (
    select
        usage_date, feed, driver, unit,
        coalesce(team_id, 'unallocated') as team_id,
        if(team_id is null, '-', project_id || '/' || lifecycle_stage) as detail,
        sum(quantity) as quantity
    from resolved group by all
),
truth as (
    select
        usage_date, feed, driver, unit,
        if(attribution in ('tagged', 'pod'), team_id, 'unallocated') as team_id,
        if(attribution in ('tagged', 'pod'), project_id || '/' || lifecycle_stage, '-') as detail,
        sum(quantity) as quantity
    from read_parquet($truth) group by all
)
select * from truth
full outer join found using (usage_date, feed, driver, unit, team_id, detail)
where abs(coalesce(truth.quantity, 0) - coalesce(found.quantity, 0)) > 0.000001
order by all
limit 5
"""
FEEDS = [
    "anthropic",
    "github_issues",
    "gpu_metrics",
    "jira",
    "kubernetes",
    "langfuse",
    "linear",
    "litellm",
    "mlflow",
    "openai",
    "slurm",
    "timesheets",
]


def truth_file(sample: Run) -> str:
    return str(sample.exports / "truth" / "usage.parquet")


def test_everything_used_is_measured_on_its_day_for_its_owner(sample: Run) -> None:
    """A token, a GPU-hour or a request that is lost, doubled or given to another team would be split wrongly later."""
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        parameters = {"policy": str(sample.exports / "policy"), "truth": truth_file(sample)}
        assert connection.execute(COMPARISON, parameters).fetchall() == []


def test_seats_are_those_that_the_register_assigns(sample: Run) -> None:
    """A seat that is counted on the day after it was given back would be paid by who left."""
    found = query(
        sample.warehouse,
        """
        with assigned as (
            select charge_date as usage_date, license_id, team_id, project_id, register.seats
            from charges.int_charges__license_days inner join read_csv(?) as register using (license_id)
            where charge_date between assigned_from and coalesce(assigned_to, date '9999-12-31')
        ),
        counted as (
            select usage_date, account_id as license_id, stated_team as team_id, stated_project as project_id, quantity
            from drivers.int_drivers__daily where driver = 'seats'
        )
        select count(*) > 1000, count_if(registered is distinct from counted) from (
            select sum(seats) as registered, sum(quantity) as counted
            from (select * from assigned union all by name select * from counted)
            group by usage_date, license_id, team_id, project_id
        )
        """,
        str(sample.exports / "licenses" / "assignments.csv"),
    )
    assert found == [(True, 0)]


def test_persons_are_counted_and_never_named(sample: Run) -> None:
    """Hours tell how long, heads how many: a person with two roles on a project is one."""
    persons = query(
        sample.warehouse,
        """
        with hours as (
            select usage_date, stated_project, count(distinct user_hash) as persons, sum(quantity) as hours
            from drivers.int_drivers__hours where quantity > 0 group by all
        )
        select count(*) > 1000, count_if(quantity is distinct from persons), max(quantity) > 1, count(user_hash),
            sum(quantity) = 0
        from drivers.int_drivers__daily as daily full outer join hours using (usage_date, stated_project)
        where driver = 'headcount' or driver is null
        """,
    )
    assert persons == [(True, 0, True, 0, False)]


def test_every_tool_is_in_the_truth_and_most_of_it_names_its_owner(sample: Run) -> None:
    feeds = query(
        sample.warehouse,
        """
        select feed, count(distinct usage_date) > 60, avg((attribution in ('tagged', 'pod', 'rule'))::integer) > 0.5
        from read_parquet(?) group by all order by 1
        """,
        truth_file(sample),
    )
    assert feeds == [(feed, True, True) for feed in FEEDS]


def test_the_gateway_estimates_what_its_price_file_says_and_one_model_is_unpriced(sample: Run) -> None:
    """Tokens without a price are no free tokens: they are counted apart."""
    priced = query(
        sample.warehouse,
        """
        select model_name, sum(estimated_cost), sum(unpriced_tokens) > 0, sum(unpriced_tokens) = sum(quantity)
        from drivers.int_drivers__tokens_priced where feed = 'litellm' group by all order by all
        """,
    )
    spend = query(
        sample.warehouse,
        """
        select model_name, sum(quantity) from drivers.int_drivers__daily
        where feed = 'litellm' and driver = 'gateway_estimated_cost' group by all order by all
        """,
    )
    assert [row[:2] for row in priced] == [*spend, ("quill-70b", None)]
    assert [row[2:] for row in priced] == [(False, False)] * len(spend) + [(True, True)]


def test_the_estimate_of_tokens_stands_beside_the_bill_of_model_apis(sample: Run) -> None:
    """Nobody is charged by an estimate, and what it lacks is counted: the model that no list prices."""
    compared = query(
        sample.current,
        """
        select provider_name, model_name, sum(billed_cost) > 0, sum(estimated_cost) > 0, sum(tokens_unpriced) > 0,
            count(billed_over_estimated) > 50 and count(drift_percent) > 50
        from reconciliation.gateway_vs_bill where currency = 'USD' group by all order by all
        """,
    )
    assert ("Frontier Models", "frontier-pro", True, True, False, True) in compared, (
        "the gateway writes frontier_models"
    )
    assert ("AWS", "lumen-large-v1", None, True, False, False) in compared, "Bedrock's tokens"
    assert ("AWS", "unknown", True, None, False, False) in compared, "whose bill has no word for the model"
    assert ("OpenAI", "gpt-4.1", True, True, False, True) in compared, "past the gateway, by its own usage page"
    assert ("Anthropic", "claude-opus-4-6", True, True, False, True) in compared
    [(unpriced, measured)] = query(
        sample.current,
        """
        select sum(tokens_unpriced), (select sum(tokens) from lifecycle.costs_by_stage) - sum(tokens_priced)
        from reconciliation.gateway_vs_bill
        """,
    )
    assert unpriced == measured > 0
    costs = "select sum(billed_cost), sum(effective_cost) from {} where {}"
    assert query(sample.current, costs.format("reconciliation.gateway_vs_bill", "true")) == query(
        sample.current,
        costs.replace("_cost)", "_cost_in_billing_currency)").format("showback.ledger", "cost_component = 'model_api'"),
    )


def texts_of(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """All rows of a relation as one text of JSON."""
    rows = connection.execute(f"select string_agg(cast(to_json(kept) as varchar), ' ') from {relation} as kept")
    return rows.fetchall()[0][0] or ""


def kept_texts(sample: Run) -> dict[str, str]:
    """Everything that a run keeps: the warehouse, the landed files, and what it wrote of itself.

    The publication copies tables of the warehouse, and views show what is in tables and landed files.
    """
    texts = {}
    with duckdb.connect(str(sample.warehouse), read_only=True) as connection:
        tables = "select table_schema || '.\"' || table_name || '\"' from information_schema.tables"
        for (table,) in connection.execute(f"{tables} where table_type = 'BASE TABLE'").fetchall():
            texts[table] = texts_of(connection, table)
        shown = connection.execute(tables).fetchall()
    assert set(query(sample.current, tables)) <= set(shown)
    with duckdb.connect() as connection:
        for path in sample.warehouse.parent.rglob("*"):
            is_copied = path.suffix == ".parquet" and sample.published in path.parents
            if not path.is_file() or sample.exports in path.parents or is_copied:
                continue
            label = str(path.relative_to(sample.warehouse.parent))
            is_parquet = path.suffix == ".parquet"
            texts[label] = texts_of(connection, f"read_parquet('{path}')") if is_parquet else readable(path)
    return texts


def readable(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def test_no_word_that_people_wrote_and_no_person_is_kept(sample: Run) -> None:
    """Prompts, answers, titles, names and addresses stop at the door: the exports are full of them."""
    persons = [word for person in company.PEOPLE for word in (person.email, person.last_name)]
    secrets = [*invented.TEXTS, *persons]
    exported = "".join(
        readable(path) for path in sample.exports.rglob("*") if path.is_file() and path.suffix in (".jsonl", ".csv")
    )
    assert [secret for secret in invented.TEXTS if secret not in exported] == []
    kept = kept_texts(sample)
    assert len(kept) > 100
    assert [label for label, text in kept.items() if "semantic-search" in text], "texts are found where they are"
    assert [(label, secret) for label, text in kept.items() for secret in secrets if secret in text] == []


def test_of_each_registered_model_one_version_is_in_production(sample: Run) -> None:
    """Every pull lists all versions; one that has been replaced would else serve on."""
    serving = query(
        sample.warehouse,
        """
        select registered_model, count_if(is_in_production), max(model_version) filter (is_in_production), count(*)
        from drivers.int_drivers__model_versions group by all
        """,
    )
    assert len(serving) > 5
    assert {row[1:] for row in serving} == {(1, "3", 4)}


def test_a_run_says_since_when_the_model_that_came_of_it_serves(sample: Run) -> None:
    """A version that was replaced was in production all the same, since the day on which it was promoted."""
    versions = query(
        sample.warehouse,
        """
        select model_version, min(day(promoted_at)), max(day(promoted_at)), count(promoted_at) > 5
        from drivers.int_drivers__model_versions group by all order by all
        """,
    )
    assert versions == [("1", 15, 15, True), ("2", 15, 15, True), ("3", 15, 15, True), ("4", None, None, False)]
    runs = query(
        sample.warehouse,
        """
        select count(registered_version) > 5, count(promoted_at) > 0, count_if(promoted_at < started_at)
        from drivers.int_drivers__leaf_runs
        """,
    )
    assert runs == [(True, True, 0)]


def test_a_gpu_was_useful_for_a_part_of_the_hours_that_it_was_held(sample: Run) -> None:
    """What was held and not used is the waste that nobody sees on a bill."""
    held, useful, idle = query(
        sample.warehouse,
        """
        select sum(quantity) filter (driver = 'gpu_hours_sampled'), sum(quantity) filter (driver = 'gpu_hours_useful'),
            sum(quantity) filter (driver = 'gpu_hours_useful' and tags ->> 'pod' is null)
        from drivers.int_drivers__daily where feed = 'gpu_metrics'
        """,
    )[0]
    assert 0.2 * float(held) < useful < 0.8 * float(held)
    assert idle == 0


def test_every_issue_went_through_its_states(sample: Run) -> None:
    """The history that came with Jira's issues is one without gaps, and its last state is the issue's own."""
    gaps = query(
        sample.warehouse,
        """
        select * from (
            select *, lead(valid_from) over (partition by issue_id order by valid_from) as next_from
            from drivers.int_drivers__issue_states where feed = 'jira'
        )
        where valid_to is distinct from next_from
        """,
    )
    assert gaps == []
    states = query(
        sample.warehouse,
        "select distinct status from drivers.int_drivers__issue_states where feed = 'jira' order by 1",
    )
    assert states == [("Done",), ("In Progress",), ("To Do",)]


def test_usage_is_of_what_the_bills_and_the_clusters_know(sample: Run) -> None:
    """A node has the id that its machine has on the bill, a run the number of its job: else nothing could be shared."""
    strangers = query(
        sample.warehouse,
        """
        select distinct feed, resource_id from drivers.int_drivers__daily
        where feed in ('kubernetes', 'mlflow') and resource_id is not null
        and resource_id not in (select resource_id from charges.int_charges__groups where resource_id is not null)
        and resource_id not in (select job_id from staging.stg_slurm__jobs)
        """,
    )
    assert strangers == []
    nodes = "select count(distinct resource_id) from drivers.int_drivers__daily where feed = 'kubernetes'"
    assert query(sample.warehouse, nodes) == [(4,)]


def test_a_node_costs_what_its_machine_really_cost(sample: Run) -> None:
    """On the days on which the cluster had it, and by the invoice of that month: nothing twice, nothing of others."""
    found = query(
        sample.current,
        """
        select month, machine_id, account, currency, sum(days_on_bill), sum(billed_cost), sum(effective_cost)
        from reconciliation.clusters_vs_bill group by all order by all
        """,
    )
    real = query(
        sample.warehouse,
        """
        select month, resource_id, 'nbl-0042', billing_currency, count(distinct charge_date),
            sum(billed_cost), sum(effective_cost)
        from read_parquet(?)
        where resource_id in (select resource_id from drivers.int_drivers__daily where feed = 'kubernetes')
        and charge_date in (select usage_date from read_parquet(?) where feed = 'kubernetes')
        and month = strftime(charge_date, '%Y-%m')
        group by all order by all
        """,
        str(sample.exports / "truth" / "costs.parquet"),
        truth_file(sample),
    )
    assert found == real
    assert len(found) == 4 * 4, "four nodes in four months"


def test_a_day_without_a_bill_is_said_and_no_zero(sample: Run) -> None:
    """Nebula bills these machines on some days only: what the others cost is unknown."""
    nodes = query(
        sample.current,
        """
        select month, sum(days_seen), sum(days_on_bill + days_without_bill), list(distinct status),
            count_if(billed_cost is null), sum(gpu_hours_requested + gpu_hours_idle)
        from reconciliation.clusters_vs_bill group by all order by month
        """,
    )
    # Four nodes of eight GPUs, every hour of the month.
    days = {"2026-06": 30, "2026-07": 31, "2026-08": 31, "2026-09": 30}
    assert nodes == [(month, 4 * of, 4 * of, ["partly"], 0, 4 * 8 * 24 * of) for month, of in days.items()]


# What the truth names an owner for is compared by project and stage, the rest as one: a job without a project may
# well tell its stage, and a word that the gateway took for a project is one of its own.
LIFECYCLE = """
with truth as (
    select
        strftime(usage_date, '%Y-%m') as month,
        if(unit = 'tokens', 'tokens', 'gpu_hours') as measure,
        if(attribution in ('tagged', 'rule'), project_id || '/' || lifecycle_stage, '-') as owner,
        sum(quantity) as quantity
    from read_parquet(?)
    where (feed in ('kubernetes', 'slurm') and driver = 'gpu_hours_requested')
        or (feed in ('anthropic', 'litellm', 'openai') and unit = 'tokens' and driver <> 'cache_hit_tokens')
    group by all
),
measured as (
    unpivot (select month, project_id, lifecycle_stage, gpu_hours, tokens from lifecycle.costs_by_stage)
    on gpu_hours, tokens into name measure value quantity
),
found as (
    select
        month, measure,
        if(project_id in (select split_part(owner, '/', 1) from truth), project_id || '/' || lifecycle_stage, '-')
            as owner,
        sum(quantity) as quantity
    from measured group by all
)
select * from truth full outer join found using (month, measure, owner)
where abs(coalesce(truth.quantity, 0) - coalesce(found.quantity, 0)) > 0.000001
order by all
"""


def test_each_stage_used_what_the_truth_says_and_nothing_twice(sample: Run) -> None:
    """Cluster and GPU samples see the same hours; traces and the gateway see the same tokens."""
    assert query(sample.current, LIFECYCLE, truth_file(sample)) == []


TEAMS = """
with truth as (
    select
        usage_date, feed, if(unit = 'tokens', 'tokens', 'gpu_hours') as measure,
        if(attribution in ('tagged', 'rule'), team_id, 'unallocated') as team_id,
        sum(quantity) as quantity
    from read_parquet(?)
    where feed in ('kubernetes', 'slurm') and driver = 'gpu_hours_requested'
        or feed = 'litellm' and unit = 'tokens' and driver <> 'cache_hit_tokens'
    group by all
),
found as (
    select
        usage_date, feed, measure, team_id, sum(quantity) as quantity
    from ownership.int_ownership__usage_owners
    where feed in ('kubernetes', 'slurm', 'litellm') and measure in ('gpu_hours', 'tokens')
    group by all
)
select * from truth full outer join found using (usage_date, feed, measure, team_id)
where abs(coalesce(truth.quantity, 0) - coalesce(found.quantity, 0)) > 0.000001
order by all limit 5
"""


def test_each_team_used_on_each_day_what_the_truth_says(sample: Run) -> None:
    """Shared cost goes by what teams used: use at the wrong team is money at the wrong team.

    The policy says of the scheduler's catch-all account that it is nobody's.
    """
    assert query(sample.warehouse, TEAMS, truth_file(sample)) == []
    teams = "select count(distinct team_id) > 10 from ownership.int_ownership__usage_owners"
    assert query(sample.warehouse, teams) == [(True,)]


def test_what_is_stored_and_moved_is_what_the_bills_say(sample: Run) -> None:
    """Terabyte-days, bytes and gigabyte-months of five vendors, on one scale."""
    found = query(
        sample.current,
        "select month, sum(storage_gb_months), sum(network_gb) from lifecycle.costs_by_stage"
        " where month between '2026-06' and '2026-09' group by all order by month",
    )
    billed = query(
        sample.warehouse,
        """
        select
            billing_period,
            sum(consumed_quantity * case consumed_unit
                when 'GB-Mo' then 1 when 'GB-Months' then 1 when 'GB/Month' then 1
                when 'TB-Days' then 1000.0 / day(last_day(charge_date))
            end) filter (cost_component = 'storage'),
            sum(consumed_quantity * case consumed_unit when 'GB' then 1 when 'TB' then 1000 when 'bytes' then 1e-9 end)
                filter (cost_component = 'network')
        from charges.int_charges__daily where billing_period between '2026-06' and '2026-09'
        group by all order by 1
        """,
    )
    assert len(found) == 4
    for (month, storage, network), (period, storage_billed, network_billed) in zip(found, billed, strict=True):
        assert (month, float(storage), float(network)) == (
            period,
            pytest.approx(storage_billed),
            pytest.approx(network_billed),
        )
