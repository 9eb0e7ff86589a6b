"""A file that may not enter."""

from __future__ import annotations


class Refused(Exception):
    """A file that may not enter: the message says where, what and what to do."""


def first_line(error: Exception) -> str:
    """DuckDB's message without its advice and its paths' noise; what a feed's own SQL says, as it says it."""
    return str(error).strip().splitlines()[0].strip().removeprefix("Invalid Input Error: ")
