"""Pools that give to pools: refused if and only if some pool cannot reach an owner on some day."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.policy.judging import judge

POOLS = "pool_id,level\n"
POLICIES = "policy_id,pool_id,method,valid_from,valid_to\n"
TARGETS = "policy_id,team_id,target_pool_id,weight\n"


def problems(path: Path, pools: str, policies: str, targets: str, **others: str) -> list[str]:
    """What is refused in a folder of pools alone, without the folder's name."""
    path.mkdir(exist_ok=True)
    files = {"pools": POOLS + pools, "pool_policies": POLICIES + policies, "pool_targets": TARGETS + targets, **others}
    for name, content in files.items():
        (path / f"{name}.csv").write_text(content)
    return [problem.removeprefix(f"{path}/") for problem in judge(path).problems]


def test_a_circle_is_told_with_its_pools_and_what_to_do(tmp_path):
    """What only leads into it, as tools does, is right once the circle is."""
    assert problems(
        tmp_path / "policy",
        "tools,\nplatform,\nobservability,\n",
        "p0,tools,even,,\np1,platform,even,,\np2,observability,even,,\n",
        "p0,,platform,\np1,,observability,\np2,,platform,\n",
    ) == [
        "pool_targets.csv, line 3: target_pool_id 'observability' leads to no owner, since platform gives to "
        "observability gives to platform; give one of these pools a target that is a team, a project or a stage"
    ]


def test_a_circle_of_some_days_is_told_once_with_the_first_of_them(tmp_path):
    """A policy that begins later closes it; a third that only begins meanwhile tells nothing new."""
    [problem] = problems(
        tmp_path / "policy",
        "a,\nb,\nc,\n",
        "a1,a,even,,\nb1,b,even,,2026-03-01\nb2,b,even,2026-03-01,2026-06-01\nc1,c,even,2026-04-01,\n",
        "a1,,b,\nb1,red,,\nb2,,a,\nc1,red,,\n",
    )
    assert problem.startswith(
        "pool_targets.csv, line 2: target_pool_id 'b' leads to no owner from 2026-03-01 on, since "
        "a gives to b gives to a;"
    )


def test_levels_that_leave_a_pool_no_target_are_told(tmp_path):
    """In a step-down a pool never gives back, so that one that lists only lower pools gives to nobody."""
    assert problems(
        tmp_path / "policy",
        "a,1\nb,2\nc,2\n",
        "p1,a,even,,\np2,b,even,2026-01-01,\np3,c,even,,\n",
        "p1,,b,\np1,red,,\np2,,a,\np2,,c,\np3,red,,\n",
    ) == [
        "pool_targets.csv, line 4: levels leave pool 'b' (level 2) no target under policy 'p2' from 2026-01-01 on, "
        "since a pool gives only to pools of a higher level, and its targets are 'a' (level 1), 'c' (level 2); add a "
        "target, or correct a level in pools.csv"
    ]


# Levels, policies, targets: what is no circle.
SOUND = {
    "each other and an owner": ("a,\nb,\n", "p1,a,even,,\np2,b,even,,\n", "p1,,b,\np2,,a,\np2,red,,\n"),
    "a pool that everyone takes from": ("a,\nb,\n", "p1,a,even,,\np2,b,even,,\n", "p1,,b,\n"),
    "a pool without policy": ("a,\nb,\n", "p1,a,even,,\n", "p1,,b,\n"),
    "each other on different days": (
        "a,\nb,\n",
        "p1,a,even,,2026-01-01\np2,b,even,2026-01-01,\n",
        "p1,,b,\np2,,a,\n",
    ),
    "a level that breaks the circle": ("a,1\nb,2\n", "p1,a,even,,\np2,b,even,,\n", "p1,,b,\np2,,a,\np2,red,,\n"),
    "use that counts for nothing": ("a,\nb,\n", "p1,a,driver,,\np2,b,driver,,\n", "p1,red,b,0\np2,red,a,\n"),
}


@pytest.mark.parametrize(("pools", "policies", "targets"), SOUND.values(), ids=SOUND)
def test_pools_that_reach_an_owner_may_give_to_each_other(tmp_path, pools, policies, targets):
    drivers = "policy_id,driver\n" + "".join(
        f"{policy},tokens\n" for policy in re.findall(r"(\w+),\w+,driver", policies)
    )
    assert problems(tmp_path / "policy", pools, policies, targets, pool_drivers=drivers) == []


def test_a_weight_of_nothing_opens_no_circle(tmp_path):
    """Red is kept out of b, so that all of b comes back to a."""
    [problem] = problems(
        tmp_path / "policy",
        "a,\nb,\n",
        "p1,a,fixed,,\np2,b,fixed,,\n",
        "p1,,b,1\np2,,a,1\np2,red,,0\n",
    )
    assert "a gives to b gives to a" in problem


def test_what_was_refused_before_is_not_called_a_circle(tmp_path):
    """A pool that is its own target has one message, and a target whose line is broken may be an owner."""
    [own] = problems(tmp_path / "own", "a,\n", "p1,a,even,,\n", "p1,,a,\n")
    assert "target_pool_id 'a' is the pool that policy 'p1' splits" in own
    [broken] = problems(
        tmp_path / "broken", "a,\nb,\n", "p1,a,even,,\np2,b,even,,\n", "p1,,b,\np2,,a,\np2,red,,,much\n"
    )
    assert "line 4: wrong number of fields" in broken


NAMES = ("a", "b", "c", "d")
DAYS = (None, date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))

targets_of_a_policy = st.lists(
    st.tuples(st.sampled_from([*NAMES, *NAMES, *NAMES, "an owner"]), st.sampled_from(["", "", "1", "0"])),
    max_size=3,
    unique_by=lambda target: target[0],
)
policies_of_a_pool = st.lists(
    st.tuples(st.sampled_from([0, 1, 2]), targets_of_a_policy), max_size=2, unique_by=lambda p: p[0]
)
graphs = st.fixed_dictionaries(
    {
        "levels": st.tuples(*(st.sampled_from(["", "", "1", "2"]) for _ in NAMES)),
        "policies": st.tuples(*(policies_of_a_pool for _ in NAMES)),
        "method": st.sampled_from(["even", "proportional"]),
    }
)


def walks_to_an_owner(pool: str, given: dict[str, list[str]], passed: tuple[str, ...] = ()) -> bool:
    """Whether any way out of a pool comes to an owner; one that comes back does not."""
    return any(
        target == "an owner" or (target not in passed and walks_to_an_owner(target, given, (*passed, pool)))
        for target in given[pool]
    )


def gives_to(pool: str, targets: list[tuple[str, str]], levels: dict[str, str]) -> list[str]:
    """Whom a pool gives to on a day; one that lists nobody who counts stays with its owner, or goes to everyone."""
    counted = [target for target, weight in targets if weight != "0"]
    kept = [
        target
        for target in counted
        if target == "an owner" or not (levels[pool] and levels[target]) or levels[target] > levels[pool]
    ]
    return kept if counted else ["an owner"]


@settings(max_examples=400, deadline=None)
@given(graphs)
def test_pools_are_refused_if_and_only_if_one_cannot_reach_an_owner(graph):
    """Found by walking every way of every pool on every day."""
    levels = dict(zip(NAMES, graph["levels"], strict=True))
    policies, targets, drawn = "", "", {}
    for pool, of_pool in zip(NAMES, graph["policies"], strict=True):
        starts = sorted(of_pool, key=lambda policy: policy[0])
        for place, (start, listed) in enumerate(starts):
            # The last of them ends, or does not, with the number of its targets.
            end = starts[place + 1][0] if place + 1 < len(starts) else (3 if len(listed) % 2 else None)
            listed = [(target, weight) for target, weight in listed if target != pool]
            drawn[pool, start] = (end, listed)
            policies += f"{pool}{start},{pool},{graph['method']},{DAYS[start] or ''},{DAYS[end] if end else ''}\n"
            for target, weight in listed:
                owner = f"team-{target}" if graph["method"] == "proportional" or target == "an owner" else ""
                targets += f"{pool}{start},{owner},{'' if target == 'an owner' else target},{weight}\n"

    def of_day(day: int) -> dict[str, list[str]]:
        given = {pool: ["an owner"] for pool in NAMES}
        for (pool, start), (end, listed) in drawn.items():
            if start <= day and (end is None or day < end):
                given[pool] = gives_to(pool, listed, levels)
        return given

    is_lost = any(not walks_to_an_owner(pool, of_day(day)) for day, pool in product(range(4), NAMES))
    pools = "".join(f"{pool},{level}\n" for pool, level in levels.items())
    with TemporaryDirectory() as scratch:
        found = problems(Path(scratch) / "policy", pools, policies, targets)
    assert bool(found) == is_lost
    assert all("leads to no owner" in problem or "levels leave pool" in problem for problem in found)
