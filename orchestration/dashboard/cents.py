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

    The columns share the sum of `down`. What is None stays None. A column may miss its sum by a cent
    where a table has so many holes that no cell can take it; its shown sum is then that of its cells.
    """
    width = len(grid[0]) if grid else 0
    sums = [sum((row[place] or Decimal(0) for row in grid), Decimal(0)) for place in range(width)]
    across = cents(sums, sum(down, Decimal(0)))
    shown: Grid = [[None if cell is None else floor(cell) for cell in row] for row in grid]
    rows = [missing(total, row) for total, row in zip(down, shown, strict=True)]
    columns = [missing(total, [row[place] for row in shown]) for place, total in enumerate(across)]
    cells = [(y, x) for y, row in enumerate(grid) for x, cell in enumerate(row) if cell is not None]

    def give(y: int, x: int) -> None:
        shown[y][x] += CENT
        rows[y] -= 1
        columns[x] -= 1

    for y, x in sorted(cells, key=lambda cell: shown[cell[0]][cell[1]] - grid[cell[0]][cell[1]]):
        if rows[y] > 0 and columns[x] > 0 and shown[y][x] < grid[y][x]:
            give(y, x)
    # What is left over are rows and columns that have no cell in common that wants more.
    for y, x in cells:
        while rows[y] > 0 and columns[x] > 0:
            give(y, x)
    for y, x in cells:
        while rows[y] > 0:
            give(y, x)
    return shown


def missing(total: Decimal, cells: Sequence[Decimal | None]) -> int:
    """How many cents are yet to be given."""
    return int((total - sum((cell or Decimal(0) for cell in cells), Decimal(0))) / CENT)
