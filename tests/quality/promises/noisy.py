"""A suite whose module and whose expectations print: nobody may see it."""

import sys

import great_expectations.expectations as gxe

print("noise on standard output")
print("noise on standard error", file=sys.stderr)


def expectations(parameters: dict) -> dict:
    """A query without {batch}, of which GX warns by printing."""
    return {
        "orders": [
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query="select 1 where false", description="One is never false"
            )
        ]
    }
