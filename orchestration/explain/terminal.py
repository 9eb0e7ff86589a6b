"""An explanation as text for a terminal, a pipe or a file."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.explain.explanation import Column, Explanation, Section
from orchestration.explain.words import money, percent, shown

NARROWEST = 100


def render(explanation: Explanation) -> str:
    """An explanation as plain text, as wide as the terminal and never breaking a number."""
    console = console_for(explanation.sections)
    console.print(Text(explanation.title, overflow="fold"))
    if explanation.facts:
        console.print()
        console.print(grid(explanation.facts, "left"))
    print_sections(console, explanation.sections)
    summary = []
    if explanation.smaller_sources:
        words = "smaller source" + "s" * (explanation.smaller_sources > 1)
        summary.append(
            (f"{explanation.smaller_sources} {words}", f"{money(explanation.smaller_amount)} {explanation.currency}")
        )
    summary.append(("TOTAL", f"{money(explanation.total)} {explanation.currency}"))
    console.print()
    console.print(grid(summary, "right"))
    console.print(Text(explanation.check))
    return printed(console)


def console_for(sections: Sequence[Section]) -> Console:
    """A console that keeps what is printed, as wide as the terminal and as the widest section needs."""
    width = max([terminal_width(), *(needed for _, _, needed in map(section_table, sections))])
    return Console(
        file=io.StringIO(),
        width=width,
        color_system=None,
        force_terminal=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def printed(console: Console) -> str:
    """What was printed, without the spaces at the end of its lines."""
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


def print_sections(console: Console, sections: Iterable[Section]) -> None:
    """Each section as a table below its title."""
    for section in sections:
        columns, rows, _ = section_table(section)
        console.print()
        console.print(Text(section.title))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column, size in columns:
            is_number = column.kind in ("money", "share")
            table.add_column(
                Text(column.title),
                justify="right" if is_number else "left",
                no_wrap=size is not None,
                width=size,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)


def grid(rows: Iterable[tuple[str, str]], justify: str) -> Table:
    """Labels, and values that may be broken."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify=justify, overflow="fold")
    for label, value in rows:
        table.add_row(Text(label), Text(value))
    return table


def section_table(section: Section) -> tuple[list[tuple[Column, int | None]], list[list[str]], int]:
    """The width of each column that must not break, the cells of a section, and the least width of all."""
    rows = [[cell(row[column.key], column.kind) for column in section.columns] for row in section.rows]
    columns = []
    needed = 0
    for place, column in enumerate(section.columns):
        size = None
        if column.kind != "text":
            lines = [line for row in rows for line in row[place].splitlines()]
            size = max(cell_len(line) for line in [column.title, *lines])
        columns.append((column, size))
        # A space on either side, and one between two columns.
        needed += (12 if size is None else size) + 3
    return columns, rows, needed


def cell(value: object, kind: str) -> str:
    """A value as text. Composed cells come with their line breaks."""
    if value is None:
        return ""
    if kind == "money":
        return money(value)
    if kind == "share":
        return percent(value)
    return "\n".join(shown(line) for line in str(value).split("\n"))


def terminal_width() -> int:
    """The terminal's columns; a file or a pipe has at least a hundred."""
    columns = shutil.get_terminal_size((NARROWEST, 24)).columns
    return columns if sys.stdout.isatty() else max(columns, NARROWEST)
