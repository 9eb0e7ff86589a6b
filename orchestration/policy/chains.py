"""Pools that give to pools: on every day each must lead to an owner, or its money would go round for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.policy.days import validity
from orchestration.policy.reading import Policy, Problem, Row
from orchestration.policy.splits import Split, splits

FILES_READ = ("pools", "pool_policies", "pool_targets")


@dataclass(frozen=True)
class Link:
    """The pools that a pool gives to, where it gives to nobody else, and the lines that levels leave out of it."""

    split: Split
    targets: list[Row]
    left_out: list[Row]


def chains_reach_an_owner(book: Policy) -> Iterator[Problem]:
    """Money that goes from pool to pool and comes to no owner would be on no statement.

    Asked of every day on which a policy begins: where one ends, its pool keeps its money, and nothing new goes round.
    """
    if book.unread.intersection(FILES_READ):
        return
    levels = {row["pool_id"]: int(row["level"]) for row in book.sound("pools") if row["level"]}
    known = [split for split in splits(book) if split.row.sound]
    told: set[frozenset[int]] = set()  # by their lines: the same circle is one mistake on all its days
    for day in sorted({validity(split.row)[0] for split in known}):
        of_day = [split for split in known if validity(split.row)[0] <= day < validity(split.row)[1]]
        links = {split.pool_id: found for split in of_day if (found := link(split, levels))}
        for rows, problem in _ends(lead_nowhere(links), levels, day):
            lines = frozenset(row.line for row in rows)
            if lines not in told:
                told.add(lines)
                yield problem


def link(split: Split, levels: dict[str, int]) -> Link | None:
    """How a pool gives to pools alone; nothing where an owner may take from it, or nobody does and it keeps its money.

    A weight of 0 keeps a target out. Of idle hours a pool's own owner may pay some. What a pool would give itself is
    refused as that, and leads nowhere.
    """
    if not split.is_whole or not all(row.sound for row in split.targets):
        return None
    if any(row["payer"] != "reserver" for row in split.steps):
        return None
    rows = [row for row in split.targets if Decimal(row["weight"] or 1) > 0]
    rows = [row for row in rows if row["target_pool_id"] != split.pool_id]
    if not rows or not all(row["target_pool_id"] for row in rows):
        return None
    given = [row for row in rows if _may_give(split.pool_id, row["target_pool_id"], levels)]
    return Link(split, given, [row for row in rows if row not in given])


def lead_nowhere(links: dict[str, Link]) -> dict[str, Link]:
    """Those links from which no pool is reached that gives to an owner or keeps its money."""
    lost = links
    while True:
        still = {
            pool_id: found
            for pool_id, found in lost.items()
            if all(row["target_pool_id"] in lost for row in found.targets)
        }
        if len(still) == len(lost):
            return still
        lost = still


def _may_give(pool_id: str, target_pool_id: str, levels: dict[str, int]) -> bool:
    """Step-down: of two pools that both have a level, the lower gives to the higher."""
    if pool_id not in levels or target_pool_id not in levels:
        return True
    return levels[pool_id] < levels[target_pool_id]


def _ends(lost: dict[str, Link], levels: dict[str, int], day: date) -> Iterator[tuple[list[Row], Problem]]:
    """Where chains that lead nowhere end, with the lines that are the mistake: levels that leave no target, circles.

    A pool that only leads there is right once that is.
    """
    when = "" if day == date.min else f" from {day} on"
    for pool_id, found in lost.items():
        if not found.targets:
            targets = dict.fromkeys(row["target_pool_id"] for row in found.left_out)
            message = (
                f"levels leave pool {pool_id!r} (level {levels[pool_id]}) no target under policy "
                f"{found.split.policy_id!r}{when}, since a pool gives only to pools of a higher level, and its targets "
                f"are {', '.join(f'{target!r} (level {levels[target]})' for target in targets)}; "
                "add a target, or correct a level in pools.csv"
            )
            lines = found.left_out
        elif lines := _circle(lost, pool_id):
            way = " gives to ".join([pool_id, *(row["target_pool_id"] for row in lines)])
            message = (
                f"target_pool_id {lines[0]['target_pool_id']!r} leads to no owner{when}, since {way}; "
                "give one of these pools a target that is a team, a project or a stage"
            )
        else:
            continue
        yield lines, Problem("pool_targets", lines[0].line, message)


def _circle(lost: dict[str, Link], start: str) -> list[Row]:
    """The lines by which a pool's money comes back to it; none if it goes round elsewhere, or ends."""
    way: list[Row] = []
    passed = {start}
    pool_id = start
    while lost[pool_id].targets:
        way.append(lost[pool_id].targets[0])
        pool_id = way[-1]["target_pool_id"]
        if pool_id in passed:
            return way if pool_id == start else []
        passed.add(pool_id)
    return []
