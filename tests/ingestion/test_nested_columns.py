"""What lies inside a column, and money that came as a double."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.feeds import Column, Feed, Table
from orchestration.ingestion.arrivals import ExportFile
from orchestration.ingestion.landing import land
from orchestration.ingestion.refusal import Refused
from orchestration.warehouse import connect

BILL = Table(
    name="bill",
    columns=(
        Column("id", required=True),
        Column("day", "date", required=True),
        Column("cost", "money", required=True),
        Column("service.id", required=True),
        Column("price.list.default", "money"),
        Column("labels", "list"),
    ),
    account="id",
    period="day",
    currency="'USD'",
    billed="cost",
    records=("$",),
)
FEED = Feed(name="bill", tables=(BILL,), suffixes=(".csv", ".parquet", ".jsonl"))
# 987654321.123457 counted in 10^-12 as a double is 987654321.123456974848.
NESTED = """
    select 'a' as id, date '2026-09-01' as day, 987654321.123457::double as cost, {'id': 's1'} as service,
        {'list': {'default': 0.07}} as price, [{'key': 'team', 'value': 'red'}] as labels
"""
MAPPED = NESTED.replace("{'id': 's1'}", "map {'id': 's1'}")
FLAT = 'id,day,cost,service.id,price.list.default,labels\na,2026-09-01,987654321.123457,s1,0.07,"{labels}"\n'
JSON_IN_CSV = (
    "id,day,cost,service,price,labels\n"
    'a,2026-09-01,987654321.123457,"{""id"": ""s1""}","{""list"": {""default"": 0.07}}","{labels}"\n'
)
PRINTED = "[{'key': 'team', 'value': 'red'}]"
EXPECTED = [("s1", Decimal("0.07"), Decimal("987654321.123457"), "team", "red")]


def read(folder: Path, name: str, write) -> list[tuple]:
    """The rows of a delivered file, after landing."""
    path = folder / "exports" / "bill" / name
    path.parent.mkdir(parents=True)
    with connect(folder / "w.duckdb") as connection:
        write(connection, path)
        landed = land(connection, folder / "landing", ExportFile.at(FEED, path, folder / "exports"), "0" * 64)
        return connection.execute(
            "select \"service.id\", \"price.list.default\", cost, labels ->> '$[0].key', labels ->> '$[0].value'"
            f" from ({landed.query})"
        ).fetchall()


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
@pytest.mark.parametrize("query", [NESTED, MAPPED])
def test_what_lies_inside_a_column_is_read_by_its_path(tmp_path: Path, query: str, suffix: str) -> None:
    form = {"parquet": "parquet", "jsonl": "json"}[suffix]

    def write(connection, path: Path) -> None:
        connection.execute(f"copy ({query}) to '{path}' (format {form})")

    assert read(tmp_path, f"a.{suffix}", write) == EXPECTED


@pytest.mark.parametrize("text", [FLAT, JSON_IN_CSV])
@pytest.mark.parametrize("labels", [PRINTED, PRINTED.replace("'", '""')])
def test_csv_is_read_flattened_or_with_json_in_it_and_lists_as_json_or_as_python_prints_them(
    tmp_path: Path, text: str, labels: str
) -> None:
    """A BigQuery extract by pandas writes None and single quotes, which no JSON reader takes."""
    assert read(tmp_path, "a.csv", lambda _, path: path.write_text(text.replace("{labels}", labels))) == EXPECTED


def test_words_and_quotes_inside_a_printed_string_stay_as_they_are(tmp_path: Path) -> None:
    value = [{"key": "it's None", "value": 'say "True"', "other": None, "amount": -5e-06}]
    printed = str(value).replace('"', '""')
    found = read(tmp_path, "a.csv", lambda _, path: path.write_text(FLAT.replace("{labels}", printed)))
    assert found[0][3:] == ("it's None", 'say "True"')


def test_doubles_add_up_to_what_their_digits_say(tmp_path: Path) -> None:
    """A month of cents in Parquet: the total must not show 0.000049266 that no row has."""
    query = NESTED.replace("987654321.123457::double", "(x / 100)::double") + " from range(900000, 1000000) as r(x)"

    def write(connection, path: Path) -> None:
        connection.execute(f"copy ({query}) to '{path}'")

    assert sum(row[2] for row in read(tmp_path, "a.parquet", write)) == 949999500


DIGITS = {
    "a third": "x / 900000",
    "six decimals": "x / 1000000",
    "a half of the last decimal": "(x + 0.5) / 1000000000000",
    "thirteen decimals, the last a half": "(x * 1000000 * 10 + 5) / 10000000000000",
    "in which a double has fewer decimals than money": "x * 7.3",
    "of any size": "(x - 500000) * pow(10, x % 40 - 30)",
}


@pytest.mark.parametrize("kind", ["double", "varchar"])
@pytest.mark.parametrize("name", DIGITS)
def test_money_is_what_its_digits_are(tmp_path: Path, name: str, kind: str) -> None:
    """Most of it is counted without its digits: none may differ by that, a tie of the last digit neither."""
    cost = f"({DIGITS[name]})::double::{kind}"
    query = NESTED.replace("987654321.123457::double", cost) + " from range(200000) as r(x)"
    path = tmp_path / "a.parquet"
    with connect(tmp_path / "w.duckdb") as connection:
        connection.execute(f"copy ({query}) to '{path}'")
        landed = land(connection, tmp_path / "landing", ExportFile.at(FEED, path, tmp_path), "0" * 64)
        digits = "cast(cast(given.cost as varchar) as decimal(38, 12))"
        different = f"""
            select count(*), count(*) filter (landed.cost is distinct from {digits})
            from ({landed.query}) as landed positional join '{path}' as given
        """
        assert connection.execute(different).fetchone() == (200_000, 0)


@pytest.mark.parametrize("text", ["1.2345678901234 USD", "1.23456789012345x", "1.23456789012345.6", "nan"])
def test_a_long_text_that_is_no_number_is_refused(tmp_path: Path, text: str) -> None:
    """As a short one is: what is counted without its digits is judged by them all the same."""
    rows = FLAT + FLAT.splitlines()[1].replace("987654321.123457", text) + "\n"
    with pytest.raises(Refused, match=f"line 3, column cost: '{text}' is not a finite number"):
        read(tmp_path, "a.csv", lambda connection, path: path.write_text(rows))
