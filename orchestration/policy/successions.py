"""Who carries on for a team that has ended."""

from __future__ import annotations

from orchestration.policy.days import validity
from orchestration.policy.reading import Policy, Row


def last_lines(book: Policy) -> dict[str, Row]:
    """The line of each team that ends last: a team lives until then."""
    last: dict[str, Row] = {}
    for row in book.sound("teams"):
        before = last.get(row["team_id"])
        if before is None or validity(row)[1] > validity(before)[1]:
            last[row["team_id"]] = row
    return last


def heirs(last: dict[str, Row], team_id: str) -> list[str]:
    """The successors of a team, one after another; of a circle each once."""
    way = [team_id]
    while way[-1] in last and (after := last[way[-1]]["successor_team_id"]) in last and after not in way:
        way.append(after)
    return way[1:]
