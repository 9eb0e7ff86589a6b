"""The publication in a real PostgreSQL server: equal, switched in one step, and closed to writers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import psycopg
import pytest

from orchestration.publishing.postgres import CopyFailed, copy
from tests.conftest import apportion, query
from tests.end_to_end.conftest import Run

pytestmark = pytest.mark.slow

SCHEMAS = ["coverage", "ingestion", "lifecycle", "reconciliation", "showback"]


def program(name: str) -> str | None:
    """A program of the server, which distributions keep off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of its own on a socket of its own; the URL of its first database."""
    initdb, control = program("initdb"), program("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("no PostgreSQL server here: install the distribution's package `postgresql`")
    # A socket's path is short, and root may not run a server.
    base = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(base, "postgres")

    def called(*command: str) -> None:
        subprocess.run([*user, *command], check=True, cwd=base, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    options = f"-c listen_addresses='' -c unix_socket_directories={base} -c fsync=off"
    called(initdb, "-D", f"{base}/data", "-U", "keeper", "-A", "trust", "-E", "UTF8", "--no-sync")
    called(control, "-D", f"{base}/data", "-o", options, "-l", f"{base}/log", "-w", "start")
    try:
        yield f"postgresql://keeper@/postgres?host={base}"
    finally:
        called(control, "-D", f"{base}/data", "-m", "immediate", "stop")
        shutil.rmtree(base)


@pytest.fixture
def database(server: str) -> str:
    """An empty database; the URL of it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop database if exists marts with (force)")
        connection.execute("create database marts")
    return server.replace("/postgres?", "/marts?")


def publication(file: Path, amount: str = "1.000000000001", text: str = "") -> Path:
    """A published file of two tables."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema showback")
        connection.execute(
            """
            create table showback.monthly_costs as
            select cast(? as varchar) as a, cast(null as varchar) as b, cast(? as decimal(38, 12)) as c
            """,
            [text, amount],
        )
        connection.execute("create table showback.teams as select unnest(range(20000)) as team_id")
        connection.execute("create view showback.allocation_lines as select 1 as one")
    return file


def silent(message: str) -> None:
    pass


def asked(url: str, sql: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchall()


def test_every_table_is_copied_to_the_last_decimal(sample, database, tmp_path) -> None:
    # Of a copy, for others read the warehouse.
    mine = Run(sample.exports, tmp_path / sample.warehouse.name, tmp_path / "published")
    shutil.copyfile(sample.warehouse, mine.warehouse)
    done = apportion("publish", *mine.options[2:], "--to", database)
    tables = query(mine.current, "select schema_name, table_name from duckdb_tables() where not internal order by all")
    assert done.stdout.splitlines()[-1].startswith(f"PostgreSQL: {len(tables)} tables, ")
    assert sorted({schema for schema, _ in tables}) == SCHEMAS
    for schema, table in tables:
        counts = f'select count(*) from {schema}."{table}"'
        assert asked(database, counts) == query(mine.current, counts)
    rows = 'select * from showback.monthly_costs order by {} collate "C"'
    names = ["month", "team_id", "project_id", "lifecycle_stage", "ai_activity", "cost_component", "provider_name"]
    copied = asked(database, rows.format(' collate "C", '.join(names)))
    assert copied == query(mine.current, f"select * from showback.monthly_costs order by {', '.join(names)}")


@pytest.mark.parametrize("text", ["", "\\N", "NULL", 'a "quoted", one', "line\nbreak", "\\", "=1+1", "Ωß"])
def test_a_text_arrives_as_it_is(database, tmp_path, text) -> None:
    copy(publication(tmp_path / "p.duckdb", text=text), database, silent)
    assert asked(database, "select * from showback.monthly_costs") == [(text, None, Decimal("1.000000000001"))]


def test_readers_see_the_old_tables_or_the_new_ones(database, tmp_path) -> None:
    """Twenty publications while somebody reads: never half of one, never none."""
    files = [publication(tmp_path / f"{n}.duckdb", amount=str(n)) for n in (1, 2)]
    copy(files[0], database, silent)
    seen, stop = [], threading.Event()

    def read() -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            while not stop.is_set():
                both = "select (select sum(c) from showback.monthly_costs), (select count(*) from showback.teams)"
                seen.append(connection.execute(both).fetchone())

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for turn in range(10):
            copy(files[(turn + 1) % 2], database, silent)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert {amount for amount, _ in seen} == {1, 2}
    assert {count for _, count in seen} == {20000}


def test_whoever_has_the_role_reads_and_nothing_else(database, tmp_path) -> None:
    copy(publication(tmp_path / "p.duckdb"), database, silent)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop role if exists bi")
        connection.execute("create role bi login in role apportion_reader")
    reader = database.replace("keeper@", "bi@")
    assert asked(reader, "select count(*) from showback.teams") == [(20000,)]
    for change in ("delete from showback.teams", "drop table showback.teams", "create table showback.mine (a int)"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asked(reader, change)


def test_what_others_made_is_not_touched(database, tmp_path) -> None:
    """A view on a mart, and a table of the same name that is not ours: said, and everything is as before."""
    first, second = (publication(tmp_path / f"{n}.duckdb", amount=str(n)) for n in (1, 2))
    copy(first, database, silent)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create table showback.notes (a int)")
        connection.execute("create view showback.mine as select * from showback.monthly_costs")
    with pytest.raises(CopyFailed, match=r"view showback.mine depends on table showback.monthly_costs.* make it again"):
        copy(second, database, silent)
    assert asked(database, "select c from showback.mine") == [(1,)]
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop view showback.mine")
        connection.execute("comment on table showback.teams is null")
    with pytest.raises(CopyFailed, match=r'"teams" already exists.* did not make it'):
        copy(second, database, silent)
    assert asked(database, "select c from showback.monthly_costs") == [(1,)]
    assert asked(database, "select * from showback.notes") == []


def test_a_table_that_is_published_no_more_is_gone(database, tmp_path) -> None:
    first, second = (publication(tmp_path / f"{n}.duckdb", amount=str(n)) for n in (1, 2))
    with duckdb.connect(str(first)) as connection:
        connection.execute("create table showback.earlier as select 1 as a")
    copy(first, database, silent)
    assert copy(second, database, silent) == (2, 20001)
    assert asked(database, "select to_regclass('showback.earlier')") == [(None,)]


def test_what_cannot_be_reached_is_said_without_the_password(tmp_path) -> None:
    unknown = "postgresql://keeper:secret-word@127.0.0.1:1/marts"
    with pytest.raises(CopyFailed, match="PostgreSQL: connection failed") as failed:
        copy(publication(tmp_path / "p.duckdb"), unknown, silent)
    assert "secret-word" not in str(failed.value)
    done = apportion("publish", "--to", "mysql://keeper:secret-word@host/marts", check=False)
    assert done.returncode == 2
    assert "postgresql://USER@HOST/DATABASE" in done.stderr
    assert "secret-word" not in done.stdout + done.stderr
