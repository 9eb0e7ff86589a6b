"""Amounts, shares, months and times as the pages write them. Money stays decimal up to its last digit."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from orchestration.dashboard.cents import rounded
from orchestration.explain.words import money as money_to_the_last_digit
from orchestration.explain.words import shown

MINUS = "\N{MINUS SIGN}"
# What is not known, or not there: never a zero.
NOTHING = "\N{EN DASH}"


def money(amount: Decimal | None) -> str:
    """Thousands separators, two decimals and a real minus sign."""
    return NOTHING if amount is None else _signed(f"{rounded(amount):,.2f}")


def exact(amount: Decimal | None) -> str:
    """Money to its last digit: a difference that cents would hide is seen."""
    return NOTHING if amount is None else _signed(money_to_the_last_digit(amount))


def change(amount: Decimal | None) -> str:
    """Money with its sign: what is more has a plus."""
    text = money(amount)
    return f"+{text}" if amount is not None and rounded(amount) > 0 else text


def percent(share: float | Decimal | None) -> str:
    """A share of 1, with one decimal."""
    return NOTHING if share is None else _signed(f"{float(share) * 100:,.1f}%")


def change_percent(share: float | Decimal | None) -> str:
    """A share of 1 with its sign."""
    text = percent(share)
    return f"+{text}" if text[0].isdigit() and text != "0.0%" else text


def number(quantity: Decimal | float | int | None) -> str:
    """A count or a quantity: whole numbers whole, others with two decimals."""
    if quantity is None:
        return NOTHING
    text = f"{quantity:,.2f}" if quantity != int(quantity) else f"{int(quantity):,}"
    return _signed(text)


def _signed(text: str) -> str:
    """A minus that is as wide as a digit, and none before nothing."""
    digits = text.lstrip("-")
    is_nothing = not any(sign in "123456789" for sign in digits)
    return digits if is_nothing or digits == text else f"{MINUS}{digits}"


def month_words(month: str) -> str:
    """`September 2026`."""
    return f"{month_name[int(month[5:7])]} {month[:4]}"


def period_words(months: Sequence[str]) -> str:
    """`June to September 2026`."""
    if not months:
        return "no month"
    first, last = min(months), max(months)
    if first == last:
        return month_words(first)
    start = month_words(first) if first[:4] != last[:4] else month_name[int(first[5:7])]
    return f"{start} to {month_words(last)}"


def month_before(month: str) -> str:
    """The month before, as `YYYY-MM`."""
    year, number_ = int(month[:4]), int(month[5:7])
    return f"{year - 1}-12" if number_ == 1 else f"{year}-{number_ - 1:02}"


def months_through(months: Sequence[str]) -> list[str]:
    """All months from the first to the last."""
    found = sorted(months)[-1:]
    while found and found[0] > min(months):
        found.insert(0, month_before(found[0]))
    return found


def month_short(month: str) -> list[str]:
    """The lines of a label: `Sep`, and January with its year below it."""
    short = month_name[int(month[5:7])][:3]
    return [short, month[:4]] if month.endswith("-01") else [short]


def day_words(day: date) -> str:
    """`30 September 2026`."""
    return f"{day.day} {month_name[day.month]} {day.year}"


def time_words(moment: datetime | None) -> str:
    """To the minute; the clock of the project is UTC."""
    return NOTHING if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def name_words(name: object) -> str:
    """A name as it may be shown: what would turn the text around is spelled out."""
    return NOTHING if name is None else shown(name)


def label(name: object) -> str:
    """A word of the project's own vocabulary (`model_api`) as people write it."""
    text = str(name).replace("_", " ")
    return {"model api": "model APIs"}.get(text, text)


def link(path: str, **parameters: object) -> str:
    """A page with parameters: the link is its whole state. What is None is left out."""
    given = {name.rstrip("_"): value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path
