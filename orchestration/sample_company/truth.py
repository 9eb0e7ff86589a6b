"""Who really spent what, added up from the charges as they were made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_csv, copy_parquet

if TYPE_CHECKING:
    import duckdb


def open_truth(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table `truth`."""
    connection.execute(
        """
        create table truth (
            feed varchar, month varchar, charge_date date, team_id varchar, project_id varchar,
            lifecycle_stage varchar, attribution varchar, cost_component varchar,
            provider_name varchar, billing_currency varchar, resource_id varchar, billed_cost decimal(38, 12),
            effective_cost decimal(38, 12), charges bigint
        )
        """
    )


def add_bills(connection: duckdb.DuckDBPyConnection) -> None:
    """Add one month's `charges`, under the month of their bill; by resource where a cluster runs or tags lack."""
    connection.execute(
        """
        insert into truth
        select
            'focus',
            strftime(BillingPeriodStart, '%Y-%m'),
            cast(ChargePeriodStart as date),
            team_id,
            project_id,
            lifecycle_stage,
            attribution,
            cost_component,
            provider,
            BillingCurrency,
            if(attribution in ('pool:gpu_platform', 'untagged'), ResourceId, null),
            sum(BilledCost),
            sum(EffectiveCost),
            count(*)
        from charges
        group by all
        """
    )


def add_native_bill(connection: duckdb.DuckDBPyConnection, feed: str, provider: str, currency: str) -> None:
    """Add one month of a vendor's own bill, from its table `<feed>_rows`."""
    connection.execute(
        f"""
        insert into truth
        select
            '{feed}',
            strftime(getvariable('month_start'), '%Y-%m'),
            charge_date,
            team_id,
            project_id,
            lifecycle_stage,
            attribution,
            cost_component,
            '{provider}',
            '{currency}',
            null,
            sum(billed_cost),
            sum(effective_cost),
            sum(charges)
        from {feed}_rows
        where charges > 0
        group by all
        """
    )


def add_hours(connection: duckdb.DuckDBPyConnection) -> None:
    """Add one month's `hours`: a cost that nobody bills."""
    connection.execute(
        """
        insert into truth
        select
            'timesheets',
            strftime(worked_on, '%Y-%m'),
            worked_on,
            team_id,
            project_id,
            'unknown',
            'timesheet',
            'people',
            'internal',
            currency,
            null,
            0,
            sum(effective_cost),
            count(*)
        from hours
        group by all
        """
    )


def add_licenses(connection: duckdb.DuckDBPyConnection) -> None:
    """Add every day of every term, and the invoices, which belong to no owner."""
    connection.execute(
        """
        insert into truth
        select
            'licenses',
            strftime(charge_date, '%Y-%m'),
            charge_date,
            coalesce(license_costs.team_id, projects.team_id),
            license_costs.project_id,
            'unknown',
            attribution,
            'licenses',
            vendor,
            currency,
            null,
            0,
            sum(effective_cost),
            0
        from license_costs
        left join projects on license_costs.project_id = projects.project_id
        group by all
        union all
        select
            'licenses',
            strftime(billed_on, '%Y-%m'),
            billed_on,
            null,
            null,
            'unknown',
            'license',
            'licenses',
            vendor,
            currency,
            null,
            sum(amount),
            0,
            count(*)
        from contracts
        group by all
        """
    )


def write_truth(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the truth, and its totals by feed, month and provider."""
    copy_parquet(
        connection,
        "select * exclude (charges) from truth order by all",
        folder / "costs.parquet",
        "zstd",
    )
    copy_csv(
        connection,
        """
        select
            feed,
            month,
            provider_name,
            billing_currency,
            sum(charges) as charges,
            sum(billed_cost) as billed_cost,
            sum(effective_cost) as effective_cost
        from truth
        group by all
        order by all
        """,
        folder / "totals.csv",
    )
