"""Cents that add up: rounding for people, by largest remainder, which never touches the exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")

Grid = list[list[Decimal | None]]


def rounded(amount: Decimal) -> Decimal:
    """To cents, as people round."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def floor(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_FLOOR)


def cents(amounts: Sequence[Decimal], total: Decimal | None = None) -> list[Decimal]:
    """To cents by largest remainder, so that they add up to `total` (their own, when not given).

    Of equal remainders the first in the list gets the cent.
    """
    total = rounded(sum(amounts, Decimal(0))) if total is None else total
    floors = [floor(amount) for amount in amounts]
    missing = int((total - sum(floors, Decimal(0))) / CENT)
    by_remainder = sorted(range(len(amounts)), key=lambda place: floors[place] - amounts[place])
    for place in by_remainder[:missing]:
        floors[place] += CENT
    return floors


def cents_of_grid(grid: Sequence[Sequence[Decimal | None]], down: Sequence[Decimal]) -> Grid:
    """The cells of a table in cents, whose rows add up to `down` and whose columns to their own rounded sums.

    A cell is rounded down or up, and one that is whole cents stays as it is: nothing does not become a cent.
    What is None stays None. Where no such rounding fits every column, some column misses its sum by a cent.
    """
    width = len(grid[0]) if grid else 0
    sums = [sum((row[place] or Decimal(0) for row in grid), Decimal(0)) for place in range(width)]
    across = cents(sums, sum(down, Decimal(0)))
    shown: Grid = [[None if cell is None else floor(cell) for cell in row] for row in grid]
    rows = [missing(total, row) for total, row in zip(down, shown, strict=True)]
    columns = [missing(total, [row[place] for row in shown]) for place, total in enumerate(across)]
    remainders = {
        (y, x): cell - shown[y][x]
        for y, row in enumerate(grid)
        for x, cell in enumerate(row)
        if cell is not None and cell > shown[y][x]
    }
    by_remainder = sorted(remainders, key=lambda cell: (-remainders[cell], cell))
    for y, x in rounded_up(by_remainder, rows, columns):
        shown[y][x] += CENT
    return shown


def rounded_up(cells: Sequence[tuple[int, int]], rows: list[int], columns: list[int]) -> set[tuple[int, int]]:
    """Which cells get a cent, so that each row and column gets what it misses: the first in the list if possible."""
    up: set[tuple[int, int]] = set()
    of_row: dict[int, list[int]] = {}
    for y, x in cells:
        of_row.setdefault(y, []).append(x)
    for y, x in cells:
        if rows[y] > 0 and columns[x] > 0:
            up.add((y, x))
            rows[y] -= 1
            columns[x] -= 1
    for y in of_row:
        while rows[y] > 0:
            way = exchanges(y, of_row, up, columns)
            if way:
                columns[way[-1][1]] -= 1
            else:
                # No exchange helps: the row is right, and a column is a cent off.
                way = [next((y, x) for x in of_row[y] if (y, x) not in up)]
            up.symmetric_difference_update(way)
            rows[y] -= 1
    return up


def exchanges(
    start: int, of_row: dict[int, list[int]], up: set[tuple[int, int]], columns: Sequence[int]
) -> list[tuple[int, int]]:
    """The shortest way from a row that misses a cent to a column that does: cells to round up and down in turn."""
    ways: dict[int, list[tuple[int, int]]] = {start: []}
    waiting, seen = [start], set()
    for y in waiting:
        for x in of_row[y]:
            if x in seen or (y, x) in up:
                continue
            seen.add(x)
            way = [*ways[y], (y, x)]
            if columns[x] > 0:
                return way
            for other, of in up:
                if of == x and other not in ways:
                    ways[other] = [*way, (other, x)]
                    waiting.append(other)
    return []


def missing(total: Decimal, cells: Sequence[Decimal | None]) -> int:
    """How many cents are yet to be given."""
    return int((total - sum((cell or Decimal(0) for cell in cells), Decimal(0))) / CENT)
