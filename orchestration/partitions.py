"""Which billing periods a run builds: those whose deliveries changed since they were last built."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import dagster as dg
import duckdb

from orchestration.project import ROOT, Project

# Contracts are prepaid years ahead: their months to come are partitions too.
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2000-01", end_offset=120, fmt="%Y-%m")

# What the models are made of: a change in any of these rebuilds every period.
MODEL_FOLDERS = ("models", "macros")

PERIOD_INPUTS = """
create or replace temp table period_inputs as
with

months as (
    select strftime(month, '%Y-%m') as billing_period
    from (
        select unnest(generate_series(
            cast((select min(first_period) from ingestion.current_slices) || '-01' as date),
            cast((select max(last_period) from ingestion.current_slices) || '-01' as date),
            interval 1 month
        )) as month
    )
),

-- A register belongs to no month: it feeds every month from its first date on, since what it
-- leaves open (a seat that is still held) goes on, and one without dates feeds them all. Of rows that
-- newer ones replace, some count no more.
fed as (
    select months.billing_period, slices.delivery_id, slices.sha256, slices.row_count
    from months
    inner join ingestion.current_slices as slices
        on months.billing_period = slices.billing_period
            or (slices.billing_period is null and months.billing_period >= coalesce(slices.first_period, ''))
            -- Pools are split by the use of days before, see docs/sharing.md.
            or (
                slices.billing_period < months.billing_period
                and slices.billing_period
                >= strftime(cast(months.billing_period || '-01' as date) - cast($days_before as integer), '%Y-%m')
            )
)

select
    billing_period,
    md5(
        string_agg(concat(delivery_id, sha256, row_count), ',' order by delivery_id, sha256, row_count)
        || $surroundings
    ) as inputs
from fed
group by billing_period
"""


# How far back the drivers of the policy that was built reach; null when no pool is split by one.
DAYS_BEFORE = """
select case when count(drivers.policy_id) > 0 then greatest(31, max(windows.window_days)) end
from (
    select policy_id, method, window_days from policy.pool_policies
    union all
    select policy_id, method, window_days from policy.pool_fallbacks
) as windows
left join (
    select policy_id from policy.pool_drivers
    union all
    select policy_id from policy.pool_steps
) as drivers
    on windows.policy_id = drivers.policy_id
"""


def known_span(first: str, last: str) -> tuple[str, str]:
    """The span as partitions: a contract may end after the last of them."""
    return max(first, MONTHS.get_first_partition_key()), min(last, MONTHS.get_last_partition_key())


def build_vars(billing_periods: list[str]) -> dict[str, list[str]]:
    """The one dbt variable that says what to build; an empty list means every period."""
    return {"billing_periods": billing_periods}


def surroundings(project: Project) -> str:
    """A fingerprint of all that shapes every period alike: the models and the policy."""
    files = [path for folder in MODEL_FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    files += [ROOT / "dbt_project.yml", *sorted(project.seeds.rglob("*.csv"))]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def find_inputs(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> None:
    """Make the table `period_inputs`: what each period is, or would be, built from."""
    try:
        (days_before,) = connection.execute(DAYS_BEFORE).fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):  # nothing was built yet, or with an earlier policy
        days_before = None
    connection.execute(
        PERIOD_INPUTS.replace("$surroundings", f"'{fingerprint}'").replace("$days_before", str(days_before or "null"))
    )


def unbuilt_periods(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> list[str]:
    """The periods whose tables are not those of their deliveries, oldest first."""
    find_inputs(connection, fingerprint)
    return [
        period
        for (period,) in connection.execute(
            """
            select billing_period
            from period_inputs
            full outer join ingestion.builds using (billing_period)
            where period_inputs.inputs is distinct from builds.inputs
                or period_inputs.billing_period is null
            order by billing_period
            """
        ).fetchall()
    ]


def stale_periods(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> list[str] | None:
    """The periods to build again, oldest first; None when all of them are to be.

    All of them: nothing was built yet, or the models or the policy changed.
    """
    unbuilt = unbuilt_periods(connection, fingerprint)
    built, fresh = connection.execute(
        """
        select
            (select count(*) from ingestion.builds),
            (select count(*) from period_inputs where billing_period not in (select unnest(?)))
        """,
        [unbuilt],
    ).fetchone()
    return None if built == 0 or (unbuilt and fresh == 0) else unbuilt


def record_built(connection: duckdb.DuckDBPyConnection, fingerprint: str, billing_periods: list[str] | None) -> None:
    """Remember what the periods were built from (None: all): written only after the build has passed.

    When one begins, dbt forgets it (`macros/forget_builds.sql`).
    """
    find_inputs(connection, fingerprint)
    only = "true" if billing_periods is None else "billing_period in (select unnest(?))"
    parameters = [] if billing_periods is None else [billing_periods]
    connection.begin()
    connection.execute(f"delete from ingestion.builds where {only}", parameters)
    connection.execute(
        f"insert into ingestion.builds select billing_period, inputs, ? from period_inputs where {only}",
        [datetime.now(UTC).replace(tzinfo=None), *parameters],
    )
    connection.commit()


def names(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """What each stated name is called in the ledger; empty before the first build."""
    built = connection.execute(
        "select 1 from information_schema.tables where table_name = 'int_ownership__names'"
    ).fetchall()
    if not built:
        return {}
    return {
        (dimension, value): name
        for dimension, value, name in connection.execute(
            "select dimension, stated_value, id from ownership.int_ownership__names"
        ).fetchall()
    }


def renames(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> bool:
    """Whether a name that was known is now called another."""
    return any(before.get(stated, name) != name for stated, name in after.items())
