"""What Dagster is told: the assets, when they run and what they need. `dagster dev` opens this."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration import assets
from orchestration.project import APPORTION_DBT, QUIET_ENVIRONMENT, ROOT, Project, project
from orchestration.quality.validator import Validator
from orchestration.schedules import SCHEDULES, SENSORS

os.environ.update(QUIET_ENVIRONMENT)

LOG = logging.getLogger("apportion")


class DbtProcess(DbtCliResource):
    """dbt in a process of its own and nowhere else.

    dagster-dbt also makes an adapter in this process, to fetch the columns and row counts that an asset may ask
    for with `fetch_column_metadata` and `fetch_row_counts`. None here does, and it takes over a second of a run.
    """

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:
        return None


@dg.resource
def validator_resource(_: dg.InitResourceContext) -> Iterator[Validator]:
    """A Great Expectations worker for the time of one run."""
    with Validator(project().published / "data_quality") as validator:
        yield validator


def resources(
    paths: Project,
    validator: object,
    publish_focus: bool,
    progress: Callable[[str], None] = LOG.info,
) -> dict[str, object]:
    """What the assets of one run need; `progress` is told what takes long."""
    return {
        "dbt": DbtProcess(project_dir=str(ROOT), profiles_dir=str(ROOT), dbt_executable=str(APPORTION_DBT)),
        "project": paths,
        "validator": validator,
        "publish_focus": publish_focus,
        "progress": progress,
    }


ASSETS = [*assets.feed_assets.values(), assets.models, assets.publication, assets.monthly_review]

defs = dg.Definitions(
    assets=ASSETS,
    resources=resources(project(), validator_resource, publish_focus=False),
    schedules=SCHEDULES,
    sensors=SENSORS,
    executor=dg.in_process_executor,
)
