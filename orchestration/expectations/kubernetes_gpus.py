"""GPUs whose hours can be counted."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.kubernetes import GPUS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(GPUS),
            where_none(
                "No pod holds a GPU for more than its hour, or less than nothing",
                "gpu_pod_uptime not between 0 and 3600",
                "pod",
                "gpu_uuid",
                "gpu_pod_uptime",
            ),
            ties_out(parameters, "0"),
        ]
    }
