"""The warehouse, read only: the connection, its rows, and what explanations join to every charge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.explain.explanation import ExplainError, Row
from orchestration.explain.words import QUESTIONS
from orchestration.warehouse import WarehouseError, connect


@contextmanager
def reading(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, to read only. Raises `ExplainError` in words where DuckDB has codes."""
    if not warehouse.is_file():
        raise ExplainError(f"{warehouse}: no such warehouse; run `apportion run` first, or name one with --warehouse")
    try:
        with connect(warehouse, read_only=True) as connection:
            yield connection
    except WarehouseError as error:
        raise ExplainError(str(error)) from error
    except duckdb.CatalogException as error:
        raise ExplainError(f"{warehouse}: nothing is built in it yet; run `apportion run` first") from error
    except duckdb.Error as error:
        raise ExplainError(f"{warehouse}: cannot be read: {str(error).splitlines()[0]}") from error


def executed(
    connection: duckdb.DuckDBPyConnection, statement: str, values: Row | None = None
) -> duckdb.DuckDBPyConnection:
    """Run a statement with those of the values that it names."""
    named = set(re.findall(r"\$(\w+)", statement))
    return connection.execute(statement, {name: value for name, value in (values or {}).items() if name in named})


def fetched(connection: duckdb.DuckDBPyConnection, statement: str, values: Row | None = None) -> list[Row]:
    """The rows of a query, by column name."""
    result = executed(connection, statement, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def evidence_of(relation: str) -> str:
    """SQL: the columns that say why a charge has its owner, project, stage and activity."""
    columns = ("{}_evidence", "is_{}_of_project", "{}_cause", "has_{}_conflict")
    return ", ".join(f"{relation}.{column.format(question)}" for question in QUESTIONS for column in columns)


def join_owners(charges: str) -> str:
    """SQL: the join of `owners`, who had the charge group of each of `charges` on its day."""
    return f"""left join ownership.int_ownership__owners as owners
        on {charges}.billing_period = owners.billing_period
            and {charges}.charge_group_id = owners.charge_group_id
            and {charges}.charge_date >= owners.valid_from
            and {charges}.charge_date < owners.valid_to"""


def describe_groups(charges: str) -> str:
    """SQL: the common table `charges_described`, with the service, resource and deliveries of each of `charges`.

    A group of one period may have come in several deliveries: they are listed, its money is not repeated.
    """
    return f"""groups as (
    select
        billing_period,
        charge_group_id,
        any_value(service_name) as service_name,
        any_value(resource_id) as resource_id,
        list(distinct delivery_id order by delivery_id) as delivery_ids
    from charges.int_charges__daily
    where (billing_period, charge_group_id) in (select (billing_period, charge_group_id) from {charges})
    group by billing_period, charge_group_id
),

charges_described as (
    select
        {charges}.*,
        groups.service_name,
        groups.resource_id,
        groups.delivery_ids
    from {charges}
    left join groups
        on {charges}.billing_period = groups.billing_period
            and {charges}.charge_group_id = groups.charge_group_id
)"""
