"""The assets: one per feed, the dbt models, and the publication."""

import json
import warnings
from collections.abc import Callable, Iterator

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration import partitions
from orchestration.dbt_project import TRANSLATOR, prepared
from orchestration.failures import first_failure
from orchestration.feeds import Feed, feeds
from orchestration.ingestion.ingest import ingest
from orchestration.policy import prepare
from orchestration.project import Project
from orchestration.publishing.publication import GateFailed, publish, record_checks
from orchestration.publishing.refusal import tell
from orchestration.quality.validator import Validator
from orchestration.warehouse import connect

# Whoever runs it cannot do anything about it.
warnings.filterwarnings("ignore", "Parameter `backfill_policy`", dg.BetaWarning)

# They test the code, not the data: they run with the project's own tests.
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")

# DuckDB has one writer.
WAREHOUSE_POOL = "warehouse"


def feed_asset(feed: Feed) -> dg.AssetsDefinition:
    """The asset of one feed: everything it delivered, landed and registered."""

    @dg.asset(
        key=["raw", feed.name],
        group_name="raw",
        description=f"The current deliveries of {feed.name}, as raw tables.",
        check_specs=[dg.AssetCheckSpec("every_delivery_is_fit_to_be_charged", asset=dg.AssetKey(["raw", feed.name]))],
        pool=WAREHOUSE_POOL,
    )
    def delivered(
        project: dg.ResourceParam[Project],
        validator: dg.ResourceParam[Validator],
        progress: dg.ResourceParam[Callable],
    ) -> dg.MaterializeResult:
        scan = ingest(project, validator, feed.name, progress)
        if scan.checks:
            with connect(project.warehouse) as connection:
                record_checks(connection, "entry", scan.checks)
        if not all(check.success for check in scan.checks):
            # A publication writes the page, but may not follow.
            validator.write_docs()
        return dg.MaterializeResult(
            metadata={
                "landed": scan.landed,
                "duplicates": scan.duplicates,
                "unchanged": scan.unchanged,
                "rows": scan.rows,
                "notes": scan.notes,
                "quarantined": scan.quarantined,
            },
            check_results=[
                dg.AssetCheckResult(
                    passed=not scan.quarantined,
                    check_name="every_delivery_is_fit_to_be_charged",
                    metadata={"quarantined": scan.quarantined},
                )
            ],
        )

    return delivered


feed_assets = {name: feed_asset(feed) for name, feed in feeds().items()}


@dbt_assets(
    manifest=prepared().manifest_path,
    dagster_dbt_translator=TRANSLATOR,
    partitions_def=partitions.MONTHS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=WAREHOUSE_POOL,
)
def models(
    context: dg.AssetExecutionContext,
    dbt: DbtCliResource,
    project: dg.ResourceParam[Project],
) -> Iterator:
    """The models of every billing period that changed, and of the one period that was asked for.

    All that is stale is built, whatever was asked: a publication must not mix old and new.
    """
    prepare(project.policy, project.seeds)
    fingerprint = partitions.surroundings(project)
    with connect(project.warehouse) as connection:
        stale = partitions.stale_periods(connection, fingerprint)
        before = partitions.names(connection)
        if stale is not None:
            asked = set(context.partition_keys)
            stale = sorted({*stale, *(asked if len(asked) == 1 else ())})
    # Of an earlier build: it would speak for this one, should dbt not come so far.
    project.target.joinpath("run_results.json").unlink(missing_ok=True)
    build = ["build", *NO_UNIT_TESTS]
    if stale is None:
        build.append("--full-refresh")
    build += ["--vars", json.dumps(partitions.build_vars(stale or []))]
    with project.in_environment():
        try:
            yield from dbt.cli(build, context=context, target_path=project.target).stream()
        except DagsterDbtCliRuntimeError:
            tell(project.published, first_failure(project) or "the build failed")
            raise
        with connect(project.warehouse) as connection:
            renamed = stale is not None and partitions.renames(before, partitions.names(connection))
        if renamed:
            # An older month brought an older spelling: the months that are built carry it too.
            again = ["build", *NO_UNIT_TESTS, "--select", "path:models/intermediate/ownership+"]
            dbt.cli(again, target_path=project.target).wait()
            stale = None
    with connect(project.warehouse) as connection:
        partitions.record_built(connection, fingerprint, stale)


@dg.asset(
    key=["published", "publication"],
    group_name="published",
    deps=[models],
    check_specs=[dg.AssetCheckSpec("marts_are_fit_to_be_billed_on", asset=dg.AssetKey(["published", "publication"]))],
    pool=WAREHOUSE_POOL,
)
def publication(
    project: dg.ResourceParam[Project],
    validator: dg.ResourceParam[Validator],
    publish_focus: dg.ResourceParam[bool],
    progress: dg.ResourceParam[Callable],
) -> Iterator:
    """The marts, judged at the exit and switched to in one step; a broken promise fails check and asset."""
    try:
        done = publish(project, validator, publish_focus, progress)
    except GateFailed as failure:
        yield dg.AssetCheckResult(
            passed=False, check_name="marts_are_fit_to_be_billed_on", metadata={"broken": str(failure)}
        )
        raise
    yield dg.MaterializeResult(
        metadata={"tables": done.tables, "rows": done.rows, "folder": str(done.folder)},
        check_results=[dg.AssetCheckResult(passed=True, check_name="marts_are_fit_to_be_billed_on")],
    )


@dg.asset(
    key=["published", "review"],
    group_name="published",
    deps=[publication],
    partitions_def=partitions.MONTHS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    description="The page of a month's review and its statement, in published/reviews/MONTH.",
)
def monthly_review(context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]) -> dg.MaterializeResult:
    """A page per month. One without costs has none: that is no failure of the run."""
    # The dashboard's packages are an extra.
    from orchestration.review import review

    done = {}
    for month in context.partition_keys:
        try:
            done[month] = str(review.review(project.published, month, None, project.published / "reviews" / month).page)
        except review.NotThere as why:
            done[month] = f"not written: {why}"
    return dg.MaterializeResult(metadata=done)
