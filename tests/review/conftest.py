"""Reviews of the sample company, written by the function that the command and Dagster call."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from orchestration.dashboard import words
from orchestration.review.review import review
from tests.dashboard.conftest import changed  # noqa: F401
from tests.end_to_end.conftest import sample  # noqa: F401

MONTH, BEFORE = "2026-09", "2026-08"
MONEY = re.compile(rf"(?<![\w.])[+{words.MINUS}]?\d[\d,]*\.\d+(?![\w.%-])")
PERCENT = re.compile(rf"[+{words.MINUS}]?\d[\d,]*\.\d%")


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(words.MINUS, "-").removeprefix("+").removesuffix("%"))


@dataclass(frozen=True)
class Told:
    """A sentence of a page, where it is from, and its amounts by name."""

    says: str
    source: str
    amounts: dict[str, Decimal]


def told(page: str) -> list[Told]:
    found = []
    for says, proof in re.findall(r"<li>([^<]*)<small>([^<]*)</small></li>", page):
        source, *parts = html.unescape(proof).split("; ")
        amounts = {name: number(amount) for name, _, amount in (part.rpartition(" ") for part in parts)}
        found.append(Told(html.unescape(says), source, amounts))
    return found


def written(published: Path, to: Path, team: str | None = None, month: str = MONTH) -> tuple[str, str]:
    """The page and the statement."""
    done = review(published, month, team, to)
    return done.page.read_text(), done.statement.read_bytes().decode()
