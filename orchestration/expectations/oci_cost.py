"""An OCI cost report is fit to be charged to somebody."""

from orchestration.expectations.rules import has_values, is_currency, ties_out, where_none
from orchestration.feeds.oci_cost import CHARGES


def expectations(parameters: dict) -> dict:
    """The suite of one report: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(CHARGES),
            where_none(
                "No line ends before it starts",
                '"lineItem/intervalUsageEnd" < "lineItem/intervalUsageStart"',
                '"lineItem/intervalUsageStart"',
                '"lineItem/intervalUsageEnd"',
            ),
            where_none(
                "lineItem/isCorrection is true or false",
                "lower(\"lineItem/isCorrection\") not in ('true', 'false')",
                '"lineItem/isCorrection"',
            ),
            is_currency('"cost/currencyCode"'),
            ties_out(parameters, CHARGES.billed),
        ]
    }
