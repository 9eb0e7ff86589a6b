"""One run from exports to publication: the same assets that Dagster schedules, in this process."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field

import dagster as dg

from orchestration import partitions
from orchestration.assets import feed_assets, models, publication
from orchestration.definitions import resources
from orchestration.failures import StepFailed, first_failure, warnings
from orchestration.feeds import feeds
from orchestration.ingestion import registry
from orchestration.ingestion.arrivals import foreign
from orchestration.ingestion.rereading import make_ready
from orchestration.policy import prepare
from orchestration.project import Project
from orchestration.publishing.publication import is_up_to_date
from orchestration.publishing.refusal import withdraw
from orchestration.quality.validator import Validator
from orchestration.warehouse import connect

# Dagster wants a partition, also where nothing was delivered.
NO_MONTH = "2020-01"
# What we raise ourselves is a sentence: the name of its class tells a user nothing.
OWN_ERROR = re.compile(r"^orchestration\.[\w.]+: ")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Outcome:
    """What a run did. `quarantined` and `notes` are sentences."""

    landed: int = 0
    duplicates: int = 0
    unchanged: int = 0
    rows: int = 0
    quarantined: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_published: bool = False


def run(
    project: Project,
    validator: Validator,
    steps: tuple[str, ...] = ("ingest", "build", "publish"),
    focus: bool = False,
    full_refresh: bool = False,
    progress: Callable[[str], None] = lambda message: None,
) -> Outcome:
    """Ingest, build what is stale, and publish when something changed.

    Raises `StepFailed` when a step fails, `PolicyError` when the policy contradicts itself,
    `FileNotFoundError` without exports, `PermissionError` where they may not be read.
    """
    outcome = Outcome()
    outcome.notes += prepare(project.policy, project.seeds)
    needs = resources(project, validator, focus, progress)
    if "ingest" in steps:
        progress("looking at the exports")
        outcome.notes += foreign(project.exports)
    if steps != ("publish",):
        with connect(project.warehouse) as connection:
            outcome.notes += make_ready(connection, project, validator)
    if "ingest" in steps:
        at_hand = [feed_assets[name] for name in feeds_at_hand(project)]
        for event in materialize(at_hand, needs).get_asset_materialization_events() if at_hand else ():
            found = event.materialization.metadata
            for name in ("landed", "duplicates", "unchanged", "rows"):
                setattr(outcome, name, getattr(outcome, name) + found[name].value)
            outcome.quarantined += found["quarantined"].value
            outcome.notes += [note for note in found["notes"].value if note not in outcome.notes]
    with connect(project.warehouse) as connection:
        if full_refresh:
            connection.execute("delete from ingestion.builds")
        stale = partitions.stale_periods(connection, partitions.surroundings(project))
        months = connection.execute("select min(billing_period), max(billing_period) from period_inputs").fetchone()
    if "build" in steps and stale != []:
        validator.warm_up()
        progress(f"building {'all periods' if stale is None else ', '.join(stale)}")
        first, last = months if stale is None else (stale[0], stale[-1])
        span = partitions.known_span(first or NO_MONTH, last or NO_MONTH)
        materialize([models], needs, span)
        outcome.notes += warnings(project)
    if "publish" in steps and is_up_to_date(project, focus):
        withdraw(project.published)
    elif "publish" in steps:
        validator.warm_up()
        progress("publishing")
        materialize([publication], needs)
        outcome.is_published = True
    return outcome


def feeds_at_hand(project: Project) -> list[str]:
    """The feeds that have a folder in the exports, or ever delivered anything."""
    with connect(project.warehouse) as connection:
        delivering = registry.delivering_feeds(connection)
    return [name for name in feeds() if name in delivering or (project.exports / name).is_dir()]


def materialize(
    assets: list[dg.AssetsDefinition], needs: dict[str, object], span: tuple[str, str] | None = None
) -> dg.ExecuteInProcessResult:
    """Run assets here and now. Raises `StepFailed` with the first failure's own words."""
    tags = (
        {"dagster/asset_partition_range_start": span[0], "dagster/asset_partition_range_end": span[1]} if span else {}
    )
    log = needs["project"].warehouse.with_suffix(".log")
    with dg.DagsterInstance.ephemeral() as instance, log.open("a") as stream, redirect_stdout(stream):
        # The result holds the events of every asset and month; to store them too, and to look there for what each
        # asset was made from, takes half of a small run.
        instance.event_log_storage.store_event = lambda event: None
        instance.event_log_storage.get_asset_records = lambda asset_keys=None: []
        result = dg.materialize(
            assets, instance=instance, resources=needs, tags=tags, run_config=QUIET, raise_on_error=False
        )
        if result.success:
            return result
        for event in result.all_events:
            if event.is_step_failure and event.step_failure_data.error:
                error = event.step_failure_data.error
                if error.cls_name == dg.DagsterExecutionInterruptedError.__name__:
                    raise StepFailed("the run was interrupted before it was done; run it again")
                found = first_failure(needs["project"]) if models in assets else None
                raise StepFailed(found or OWN_ERROR.sub("", (error.cause or error).message.strip()))
    raise StepFailed(f"the run failed; {log} says why")
