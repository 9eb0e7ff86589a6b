"""The ways into a publication that BI tools take."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest
import sqlalchemy

from tests.conftest import query

pytestmark = pytest.mark.slow

TOTAL = "select sum(total_cost) from showback.monthly_costs"


def test_sqlalchemy_reads_the_file(sample) -> None:
    """As Superset does; it lists the schemas for a person to choose from, and may not write."""
    [(total,)] = query(sample.current, TOTAL)
    engine = sqlalchemy.create_engine(f"duckdb:///{sample.current}", connect_args={"read_only": True})
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text(TOTAL)).scalar() == total
        with pytest.raises(sqlalchemy.exc.ProgrammingError, match="read-only mode"):
            connection.execute(sqlalchemy.text("drop table showback.monthly_costs"))
    names = sqlalchemy.inspect(engine).get_table_names(schema="showback")
    engine.dispose()
    assert {"monthly_costs", "daily_costs", "teams"} <= set(names)


def test_parquet_is_read_by_anyone(sample) -> None:
    """Without the DuckDB file: the same money, as decimals."""
    file = sample.current.parent / "showback" / "monthly_costs.parquet"
    [(total,)] = duckdb.sql(f"select sum(total_cost) from read_parquet('{file}')").fetchall()
    assert isinstance(total, Decimal)
    assert total == query(sample.current, TOTAL)[0][0]
