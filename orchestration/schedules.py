"""When the assets run by themselves: on a new delivery, every day, and at the end of a month."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import dagster as dg

from orchestration.ingestion.arrivals import glance
from orchestration.project import project
from orchestration.watch import SECONDS_BETWEEN_LOOKS

costs_job = dg.define_asset_job(
    "build_costs",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(["published", "review"]),
    description="Take what was delivered, build the cost tables of the month and of all that changed, publish.",
)

month_job = dg.define_asset_job(
    "end_month",
    selection=dg.AssetSelection.all(),
    description="The same for a month that ended, and its review.",
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


@dg.schedule(job=month_job, cron_schedule="0 7 5 * *", execution_timezone="UTC")
def monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """The month that ended, on the 5th: by then the vendors have finalized most of it."""
    period = month_before(context.scheduled_execution_time)
    return dg.RunRequest(run_key=period, partition_key=period)


@dg.sensor(job=costs_job, minimum_interval_seconds=SECONDS_BETWEEN_LOOKS)
def new_deliveries(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Starts a run when files in the exports came or changed, and two looks saw them alike: none grows any more."""
    exports = project().exports
    if not exports.is_dir():
        return dg.SkipReason(f"{exports}: no such exports folder; set APPORTION_EXPORTS")
    state = hashlib.sha256(repr(sorted(glance(exports).items())).encode()).hexdigest()
    taken, _, seen = (context.cursor or "").partition(" ")
    if state == taken:
        return dg.SkipReason("nothing new in the exports")
    if state != seen:
        return dg.SensorResult(skip_reason="files came or changed: looking once more", cursor=f"{taken} {state}")
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=state, partition_key=f"{datetime.now(UTC):%Y-%m}")], cursor=state
    )


SCHEDULES = [daily, monthly]
SENSORS = [new_deliveries]
