"""An OCI usage report can drive the split of a bill."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.oci_cost import USAGE


def expectations(parameters: dict) -> dict:
    """The suite of one report: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(USAGE),
            where_none(
                "No line ends before it starts",
                '"lineItem/intervalUsageEnd" < "lineItem/intervalUsageStart"',
                '"lineItem/intervalUsageStart"',
                '"lineItem/intervalUsageEnd"',
            ),
            ties_out(parameters, "0"),
        ]
    }
