"""How a column of the contract finds its value in a file, and what it leaves outside."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from orchestration.feeds import Column, Feed, Table
from orchestration.ingestion.arrivals import ExportFile
from orchestration.ingestion.landing import land
from orchestration.ingestion.sources import Refused


def read(path: Path, *columns: Column, **declared: object) -> list[tuple]:
    """The rows of a file as a feed with one table of these columns has them."""
    table = Table("things", (Column("id", required=True), *columns), "'things'", None, records=("$.things[*]",))
    feed = Feed("things", (table,), suffixes=(".csv", ".json"), **declared)
    with duckdb.connect() as connection:
        landed = land(connection, path.parent / "landing", ExportFile.at(feed, path, path.parent), path.stem)
        names = ", ".join(f'"{column.name}"' for column in columns)
        return connection.execute(f"select {names} from ({landed.query}) order by source_row").fetchall()


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content)
    return path


def test_a_repeated_header_is_a_list_even_when_it_stands_once(tmp_path: Path) -> None:
    """An export of issues with one label at most must not look different from one with two."""
    labels = Column("Labels", "list")
    once = written(tmp_path, "once.csv", "id,Labels\n1,a b\n2,\n")
    twice = written(tmp_path, "twice.csv", "id,Labels,Labels\n1,a,b\n2,,c\n")
    assert read(once, labels, repeats=("Label*",)) == [('["a b"]',), ("[]",)]
    assert read(twice, labels, repeats=("Label*",)) == [('["a","b"]',), ('["c"]',)]
    with pytest.raises(Refused, match="column Labels stands twice"):
        read(twice, labels)


def test_of_a_repeated_header_that_is_no_list_the_first_value_counts(tmp_path: Path) -> None:
    """A site with two fields of one name fills either, by the kind of the project."""
    path = written(tmp_path, "a.csv", "id,Points,Points\n1,,3\n2,5,\n")
    assert read(path, Column("Points", "number"), repeats=("Points",)) == [(3,), (5,)]


def test_a_row_that_ends_early_lacks_its_last_values_only_where_that_is_known(tmp_path: Path) -> None:
    """Elsewhere it is how a broken file looks."""
    path = written(tmp_path, "a.csv", 'id,title,done,due\n1,"two\nlines",yes\n2,x,no,friday\n')
    assert read(path, Column("done"), Column("due"), pads_rows=True) == [("yes", None), ("no", "friday")]
    with pytest.raises(Refused, match="expected 4 columns, found 3: the file is truncated or broken"):
        read(path, Column("done"), Column("due"))


def test_a_row_keeps_its_place_in_a_file_that_several_cores_read(tmp_path: Path) -> None:
    """A charge is explained by its row: numbered in another order, it would be somebody else's."""
    filler = "x" * 200
    path = written(tmp_path, "a.csv", "id,said\n" + "".join(f"{n},{filler}\n" for n in range(1, 400_001)))
    table = Table("things", (Column("id", required=True), Column("said")), "'things'", None)
    feed = Feed("things", (table,))
    with duckdb.connect() as connection:
        connection.execute("set threads = 4")
        landed = land(connection, tmp_path / "landing", ExportFile.at(feed, path, tmp_path), "a")
        others = f"select count(*), count(*) filter (id <> source_row::varchar) from ({landed.query})"
        assert connection.execute(others).fetchone() == (400_000, 0)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("21/Sep/26 10:30 AM", "2026-09-21 10:30:00"),
        ("21/Sep/2026 1:30 PM", "2026-09-21 13:30:00"),
        ("2026-09-21T10:30:00+0200", "2026-09-21 08:30:00"),
    ],
)
def test_a_date_has_the_form_that_reads_it_and_iso_needs_none(tmp_path: Path, given: str, meant: str) -> None:
    """`26` is no year of four digits."""
    at = Column("at", "timestamp", formats=("%d/%b/%y %I:%M %p", "%d/%b/%Y %I:%M %p"))
    assert str(read(written(tmp_path, "a.csv", f"id,at\n1,{given}\n2,\n"), at)[0][0]) == meant


def test_sql_over_a_record_says_what_no_path_can(tmp_path: Path) -> None:
    """Of fields that differ by site, the numbers."""
    numbers = "to_json(list_filter(json_keys({record}), lambda name: json_type({record}, name) = 'UBIGINT'))"
    path = written(tmp_path, "a.json", json.dumps({"things": [{"id": "1", "f1": 3, "f2": "secret"}]}))
    assert read(path, Column("numbers", "list", from_record=numbers)) == [('["f1"]',)]


def test_a_value_enters_only_where_its_condition_holds(tmp_path: Path) -> None:
    """The history of a title is as free as the title."""
    path = written(tmp_path, "a.csv", "id,field,value\n1,state,done\n2,title,secret\n")
    assert read(path, Column("value", only_if="field = 'state'")) == [("done",), (None,)]


def test_collected_tags_leave_out_what_is_named(tmp_path: Path) -> None:
    """A tool's own tags name users and paths."""
    path = written(tmp_path, "a.csv", "id,tags.team,tags.tool.user\n1,red,ada\n")
    assert read(path, Column("tags", "tags", prefixes=("tags.",), leaves_out=r"^tool\.")) == [('{"team":"red"}',)]


def test_collected_tags_are_json_whatever_is_in_them(tmp_path: Path) -> None:
    """An empty value and the words for null are no tag; a tag in capitals is the same one under its first name."""
    path = tmp_path / "a.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "tags.team", 'tags.a "b"', "TAGS.Team", "tags.é"])
        writer.writerow(["1", 'say "no"\\', "two\nlines\t\x01", "other", "ü/"])
        writer.writerow(["2", "", "NULL", "other", ""])
        writer.writerow(["3", "", "", "", "null"])
    first, second, third = (tags for (tags,) in read(path, Column("tags", "tags", prefixes=("tags.",))))
    assert first == '{"a \\"b\\"":"two\\nlines\\t\\u0001","team":"say \\"no\\"\\\\","é":"ü/"}'
    assert (second, third) == ('{"team":"other"}', None)
