"""OpenCost's answers for the serving cluster, whose nodes are machines of Nebula Compute's shared GPU account.

Each month is pulled when it ends, by the day, and its last days once more when they have been reconciled.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.sample_company.database import copy_json
from orchestration.sample_company.months import Month
from orchestration.sample_company.usage_exports.truth import add_used

if TYPE_CHECKING:
    import duckdb

CLUSTER = "lumen-serving"
NODES, NODE_CORES, NODE_GIB, NODE_GPUS = 4, 96, 1024, 8
# The days at the end of a month that the first pull does not know well yet.
PROVISIONAL_DAYS = 3

MEASURES = {
    "cpu_core_hours_requested": ("core-hour", "cores * hours"),
    "cpu_core_hours_used": ("core-hour", "cores * cpu_share * hours"),
    "memory_gib_hours_requested": ("GiB-hour", "gib * hours"),
    "memory_gib_hours_used": ("GiB-hour", "gib * memory_share * hours"),
    "gpu_hours_requested": ("GPU-hour", "gpus * hours"),
    "gpu_hours_used": ("GPU-hour", "gpus * gpu_share * hours"),
    "storage_gib_hours": ("GiB-hour", "storage_gib * 24"),
    "estimated_cost": ("estimate", "total_cost"),
}
IDLE_MEASURES = {
    "cpu_core_hours_idle": ("core-hour", "cores * hours"),
    "memory_gib_hours_idle": ("GiB-hour", "gib * hours"),
    "gpu_hours_idle": ("GPU-hour", "gpus * hours"),
    "storage_gib_hours_idle": ("GiB-hour", "storage_gib * 24"),
    "estimated_cost": ("estimate", "total_cost"),
}


def write_kubernetes(connection: duckdb.DuckDBPyConnection, folder: Path, months: list[Month]) -> None:
    """Make the tables `nodes`, `pods` and `allocations` (by day), and write the answers."""
    for step in (_NODES, _PODS, _ALLOCATIONS, _IDLE, _UNMOUNTED):
        connection.execute(step)
    add_used(connection, "kubernetes", "(from allocations where attribution <> 'idle')", MEASURES)
    add_used(connection, "kubernetes", "(from allocations where attribution = 'idle')", IDLE_MEASURES)
    for month in months:
        reconciled = month.end - timedelta(days=PROVISIONAL_DAYS)
        first, second = (f"{month.end.replace(day=day):%Y%m%d}T060000Z" for day in (1, 1 + PROVISIONAL_DAYS))
        for pull, since, known_until in ((first, month.start, reconciled), (second, reconciled, month.end)):
            days = f"usage_date >= date '{since}' and usage_date < date '{month.end}'"
            answer = _answer(days, f"usage_date < date '{known_until}'")
            copy_json(connection, answer, folder / str(month) / pull / "allocation.json")


_NODES = f"""
create table nodes as
select resource_no as node_no, resource_name as node, resource_id as provider_id
from resources
where sku_id = 'NBL-H100-8' and kind = 'gpu_platform' and resource_no < {NODES}
"""

# Three pods on each node. A Deployment gives its pods new names when it is rolled out, here once a month. One pod in
# twelve lives in a namespace of which nobody says whose it is; of the others some carry labels, some their namespace.
_PODS = f"""
create table pods as
select
    row_number() over (order by draw(workload_no, 'served')) - 1 as pod_no,
    workloads.*,
    if(pod_no = 7, 'untagged', 'tagged') as attribution,
    if(pod_no = 7, 'scratch', project_id) as namespace,
    concat(project_id, '-', env) as controller,
    cast((1 + pod_no % 3) * 8 as double) as cores,
    cast((1 + pod_no % 3) * 64 as double) as gib,
    cast(1 + pod_no % 2 as double) as gpus,
    if(pod_no % 4 = 0, 200, 0) as storage_gib
from workloads
qualify pod_no < {3 * NODES}
"""

# In bytes.
_GIB = "1073741824::bigint"

# By OpenCost's own price list, and what it adjusts when it has seen the bill.
_PRICED = """
    cast(cores * hours * 0.031 as decimal(18, 5)) as cpu_cost,
    cast(gib * hours * 0.0042 as decimal(18, 5)) as ram_cost,
    cast(gpus * hours * 2.3 as decimal(18, 5)) as gpu_cost,
    cast(storage_gib * 24 * 0.00014 as decimal(18, 5)) as pv_cost,
    cast(gpu_cost * -0.08 as decimal(18, 5)) as gpu_adjustment,
    cpu_cost + ram_cost + gpu_cost + pv_cost + gpu_adjustment as total_cost
"""

# Most pods run all day; some are started in the morning, or not at all.
_ALLOCATIONS = f"""
create table allocations as
with

run as (
    select
        pods.*,
        nodes.*,
        used_days.usage_date,
        concat_ws('/', 'pod', workload_no, usage_date) as pod_key,
        concat_ws('-', controller, digest(concat_ws('/', workload_no, strftime(usage_date, '%Y-%m')), 'pod', 9)) as pod,
        if(draw(pod_key, 'all day') < 0.7, 24, 1 + pick(pod_key, 'hours', 23)) as hours,
        (2 + pick(pod_key, 'cpu', 14)) / 16 as cpu_share,
        (4 + pick(pod_key, 'memory', 12)) / 16 as memory_share,
        (1 + pick(pod_key, 'gpu', 15)) / 16 as gpu_share
    from used_days, pods
    inner join nodes on pods.pod_no % {NODES} = nodes.node_no
    where draw(concat_ws('/', 'pod', workload_no, usage_date), 'runs') > 0.05
)

select
    concat_ws('/', '{CLUSTER}', node, namespace, pod, 'server') as name,
    *,
    {_PRICED}
from run
"""

# What a node has and none of its pods asked for.
_IDLE = f"""
insert into allocations by name
with

asked as (
    select
        node_no,
        usage_date,
        sum(cores * hours) as core_hours,
        sum(gib * hours) as gib_hours,
        sum(gpus * hours) as gpu_hours
    from allocations
    group by all
),

left_over as (
    select
        concat_ws('/', '{CLUSTER}', node, '__idle__') as name,
        nodes.*,
        usage_date,
        'idle' as attribution,
        24 as hours,
        {NODE_CORES} - coalesce(core_hours, 0) / 24 as cores,
        {NODE_GIB} - coalesce(gib_hours, 0) / 24 as gib,
        {NODE_GPUS} - coalesce(gpu_hours, 0) / 24 as gpus,
        0 as storage_gib
    from nodes cross join used_days left join asked using (node_no, usage_date)
)

select *, {_PRICED} from left_over
"""

# Volumes that a pod left behind.
_UNMOUNTED = f"""
insert into allocations by name
with

unmounted as (
    select
        '{CLUSTER}/__unmounted__/__unmounted__/__unmounted__' as name,
        '__unmounted__' as namespace,
        '__unmounted__' as pod,
        usage_date,
        'idle' as attribution,
        24 as hours,
        0 as cores,
        0 as gib,
        0 as gpus,
        750 as storage_gib
    from used_days
)

select *, {_PRICED} from unmounted
"""

# OpenCost replaces what Prometheus does not allow in the name of a label by an underscore.
_LABELS = """{'team': team_label, 'project': project_id, 'env': env, 'app_kubernetes_io_name': controller}"""


def _answer(days: str, is_reconciled: str) -> str:
    """The answer for some days: a map of allocations for each, and adjustments for those that are reconciled."""
    return f"""
        select 200 as code, list(windows order by usage_date) as data
        from (
            select usage_date, map_from_entries(list({{'key': name, 'value': allocation}} order by name)) as windows
            from (
                select
                    usage_date,
                    name,
                    {{
                        'name': name,
                        'properties': {{
                            'cluster': '{CLUSTER}',
                            'node': node,
                            'container': if(controller is not null, 'server', pod),
                            'controller': controller,
                            'controllerKind': if(controller is not null, 'deployment', null),
                            'namespace': namespace,
                            'pod': pod,
                            'providerID': provider_id,
                            'labels': if(attribution = 'tagged' and pod_no % 3 > 0, {_LABELS}, null),
                            'namespaceLabels': if(attribution = 'tagged' and pod_no % 3 = 0, {_LABELS}, null)
                        }},
                        'window': {{
                            'start': strftime(usage_date, '%Y-%m-%dT00:00:00Z'),
                            'end': strftime(usage_date + 1, '%Y-%m-%dT00:00:00Z')
                        }},
                        'start': strftime(usage_date, '%Y-%m-%dT00:00:00Z'),
                        'end': strftime(cast(usage_date as timestamp) + to_hours(hours), '%Y-%m-%dT%H:%M:%SZ'),
                        'minutes': hours * 60,
                        'cpuCores': cores,
                        'cpuCoreRequestAverage': cores,
                        'cpuCoreUsageAverage': cores * cpu_share,
                        'cpuCoreHours': cores * hours,
                        'gpuCount': gpus,
                        'gpuHours': gpus * hours,
                        'gpuRequestAverage': gpus,
                        'gpuUsageAverage': gpus * gpu_share,
                        'ramByteRequestAverage': gib * {_GIB},
                        'ramByteUsageAverage': gib * {_GIB} * memory_share,
                        'ramByteHours': gib * {_GIB} * hours,
                        'pvByteHours': storage_gib * 24 * {_GIB},
                        'cpuCost': cpu_cost,
                        'gpuCost': gpu_cost,
                        'gpuCostAdjustment': if({is_reconciled}, gpu_adjustment, 0),
                        'ramCost': ram_cost,
                        'pvCost': pv_cost,
                        'totalCost': total_cost - if({is_reconciled}, 0, gpu_adjustment)
                    }} as allocation
                from allocations
                where {days}
            )
            group by usage_date
        )
    """
