"""The validator with real suites, real DuckDB files and one real worker process."""

import json
import os
import re
import subprocess
import sys
import textwrap
import time
from html import unescape
from pathlib import Path

import duckdb
import pytest

from orchestration.quality.validator import Batch, Validator, worker_environment

HERE = Path(__file__).parent
GOOD = """
    select * from (values (1, 10.50::decimal(38, 12), 'EUR'), (2, 0.25, 'USD'))
        as orders (order_id, amount, currency)
"""
BAD = """
    select * from (values
        (1, -10.500000000001::decimal(38, 12), 'EUR'), (1, null, 'GBP'), (2, -3, '<script>')
    ) as orders (order_id, amount, currency)
"""


@pytest.fixture(scope="module")
def validator(tmp_path_factory):
    """One worker for all tests: its import takes seconds."""
    path = sys.path
    sys.path = [str(HERE), *path]
    with Validator(tmp_path_factory.mktemp("quality"), package="promises") as validator:
        validator.warm_up()
        yield validator
    sys.path = path


def by_promise(checks):
    return {check.check: check for check in checks}


def text_of(page: Path) -> str:
    """What a reader of the page sees."""
    html = page.read_text(encoding="utf-8").split("<body>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_good_orders_keep_every_promise(validator):
    checks = validator.validate([Batch("shop", "good", {"orders": GOOD})])
    assert [check.check for check in checks] == [
        "Orders have amounts",
        "Orders are in euros or dollars",
        "There are orders",
        "No order is negative",
        "Every order is there once",
    ]
    assert all(check.success for check in checks)
    assert {check.unexpected_count for check in checks} == {0, None}
    assert [check.observed for check in checks] == [
        "0 of 2 rows unexpected",
        "0 of 2 rows unexpected",
        "2",
        "0 unexpected rows",
        "0 unexpected rows",
    ]


def test_a_broken_promise_shows_how_often_and_where(validator):
    """A finance team can act on "this order", not on "some orders"."""
    checks = by_promise(validator.validate([Batch("shop", "bad", {"orders": BAD})]))
    negative = checks["No order is negative"]
    assert not negative.success
    assert negative.unexpected_count == 2
    assert negative.observed == "2 unexpected rows"
    assert negative.examples == [
        {"order_id": 1, "amount": "-10.500000000001", "currency": "EUR"},
        {"order_id": 2, "amount": "-3.000000000000", "currency": "<script>"},
    ]
    assert negative.expectation == "unexpected_rows_expectation"
    assert checks["Every order is there once"].examples == [{"order_id": 1, "times": 2}]
    currency = checks["Orders are in euros or dollars"]
    assert (currency.column, currency.unexpected_count) == ("currency", 2)
    assert currency.examples == [{"currency": "<script>"}, {"currency": "GBP"}]
    assert checks["Orders have amounts"].observed == "1 of 3 rows unexpected"
    assert checks["There are orders"].success
    assert json.dumps([check.examples for check in checks.values()])


def test_examples_are_few_and_the_same_each_time(validator):
    """Grouping runs on several threads: without an order each run would show other rows."""
    twice = """
        select i // 2 as order_id, 1.0 as amount, 'EUR' as currency from range(500000) t(i)
    """
    for _ in range(2):
        checks = by_promise(validator.validate([Batch("shop", "twice", {"orders": twice})]))
        repeated = checks["Every order is there once"]
        assert repeated.unexpected_count == 250000
        assert repeated.examples == [{"order_id": i, "times": 2} for i in range(5)]


def test_a_promise_that_cannot_be_judged_is_broken_and_spares_the_others(validator):
    """A delivery without a column must be refused, not end the run of all other feeds."""
    query = "select 1 as order_id, 'EUR' as currency"
    checks = by_promise(validator.validate([Batch("shop", "narrow", {"orders": query})]))
    assert not checks["Orders have amounts"].success
    assert checks["Orders have amounts"].observed == ('Error: The column "amount" in BatchData does not exist.')
    negative = checks["No order is negative"]
    assert not negative.success
    assert negative.observed.startswith('Binder Error: Referenced column "amount" not found')
    assert "\n" not in negative.observed
    assert (negative.unexpected_count, negative.examples) == (None, [])
    assert checks["Orders are in euros or dollars"].success
    assert checks["There are orders"].success


def test_a_missing_file_breaks_every_promise_about_it(validator):
    query = "select * from '/nowhere/orders.parquet'"
    checks = validator.validate([Batch("shop", "lost", {"orders": query})])
    assert len(checks) == 5
    assert not any(check.success for check in checks)


def test_a_database_is_only_read_and_not_held(validator, tmp_path):
    """dbt must be able to write the warehouse as soon as the checks are back."""
    file = tmp_path / "ware house $HOME ?x=1 %41.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"create schema shop; create table shop.orders as {GOOD}")
    before = file.read_bytes()
    relations = {"orders": "select * from shop.orders", "refunds": "select 1 as order_id"}
    checks = validator.validate([Batch("shop", "warehouse", relations, database=str(file))])
    assert [check.relation for check in checks] == ["orders"] * 5 + ["refunds"]
    assert all(check.success for check in checks)
    assert file.read_bytes() == before
    with duckdb.connect(str(file)) as connection:
        connection.execute("drop table shop.orders")
    assert not by_promise(validator.validate([Batch("shop", "warehouse", relations, database=str(file))]))[
        "There are orders"
    ].success


def test_a_database_that_somebody_writes_is_named(validator, tmp_path):
    file = tmp_path / "warehouse.duckdb"
    batch = Batch("shop", "locked", {"orders": GOOD}, database=str(file))
    with (
        duckdb.connect(str(file)),
        pytest.raises(RuntimeError, match=f"Cannot open {file} for reading: .*lock"),
    ):
        validator.validate([batch])
    assert all(check.success for check in validator.validate([batch]))


def test_parameters_reach_the_suite(validator):
    batch = Batch("shop", "few", {"orders": GOOD}, parameters={"least": 3})
    assert not by_promise(validator.validate([batch]))["There are orders"].success


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (Batch("nobody", "b", {"orders": GOOD}), "Batch b, suite nobody: No module named"),
        (Batch("shop", "b", {"letters": GOOD}), "the suite promises nothing about letters"),
        (Batch("shop", "b", {}), "it has no relations to judge"),
        (Batch("silent", "b", {"orders": GOOD}), "expect_column_to_exist says no promise"),
    ],
)
def test_a_wrong_suite_is_an_error_and_not_a_pass(validator, batch, message):
    """Data that nobody judged must not look like data that passed."""
    with pytest.raises(RuntimeError, match=message):
        validator.validate([batch])
    assert validator.validate([Batch("shop", "b", {"orders": GOOD})])


def test_the_page_of_a_broken_batch_says_what_is_wrong(validator):
    validator.validate(
        [
            Batch("shop", "shop/berlin/2026-04", {"orders": BAD}),
            Batch("shop", "shop/berlin/narrow", {"orders": "select 'EUR' as currency"}),
            Batch("shop", "../good", {"orders": GOOD}),
        ]
    )
    index = validator.write_docs()
    assert index == validator.docs / "index.html"
    assert "shop/berlin/2026-04" in text_of(index)
    page = index.parent / "batches/shop/shop/berlin/2026-04.html"
    seen = text_of(page)
    assert "Failed : 4 of 5 promises are broken." in seen
    assert "2 unexpected rows" in seen
    assert "-10.500000000001" in seen
    assert "2 unexpected values found" in seen
    assert "<script>" not in page.read_text(encoding="utf-8")
    assert 'column "amount" in BatchData does not exist' in text_of(page.with_name("narrow.html"))
    good = index.parent / "batches/shop/%2E%2E/good.html"
    assert "Passed : all 5 promises are kept." in text_of(good)
    assert "batches/shop/%252E%252E/good.html" in index.read_text(encoding="utf-8")


def test_the_pages_need_no_network_and_do_not_change(validator):
    """GX's own pages load styles and scripts from five content networks, and stay empty without."""
    validator.validate([Batch("shop", "bad", {"orders": BAD})])
    pages = []
    for _ in range(2):
        validator.write_docs()
        pages.append({file: file.read_text() for file in validator.docs.rglob("*.html")})
    assert pages[0] == pages[1]
    assert not [file for file, html in pages[0].items() if re.search("(src|href)=.?http", html)]
    assert not [file for file, html in pages[0].items() if "<script" in html]


def test_pages_of_earlier_runs_stay_listed(validator):
    """A run without a new delivery must not make the doors' pages disappear."""
    validator.validate([Batch("shop", "today", {"orders": GOOD})])
    file = validator.docs / "batches.json"
    earlier = validator.docs / "batches/shop/yesterday.html"
    earlier.parent.mkdir(parents=True, exist_ok=True)
    earlier.write_text("earlier")
    line = {"suite": "shop", "batch": "yesterday", "link": "x", "promises": 1, "broken": []}
    gone = line | {"batch": "gone"}
    known = {"batches/shop/yesterday.html": line, "batches/shop/gone.html": gone}
    file.write_text(json.dumps(known))
    index = text_of(validator.write_docs())
    assert "yesterday" in index
    assert "today" in index
    assert "gone" not in index


def test_values_of_all_kinds_can_be_shown(validator):
    """Examples go into a table as JSON, and an amount must arrive with its last decimal."""
    odd = """
        select
            -1::decimal(38, 12) as amount,
            timestamptz '2026-01-01 00:00:00+05' as order_id,
            map {'a': 1.5} as tags,
            'infinity'::double as infinite,
            date '2026-01-31' as billed_on,
            'EUR' as currency
    """
    checks = by_promise(validator.validate([Batch("shop", "odd", {"orders": odd})]))
    assert checks["No order is negative"].examples == [
        {
            "amount": "-1.000000000000",
            "order_id": "2025-12-31T19:00:00+00:00",
            "tags": {"a": "1.5"},
            "infinite": "inf",
            "billed_on": "2026-01-31",
            "currency": "EUR",
        }
    ]


def test_the_worker_is_reused(validator):
    batch = Batch("shop", "again", {"orders": GOOD})
    validator.validate([batch])
    worker = validator._worker.pid
    assert validator.validate([batch]) == validator.validate([batch])
    assert validator._worker.pid == worker


def test_nothing_is_printed(validator, capfd):
    validator.validate([Batch("noisy", "noise", {"orders": GOOD})])
    validator.validate([Batch("shop", "narrow", {"orders": "select 1 as order_id"})])
    validator.write_docs()
    assert capfd.readouterr() == ("", "")


def test_the_worker_sees_what_its_parent_sees():
    environment = worker_environment({"HOME": "/home/me"}, ["", "/somewhere"])
    assert environment["PYTHONPATH"] == os.pathsep.join([os.getcwd(), "/somewhere"])
    assert environment["HOME"] == "/home/me"
    assert environment["GX_ANALYTICS_ENABLED"] == "false"


PARENT = """
    import sys
    sys.path[:0] = {path!r}
    from orchestration.quality.validator import Batch, Validator
    validator = Validator("docs", package="promises")
    assert "great_expectations" not in sys.modules
    validator.warm_up()
    print(validator._worker.pid, flush=True)
"""


def parent(rest: str) -> str:
    """A script without the usual guard, as one types it into a shell."""
    path = [str(HERE), str(HERE.parents[1])]
    return textwrap.dedent(PARENT.format(path=path)) + textwrap.dedent(rest)


def test_a_dead_worker_is_reported_with_what_to_do(tmp_path):
    """From standard input, where multiprocessing has no main script to import again."""
    script = parent("""
        validator.validate([Batch("noisy", "noise", {"orders": "select 1"})])
        try:
            validator.validate([Batch("fatal", "f", {"orders": "select 1"})])
        except RuntimeError as error:
            print(error)
        validator.close()
    """)
    answer = subprocess.run([sys.executable], input=script, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "ended with signal 9: it was killed, most likely for want of memory" in answer.stdout
    assert "noise on standard output" in answer.stdout.split("Its last output:")[1]
    assert answer.stderr == ""
    assert answer.returncode == 0


def test_the_worker_does_not_outlive_a_killed_parent(tmp_path):
    """An orphan that reads the warehouse would keep the next run from writing it."""
    script = parent("""
        import os, signal
        validator.validate([Batch("shop", "b", {"refunds": "select 1 as order_id"})])
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    answer = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == -9, answer.stderr
    worker = Path("/proc", answer.stdout.strip())
    for _ in range(100):
        if not worker.exists() or "Z" in worker.joinpath("stat").read_text().split()[2]:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the worker still runs")


def test_a_worker_that_is_still_importing_is_closed_at_once(tmp_path):
    """A run with nothing to judge must not wait for an import that it started for nothing."""
    with Validator(tmp_path) as validator:
        validator.warm_up()
        started = time.monotonic()
    assert time.monotonic() - started < 2
