"""The pool policies as wholes: each with the methods that it tries, and what it says besides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from orchestration.policy.files import METHODS
from orchestration.policy.reading import Policy, Row


@dataclass(frozen=True)
class Rung:
    """A method that a policy tries, and the line that says so: the policy's own, or a fallback."""

    file: str
    row: Row

    @property
    def method(self) -> str:
        return self.row["method"]

    @property
    def is_own(self) -> bool:
        return self.file == "pool_policies"

    @property
    def window(self) -> int:
        """Of how many days the use counts. Only of sound lines."""
        return int(self.row["window_days"] or 1)


@dataclass(frozen=True)
class Split:
    """A line of `pool_policies.csv` with what the other files say of it.

    Not `is_whole`: a method of it is unknown, so nothing can be said of what no method of it needs.
    """

    row: Row
    rungs: list[Rung]
    targets: list[Row]
    drivers: list[Row]
    steps: list[Row]
    clusters: list[Row]
    is_whole: bool

    @property
    def policy_id(self) -> str:
        return self.row["policy_id"]

    @property
    def pool_id(self) -> str:
        return self.row["pool_id"]

    def first(self, *methods: str) -> Rung | None:
        """The first rung that is one of some methods."""
        return next((rung for rung in self.rungs if rung.method in methods), None)


def splits(book: Policy) -> list[Split]:
    """Every policy that has an id, its rungs in the order in which they are tried. An id given twice is one mistake."""
    fallbacks = by_policy(book, "pool_fallbacks")
    targets = by_policy(book, "pool_targets")
    drivers = by_policy(book, "pool_drivers")
    steps = by_policy(book, "pool_steps")
    clusters = by_policy(book, "pool_clusters")
    found: dict[str, Split] = {}
    for row in book.rows["pool_policies"]:
        policy_id = row["policy_id"]
        if not policy_id or policy_id in found:
            continue
        rungs = [Rung("pool_policies", row)]
        rungs += [Rung("pool_fallbacks", fallback) for fallback in sorted(fallbacks[policy_id], key=_place)]
        is_whole = "pool_fallbacks" not in book.unread and all(rung.method in METHODS for rung in rungs)
        of_policy = (lines[policy_id] for lines in (targets, drivers, steps, clusters))
        found[policy_id] = Split(row, rungs, *of_policy, is_whole)
    return list(found.values())


def by_policy(book: Policy, file: str) -> dict[str, list[Row]]:
    """The lines of a file by the policy that they name."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in book.rows[file]:
        rows[row["policy_id"]].append(row)
    return rows


def _place(fallback: Row) -> float:
    """Where a fallback comes. An empty place is last, as an empty priority is."""
    return int(fallback["place"]) if fallback.sound and fallback["place"] else float("inf")
