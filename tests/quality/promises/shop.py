"""A small suite with one promise of each kind."""

import great_expectations.expectations as gxe


def expectations(parameters: dict) -> dict:
    """What a good day of orders looks like."""
    return {
        "orders": [
            gxe.ExpectColumnValuesToNotBeNull(column="amount", description="Orders have amounts"),
            gxe.ExpectColumnValuesToBeInSet(
                column="currency",
                value_set=["EUR", "USD"],
                meta={"check": "Orders are in euros or dollars"},
            ),
            gxe.ExpectTableRowCountToBeBetween(min_value=parameters.get("least", 1), description="There are orders"),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query="""
                    select * from {batch} where amount < 0 -- a comment may end a query
                """,
                description="No order is negative",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query="""
                    select order_id, count(*) as times from {batch}
                    group by order_id having count(*) > 1;
                """,
                description="Every order is there once",
            ),
        ],
        "refunds": [gxe.ExpectColumnValuesToNotBeNull(column="order_id", description="Refunds have orders")],
    }
