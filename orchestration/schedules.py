"""When the assets run by themselves: when something is delivered, every day, and at the end of a month."""

from __future__ import annotations

import hashlib

import dagster as dg

from orchestration.ingestion.arrivals import export_files
from orchestration.partitions import MONTHS
from orchestration.project import project

deliveries_job = dg.define_asset_job(
    "take_deliveries",
    selection=dg.AssetSelection.groups("raw"),
    description="Look at the exports, and land what is new.",
)

costs_job = dg.define_asset_job(
    "build_costs",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("raw"),
    partitions_def=MONTHS,
    description="Build the cost tables of a billing period, and publish.",
)


def month_before(moment) -> str:
    """The last complete month, as a partition key."""
    year, month = (moment.year, moment.month - 1) if moment.month > 1 else (moment.year - 1, 12)
    return f"{year}-{month:02d}"


@dg.schedule(job=costs_job, cron_schedule="0 6 * * *", execution_timezone="UTC")
def daily(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The open month, every morning."""
    moment = context.scheduled_execution_time
    return dg.RunRequest(run_key=f"{moment:%Y-%m-%d}", partition_key=f"{moment:%Y-%m}")


@dg.schedule(job=costs_job, cron_schedule="0 7 5 * *", execution_timezone="UTC")
def monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The month that ended, on the 5th: by then the vendors have finalized most of it."""
    period = month_before(context.scheduled_execution_time)
    return dg.RunRequest(run_key=period, partition_key=period)


@dg.sensor(job=deliveries_job, minimum_interval_seconds=60)
def new_deliveries(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Starts a look at the exports when a file came or changed."""
    exports = project().exports
    if not exports.is_dir():
        return dg.SkipReason(f"{exports}: no such exports folder; set APPORTION_EXPORTS")
    files, _ = export_files(exports)
    state = hashlib.sha256(repr([(f.label, f.size, f.modified_ns) for f in files]).encode()).hexdigest()
    if state == context.cursor:
        return dg.SkipReason("nothing new in the exports")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=state)], cursor=state)


SCHEDULES = [daily, monthly]
SENSORS = [new_deliveries]
