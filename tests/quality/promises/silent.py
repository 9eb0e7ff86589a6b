"""A suite with an expectation that says no promise."""

import great_expectations.expectations as gxe


def expectations(parameters: dict) -> dict:
    """One expectation without a sentence."""
    return {"orders": [gxe.ExpectColumnToExist(column="order_id")]}
