"""The months that the sample company exports."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

LAST_YEAR, LAST_MONTH = 2026, 9


class Month(NamedTuple):
    """One calendar month, half-open as a billing period is: `start` in, `end` out."""

    year: int
    number: int

    @property
    def start(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        return self.plus(1).start

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def index(self) -> int:
        """Months since year zero, to count with."""
        return self.year * 12 + self.number - 1

    def plus(self, months: int) -> Month:
        year, number = divmod(self.index + months, 12)
        return Month(year, number + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


LAST = Month(LAST_YEAR, LAST_MONTH)


def month_of(day: date) -> Month:
    """The month that a day lies in."""
    return Month(day.year, day.month)


def exported_months(months: int) -> list[Month]:
    """The last `months` months, oldest first."""
    return [LAST.plus(back) for back in range(1 - months, 1)]


def month_range(first: Month, last: Month) -> list[Month]:
    """Every month from `first` to `last`, both included."""
    return [first.plus(step) for step in range(last.index - first.index + 1)]


def restated_month(months: list[Month]) -> Month:
    """The month that Microsoft delivers twice: two before the last, if exported."""
    return max(months[0], LAST.plus(-2))
