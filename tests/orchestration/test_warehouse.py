"""The warehouse file, over many deliveries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.warehouse import connect
from tests.conftest import apportion

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


HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def test_a_warehouse_that_another_run_holds_is_said_in_one_line(tmp_path: Path) -> None:
    """Two runs at once, or one that was killed and left a child: no stack of calls, and what to do."""
    file = tmp_path / "w.duckdb"
    (tmp_path / "exports").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        done = apportion("run", "--exports", tmp_path / "exports", "--warehouse", file, check=False)
        holder.stdin.close()
    assert done.returncode == 1
    words = f"apportion: {file}: another process is writing to it, perhaps a run; try again when it is done"
    assert done.stderr.splitlines()[-1] == words
    assert "Traceback" not in done.stderr


def test_a_warehouse_that_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "w.duckdb"
    file.write_text("notes\n" * 9999)
    (tmp_path / "exports").mkdir()
    done = apportion("run", "--exports", tmp_path / "exports", "--warehouse", file, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"apportion: {file}: cannot be read: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["apportion.prod.duckdb", "o'hara/w.duckdb", 'a"b.duckdb'])
def test_a_warehouse_in_which_dbt_cannot_build_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """Else the build fails, after the exports were read, with words that name neither the file nor the way out."""
    done = apportion("run", "--exports", tmp_path, "--warehouse", tmp_path / name, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"apportion: {tmp_path / name}: its ")
    assert not (tmp_path / name).exists()
