"""What pods asked for, used and left idle: OpenShift metering reports, OpenCost allocations.

Both measure the same machines, whose money is on the cloud's bill: neither is money here.
Reports come again, and grow: of each hour (or window) and pod the newest report counts.
vm_usage is left out, since a virtual machine is a pod of pod_usage too.
"""

from __future__ import annotations

import re

from orchestration.feeds import Column, Feed, Table, named_in_path


def cluster_of(label: str) -> str | None:
    """The cluster that a path names: `June-2026-NAME-ocp_pod_usage.csv`, or a folder `cluster=NAME`."""
    found = re.search(r"(?:^|/)[A-Z][a-z]+-20\d\d-(.+)-ocp_\w+", label)
    return found[1] if found else named_in_path("cluster")(label)


CLUSTER = Column("cluster", aliases=("properties.cluster",), from_path=cluster_of)


def report(name: str, key: tuple[str, ...], *columns: Column) -> Table:
    """A table of hourly metering rows, `key` telling apart those of one cluster and hour."""
    return Table(
        name=name,
        columns=(CLUSTER, Column("interval_start", "timestamp", required=True), *columns),
        account="coalesce(cluster, 'kubernetes')",
        period="interval_start",
        replaces="row",
        key=("cluster", "interval_start", *key),
    )


PODS = report(
    "kubernetes_pods",
    ("node", "namespace", "pod"),
    Column("node", required=True, allows_null=True),
    Column("resource_id", required=True, allows_null=True),
    Column("namespace", required=True),
    Column("pod", required=True),
    Column("pod_usage_cpu_core_seconds", "number", required=True, allows_null=True),
    Column("pod_request_cpu_core_seconds", "number", required=True, allows_null=True),
    Column("pod_usage_memory_byte_seconds", "number", required=True, allows_null=True),
    Column("pod_request_memory_byte_seconds", "number", required=True, allows_null=True),
    Column("node_capacity_cpu_core_seconds", "number", required=True, allows_null=True),
    Column("node_capacity_memory_byte_seconds", "number", required=True, allows_null=True),
    Column("pod_labels"),
)

GPUS = report(
    "kubernetes_gpus",
    ("gpu_uuid", "mig_instance_id", "namespace", "pod"),
    Column("node"),
    Column("namespace", required=True),
    Column("pod", required=True),
    Column("gpu_uuid", required=True),
    Column("gpu_model_name"),
    Column("gpu_pod_uptime", "number", required=True),
    Column("mig_instance_id"),
    Column("mig_profile"),
)

VOLUMES = report(
    "kubernetes_volumes",
    ("namespace", "persistentvolumeclaim", "persistentvolume", "pod"),
    Column("namespace", required=True),
    Column("pod"),
    Column("persistentvolumeclaim", required=True),
    Column("persistentvolume", required=True),
    Column("storageclass"),
    Column("csi_volume_handle"),
    Column("persistentvolumeclaim_capacity_byte_seconds", "number", required=True),
    Column("persistentvolume_labels"),
    Column("persistentvolumeclaim_labels"),
)

NAMESPACES = report(
    "kubernetes_namespaces",
    ("namespace",),
    Column("namespace", required=True),
    Column("namespace_labels", required=True, allows_null=True),
)

NODES = report(
    "kubernetes_nodes",
    ("node",),
    Column("node", required=True),
    Column("node_labels", required=True, allows_null=True),
)

ALLOCATIONS = Table(
    name="kubernetes_allocations",
    columns=(
        CLUSTER,
        Column("name", required=True),
        Column("window_start", "timestamp", required=True, aliases=("window.start",)),
        Column("window_end", "timestamp", required=True, aliases=("window.end",)),
        Column("minutes", "number", required=True),
        Column("node", aliases=("properties.node",)),
        Column("namespace", aliases=("properties.namespace",)),
        Column("pod", aliases=("properties.pod",)),
        Column("container", aliases=("properties.container",)),
        Column("provider_id", aliases=("properties.providerID",)),
        Column("labels", "tags", aliases=("properties.labels",)),
        Column("namespace_labels", "tags", aliases=("properties.namespaceLabels",)),
        # Not a number comes as null: it is unknown, which is not zero.
        Column("cpuCoreRequestAverage", "number"),
        Column("cpuCoreUsageAverage", "number"),
        Column("cpuCoreHours", "number", required=True, allows_null=True),
        Column("gpuUsageAverage", "number"),
        Column("gpuHours", "number"),
        Column("ramByteRequestAverage", "number"),
        Column("ramByteUsageAverage", "number"),
        Column("ramByteHours", "number"),
        Column("pvByteHours", "number"),
        Column("totalCost", "number"),
    ),
    account="coalesce(cluster, 'kubernetes')",
    period="window_start",
    replaces="row",
    key=("cluster", "name", "window_start", "window_end"),
    records=("$.data[*].*",),
)

# It has averages over the part of the day that a container ran, and not how long that was:
# of its measures only the estimate adds up.
ALLOCATION_DAYS = Table(
    name="kubernetes_allocation_days",
    columns=(
        CLUSTER,
        Column("Date", "timestamp", required=True),
        Column("Namespace", required=True),
        Column("ControllerKind"),
        Column("ControllerName"),
        Column("Pod", required=True, allows_null=True),
        Column("Container", required=True, allows_null=True),
        Column("TotalCost", "number", required=True, allows_null=True),
        Column("Labels", "tags", prefixes=("Label_",)),
    ),
    account="coalesce(cluster, 'kubernetes')",
    period='"Date"',
    replaces="row",
    key=("cluster", "Date", "Namespace", "ControllerKind", "ControllerName", "Pod", "Container"),
)

FEED = Feed(
    name="kubernetes",
    tables=(PODS, GPUS, VOLUMES, NAMESPACES, NODES, ALLOCATIONS, ALLOCATION_DAYS),
    suffixes=(".csv", ".csv.gz", ".json", ".json.gz"),
    # As OpenCost's CSV prints what its JSON has as null.
    nulls=("NaN", "+Inf", "-Inf"),
    ignores=r"vm_usage",
)
