"""The rules that several suites share, each a promise in words and a query for what breaks it."""

from __future__ import annotations

import great_expectations.expectations as gxe

from orchestration.feeds import Table


def none_of(promise: str, query: str) -> gxe.UnexpectedRowsExpectation:
    """A promise that holds when the query over `{batch}` finds no row."""
    return gxe.UnexpectedRowsExpectation(description=promise, unexpected_rows_query=query)


def where_none(promise: str, condition: str, *shown: str) -> gxe.UnexpectedRowsExpectation:
    """A promise about each row: `condition` is what no row may be. The row and `shown` are reported."""
    columns = ", ".join(["source_row", *shown])
    return none_of(promise, f"select {columns} from {{batch}} where {condition}")


def has_values(table: Table) -> gxe.UnexpectedRowsExpectation:
    """Every required column has a value in every row, in one scan."""
    missing = " or ".join(f'"{column}" is null' for column in table.never_null)
    first = " ".join(f"when \"{column}\" is null then '{column}'" for column in table.never_null)
    return none_of(
        "Every row has a value in every required column",
        f"select source_row, case {first} end as empty_column from {{batch}} where {missing}",
    )


def is_currency(column: str, *shown: str) -> gxe.UnexpectedRowsExpectation:
    """The column, quoted as SQL wants it, is a currency's code. The row, `shown` and the column are reported."""
    name = column.strip('"')
    condition = f"not regexp_full_match({column}, '[A-Z]{{{{3}}}}')"
    return where_none(f"{name} is a code of three capital letters", condition, *shown, column)


def is_json(column: str, kind: str, *shown: str) -> gxe.UnexpectedRowsExpectation:
    """The column, quoted as SQL wants it, is a JSON `array` or `object`: a model would stop at anything else."""
    name, opens = column.strip('"'), {"array": "[", "object": "{{"}[kind]
    condition = f"{column} is not null and (not json_valid({column}) or left(ltrim({column}), 1) <> '{opens}')"
    return where_none(f"{name} is a JSON {kind}", condition, *shown, column)


def at_most_a_day(
    day: str, person: str, worked: str, per_hour: int = 1, rows: str = "{batch}"
) -> gxe.UnexpectedRowsExpectation:
    """Nobody works more than 24 hours on a day; `per_hour` is how much of `worked` makes an hour."""
    return none_of(
        "Nobody works more than 24 hours on a day",
        f"select {day}, {person}, sum({worked}) / {per_hour} as hours from {rows} group by {day}, {person}"
        f" having sum({worked}) > 24 * {per_hour}",
    )


def ties_out(parameters: dict, billed: str) -> gxe.UnexpectedRowsExpectation:
    """What is read at the door is what landing counted, to the row and the last decimal."""
    rows, cost = parameters["rows"], parameters["billed_cost"]
    return none_of(
        f"{rows} rows and a billed cost of {cost}, as landing counted",
        f"select count(*) as found_rows, coalesce(sum({billed}), 0) as found_billed_cost from {{batch}}"
        f" having count(*) <> {rows} or coalesce(sum({billed}), 0) <> cast('{cost}' as decimal(38, 12))",
    )
