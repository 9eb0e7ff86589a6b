"""What is written for readers."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.publishing.publication import write_parquet


def test_a_long_mart_without_rows_can_be_read_as_parquet(tmp_path: Path) -> None:
    """Where no pool gives to another, a tool that reads the folder gets no rows, and no error."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as publication")
        connection.execute("create schema publication.showback")
        connection.execute("create table publication.showback.passages (billing_period text, charge_date date)")
        write_parquet(connection, tmp_path, tmp_path / "none", "showback", "passages", None)
        files = str(tmp_path / "showback/passages.parquet/*.parquet")
        read = connection.execute("from read_parquet(?)", [files])
        assert [column[0] for column in read.description] == ["billing_period", "charge_date"]
        assert read.fetchall() == []
