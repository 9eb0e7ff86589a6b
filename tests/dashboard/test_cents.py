"""What a table shows adds up to what it says, and no cent is far from the truth."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.dashboard.cents import CENT, cents, cents_of_grid, rounded
from orchestration.dashboard.tables import Column, Table

AMOUNTS = st.decimals(-(10**6), 10**6, allow_nan=False, places=12)


@settings(max_examples=50)
@given(st.lists(AMOUNTS, max_size=30))
def test_cents_add_up_to_the_rounded_sum_and_each_is_off_by_less_than_one(amounts: list[Decimal]) -> None:
    shown = cents(amounts)
    assert sum(shown, Decimal(0)) == rounded(sum(amounts, Decimal(0)))
    assert all(abs(there - amount) < CENT for there, amount in zip(shown, amounts, strict=True))


def test_a_third_of_a_cent_goes_to_the_largest_remainder() -> None:
    assert cents([Decimal("0.333"), Decimal("0.333"), Decimal("0.334")]) == [
        Decimal("0.33"),
        Decimal("0.33"),
        Decimal("0.34"),
    ]


@settings(max_examples=30)
@given(st.integers(1, 6).flatmap(lambda width: st.lists(st.lists(AMOUNTS, min_size=width, max_size=width), min_size=1)))
def test_rows_and_columns_of_a_grid_add_up(grid: list[list[Decimal]]) -> None:
    """A column that is called 2 cents less than on another page is a call to the help desk."""
    down = cents([sum(row, Decimal(0)) for row in grid])
    shown = cents_of_grid(grid, down)
    assert [sum(row) for row in shown] == down
    columns = [sum(column) for column in zip(*grid, strict=True)]
    for column, exact in zip(zip(*shown, strict=True), columns, strict=True):
        assert abs(sum(column) - exact) < 2 * CENT
    for row, exact in zip(shown, grid, strict=True):
        assert all(abs(there - amount) < CENT for there, amount in zip(row, exact, strict=True))


def test_a_grid_exchanges_cents_until_its_columns_are_right() -> None:
    """The largest remainders alone would leave the last row's cent to a column that has enough."""
    grid = [[Decimal("0.009"), Decimal("0.001")], [Decimal("0.004"), Decimal("0.006")], [Decimal("0.007"), Decimal(0)]]
    shown = cents_of_grid(grid, [Decimal("0.01"), Decimal("0.01"), Decimal("0.01")])
    assert [sum(row) for row in shown] == [Decimal("0.01")] * 3
    assert [sum(column) for column in zip(*shown, strict=True)] == [Decimal("0.02"), Decimal("0.01")]


def test_nothing_does_not_become_a_cent() -> None:
    """Who has no shared cost reads 0.00 there, whoever gets the cent that is left."""
    grid = [[Decimal("14332.556400"), Decimal(0)], [Decimal("5306.6472"), Decimal("555.3836")]]
    shown = cents_of_grid(grid, cents([sum(row) for row in grid]))
    assert shown[0][1] == 0


def test_a_hole_of_a_grid_stays_a_hole() -> None:
    shown = cents_of_grid([[Decimal("1.005"), None], [None, None]], [Decimal("1.01"), Decimal(0)])
    assert shown == [[Decimal("1.01"), None], [None, None]]


def test_what_is_not_known_is_neither_zero_nor_in_the_total() -> None:
    table = Table("t", "t", "t", [Column("name", "Name"), Column("a", "A", "money")], [{"name": "x", "a": None}])
    assert table.text(table.rows[0], table.columns[1]) == "–"
    assert table.total["a"] is None


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    """A tag may say =HYPERLINK(...), and a download is opened by a double click."""
    names = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "plain"]
    rows = [{"name": name, "amount": Decimal("-1.5")} for name in names]
    table = Table("t", "t", "t", [Column("name", "Name"), Column("amount", "Amount", "money")], rows)
    lines = table.csv().split("\r\n")
    assert lines[:3] == ["name,amount", "'=1+1,-1.5", "'+1,-1.5"]
    assert lines[3:5] == ["'-1,-1.5", "'@sum,-1.5"]
    assert "'\tx" in lines[5] and "'\rx" in table.csv()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_text_of_a_download_starts_a_formula(first: str) -> None:
    """Also as East Asian keyboards write it, which spreadsheets take alike."""
    columns = [Column("name", "Name"), Column("cost", "Cost", "money")]
    table = Table("t", "", "", columns, [{"name": f"{first}1+1", "cost": Decimal("-1.5")}])
    (row,) = list(csv.reader(io.StringIO(table.csv(), newline="")))[1:]
    assert row == [f"'{first}1+1", "-1.5"]
