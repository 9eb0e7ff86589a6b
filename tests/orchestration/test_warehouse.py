"""The warehouse file, over many deliveries."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.warehouse import connect

MONTHS, REDELIVERIES = 12, 60
MONTH = (
    "select {month} as month, md5(concat({month}, '/', {delivery}, '/', row)) as id from range({rows}) as rows (row)"
)


@pytest.mark.parametrize("rows", [10_000, 60_000])
def test_months_delivered_over_and_over_do_not_fill_the_disk(tmp_path: Path, rows: int) -> None:
    """Replaced rows stay in the file until their row group holds no other: a file that only grows is a full disk."""
    file = tmp_path / "warehouse.duckdb"
    with connect(file) as connection:
        connection.execute(f"create table charges as {MONTH.format(month=0, delivery=0, rows=0)}")
        for month in range(MONTHS):
            connection.execute(f"insert into charges {MONTH.format(month=month, delivery=0, rows=rows)}")
    whole = file.stat().st_size
    for delivery in range(1, REDELIVERIES + 1):
        # The current month mostly, and an older one now and then.
        month = MONTHS - 1 if delivery % 3 else delivery % MONTHS
        with connect(file) as connection:
            connection.execute("delete from charges where month = ?", [month])
            connection.execute(f"insert into charges {MONTH.format(month=month, delivery=delivery, rows=rows)}")
    with connect(file) as connection:
        assert connection.execute("select count(*), count(distinct id) from charges").fetchone() == (
            MONTHS * rows,
            MONTHS * rows,
        )
    assert file.stat().st_size < 3 * whole
