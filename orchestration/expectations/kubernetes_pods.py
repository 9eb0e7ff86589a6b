"""Pods whose hours can be counted."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.kubernetes import PODS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(PODS),
            where_none(
                "No pod asks for, or uses, less than nothing",
                "least(pod_usage_cpu_core_seconds, pod_request_cpu_core_seconds,"
                " pod_usage_memory_byte_seconds, pod_request_memory_byte_seconds) < 0",
                "pod",
            ),
            where_none(
                "A pod that runs on a node comes with what the node has",
                "node is not null and (node_capacity_cpu_core_seconds is null"
                " or node_capacity_memory_byte_seconds is null)",
                "node",
                "pod",
            ),
            ties_out(parameters, "0"),
        ]
    }
