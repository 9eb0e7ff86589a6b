"""What a value may be. A kind returns what is wrong with a value and what to do, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

Kind = Callable[[str], str | None]


def text(value: str) -> None:
    """Any words."""


def one_of(values: tuple[str, ...]) -> Kind:
    """One of a short list of words."""
    return lambda value: None if value in values else f"write one of {', '.join(values)}"


def integer(value: str) -> str | None:
    """A whole number that fits a 32-bit integer."""
    if re.fullmatch(r"-?[0-9]{1,9}", value):
        return None
    return "write a whole number of at most nine digits, such as 10"


def ordinal(value: str) -> str | None:
    """A place in a row, written in one way only: it is part of a key."""
    if re.fullmatch(r"[1-9][0-9]{0,8}", value):
        return None
    return "write a whole number from 1 on, such as 1"


def day_count(value: str) -> str | None:
    """How many days; so many that a calendar still has the first of them."""
    if re.fullmatch(r"[0-9]{1,4}", value) and int(value):
        return None
    return "write a whole number of days from 1 to 9999, such as 7"


def day(value: str) -> str | None:
    """A calendar day."""
    return None if parsed_day(value) else "write a day as YYYY-MM-DD"


def month(value: str) -> str | None:
    """A calendar month."""
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value):
        return None
    return "write a month as YYYY-MM"


def currency(value: str) -> str | None:
    """An ISO 4217 code."""
    if re.fullmatch(r"[A-Z]{3}", value):
        return None
    return "write three capital letters, such as EUR"


def quantity(value: str) -> str | None:
    """A number that decimal(38, 12) holds exactly, not below zero."""
    if re.fullmatch(r"[0-9]{1,26}(\.[0-9]{1,12})?", value):
        return None
    return "write a plain number, not below zero, with at most 12 decimals, such as 0.25"


def positive(value: str) -> str | None:
    """A quantity above zero."""
    if quantity(value) is None and Decimal(value) > 0:
        return None
    return "write a plain number above zero, with at most 12 decimals, such as 1.0834"


def fraction(value: str) -> str | None:
    """A part of the whole."""
    if quantity(value) is None and Decimal(value) <= 1:
        return None
    return "write a number between 0 and 1, with at most 12 decimals, such as 0.1"


def parsed_day(value: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
