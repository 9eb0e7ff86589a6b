"""What a link asks for, checked before anything reads it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from orchestration.dashboard import words
from orchestration.dashboard.publication import Publication, Row

LONGEST = 300


class Wrong(Exception):
    """The link is not well formed: nothing can be looked for."""


class Unknown(Exception):
    """The link is well formed, but there is nothing of that name."""


class Asked:
    """The parameters of a link."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.parameters = parameters

    def text(self, name: str) -> str | None:
        """A parameter as it was written; None when it is missing or empty."""
        value = self.parameters.get(name) or None
        if value is not None and (len(value) > LONGEST or "\0" in value):
            raise Wrong(f"{name} is no name")
        return value

    def one_of(self, name: str, allowed: Iterable[str], default: str | None) -> str | None:
        """A parameter that is a word of ours."""
        value = self.text(name)
        allowed = list(allowed)
        if value is not None and value not in allowed:
            raise Wrong(f"{name} is one of {', '.join(allowed)}, not {words.name_words(value)}")
        return value or default

    def known(self, name: str, names: Iterable[str], default: str | None = None) -> str | None:
        """A parameter that names something in the publication."""
        value = self.text(name)
        if value is not None and value not in names:
            raise Unknown(f"There is no {name} {words.name_words(value)} in this publication.")
        return value or default

    def month(self, publication: Publication, name: str = "month", default: str | None = None) -> str:
        """A month that has costs; the last that was delivered, when none is asked for."""
        value = self.text(name)
        if value is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value):
            raise Wrong(f"{words.name_words(value)} is not a month; write it as 2026-09")
        if value is not None and value not in {row["month"] for row in publication.months}:
            raise Unknown(f"There are no costs in {words.month_words(value)}.")
        return value or default or publication.newest_month


@dataclass(frozen=True)
class Period:
    """A month and what it is compared with. `day` is the last day of a month that is not over yet."""

    month: str
    before: str
    currency: str
    has_before: bool
    is_delivered: bool
    day: int | None = None

    @property
    def says(self) -> str:
        name = words.month_words(self.month)
        return f"{name} up to day {self.day}" if self.day else name

    @property
    def says_before(self) -> str:
        name = words.month_words(self.before)
        return f"{name} up to day {self.day}" if self.day else name

    @property
    def costs(self) -> str:
        """SQL: the common table `costs`, of the month and the one before, as far as they are compared."""
        if self.day is None:
            return """costs as (
    select * from showback.monthly_costs
    where month in ($month, $before) and currency = $currency
)"""
        return """costs as (
    select * from showback.daily_costs
    where currency = $currency
        and (
            (month = $month and charge_date <= cast($until as date))
            or (month = $before and charge_date <= cast($before_until as date))
        )
)"""

    @property
    def values(self) -> dict[str, object]:
        """The parameters of `costs`."""
        given = {"month": self.month, "before": self.before, "currency": self.currency}
        if self.day is None:
            return given
        return given | {"until": last_day(self.month, self.day), "before_until": last_day(self.before, self.day)}


def last_day(month: str, day: int = 31) -> date:
    """That day of a month, or its last."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, min(day, monthrange(year, number)[1]))


def period(publication: Publication, asked: Asked) -> Period | None:
    """The month that is asked for, in one currency; None where there are no costs at all."""
    if not publication.months:
        return None
    month = asked.month(publication)
    of_month = [row for row in publication.months if row["month"] == month]
    asked = in_a_currency_of(publication, asked, of_month)
    currency = asked.known("currency", [row["currency"] for row in of_month], of_month[0]["currency"])
    before = words.month_before(month)
    return Period(
        month,
        before,
        currency,
        has_before=of_month[0]["is_compared"]
        and any(row["month"] == before and row["currency"] == currency for row in publication.months),
        is_delivered=of_month[0]["is_delivered"],
        day=of_month[0]["open_until_day"],
    )


def in_a_currency_of(publication: Publication, asked: Asked, of_month: list[Row]) -> Asked:
    """Asked for a currency that other months have, a month without it is shown in its own, which its page says."""
    asked.known("currency", [row["currency"] for row in publication.months])
    if asked.text("currency") in (row["currency"] for row in of_month):
        return asked
    return Asked({name: value for name, value in asked.parameters.items() if name != "currency"})


def notes(publication: Publication, asked: Asked, of: Period) -> list[str]:
    """What is not in the numbers of a month that has several currencies, or not the one that was asked for."""
    month, wanted = words.month_words(of.month), asked.text("currency")
    others = [each for each in currencies(publication, of.month) if each != of.currency]
    found = []
    if wanted not in (None, of.currency):
        found.append(f"{month} has no costs in {wanted}: what is here is in {of.currency}.")
    if others:
        found.append(
            f"{month} also has costs in {', '.join(others)}, which are in no number here: choose the currency."
        )
    return found


def currencies(publication: Publication, month: str) -> list[str]:
    """The currencies of a month: one, unless the reporting currency was changed on the way."""
    return [row["currency"] for row in publication.months if row["month"] == month]


def months_delivered(publication: Publication, currency: str, until: str, count: int = 12) -> list[str]:
    """The last months up to one that were delivered, oldest first."""
    found = [
        row["month"]
        for row in publication.months
        if row["currency"] == currency and row["month"] <= until and (row["is_delivered"] or row["month"] == until)
    ]
    return found[:count][::-1]
