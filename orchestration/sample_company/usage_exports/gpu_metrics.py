"""What Prometheus has of NVIDIA's exporter: a sample an hour of one GPU on each of three nodes of the serving cluster.

The samples name pods, not teams; the exporter's own pod stands in the label that one would look into first.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import write_text
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.kubernetes import CLUSTER
from orchestration.sample_company.usage_exports.truth import add_used

if TYPE_CHECKING:
    import duckdb

GPUS = 3
ENGINE, UTILISATION, POWER = "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_POWER_USAGE"
MEASURES = {
    "gpu_hours_sampled": ("GPU-hour", "1"),
    "gpu_hours_useful": ("GPU-hour", "busy_share"),
    "gpu_hours_stood_idle": ("GPU-hour", "if(busy_share < 0.05, 1 - busy_share, 0)"),
}


def write_gpu_metrics(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Make the table `gpu_samples` out of the cluster's `allocations`, and write it a month a file."""
    connection.execute(_SAMPLES)
    add_used(connection, "gpu_metrics", "gpu_samples", MEASURES)
    for month in months:
        write_text(connection, _scraped(month), folder / f"cluster={CLUSTER}" / str(month) / "dcgm.prom.gz")


# Only the first node's exporter has the engine's own measure; GPU_UTIL calls more of the time busy. A pod that runs
# for a part of the day holds its GPU for the first hours of it.
_SAMPLES = f"""
create table gpu_samples as
with

sampled as (
    select
        nodes.node_no,
        nodes.node,
        used_days.usage_date,
        hour,
        concat_ws('/', 'gpu', nodes.node_no, used_days.usage_date, hour) as sample_key,
        held.pod,
        held.namespace,
        held.team_id,
        held.project_id,
        held.lifecycle_stage,
        if(held.pod is null, 'idle', 'pod') as attribution,
        cast(if(held.pod is null, 0, 5 + pick(sample_key, 'busy', 79)) / 100 as decimal(4, 2)) as engine_share,
        if(held.pod is null, 0, cast(engine_share * 100 as integer) + pick(sample_key, 'more', 13)) as percent
    from nodes cross join used_days cross join range(24) as hours(hour)
    left join allocations as held
        on held.pod_no = nodes.node_no and held.usage_date = used_days.usage_date and hour < held.hours
    where nodes.node_no < {GPUS}
)

select *, if(node_no = 0, engine_share, cast(percent / 100 as decimal(4, 2))) as busy_share from sampled
"""

_LABELS = """concat(
    '{DCGM_FI_DRIVER_VERSION="550.90.07",Hostname="', node, '",UUID="GPU-', digest(node, 'gpu', 32), '",container="',
    if(pod is null, '', 'server'), '",device="nvidia0"',
    if(pod is null, '', concat(',exported_namespace="', namespace, '",exported_pod="', pod, '"')),
    ',gpu="0",modelName="NVIDIA H100 80GB HBM3",namespace="monitoring",pod="dcgm-exporter-', digest(node, 'pod', 5),
    '"} '
)"""


def _scraped(month: Month) -> str:
    """The samples of a month, metric by metric, with Unix milliseconds behind each value."""
    return f"""
        select string_agg(concat('# TYPE ', metric, ' gauge', chr(10), lines), '' order by metric)
        from (
            select
                metric,
                string_agg(concat(
                    metric, {_LABELS}, value, ' ',
                    epoch_ms(cast(usage_date as timestamp) + to_hours(hour) + interval 30 minute), chr(10)
                ), '' order by node_no, usage_date, hour) as lines
            from gpu_samples, lateral (values
                ('{UTILISATION}', cast(percent as varchar), true),
                ('{ENGINE}', cast(engine_share as varchar), node_no = 0),
                ('{POWER}', cast(90 + 5 * percent as varchar), node_no = 2)
            ) as metrics(metric, value, is_exported)
            where is_exported and usage_date >= date '{month.start}' and usage_date < date '{month.end}'
            group by metric
        )
    """
