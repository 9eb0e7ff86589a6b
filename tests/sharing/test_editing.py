"""An edited line of a policy moves money from its first day on, and on no day before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import made_once
from tests.sharing.comparing import Found, build, inexact, read
from tests.sharing.oracle import Day, Graph, Policy, days_of
from tests.sharing.policy_graphs import MONTH, placed

# They build warehouses of their own.
pytestmark = pytest.mark.slow

FILE = "warehouse.duckdb"
EACH = 5
# Of a graph's days some are before.
EDITED_ON = MONTH + timedelta(days=9)
# Use is dominant, and hours are in a step, under the name of their policy: an edited one would have none.
UNEDITED = ("dominant", "utilization")


def edited(graph: Graph) -> Graph:
    """Each policy in force on the day ends there, and goes on with its weights the other way round."""
    policies, targets, drivers, fallbacks = [], [*graph.targets], [*graph.drivers], [*graph.fallbacks]
    for policy in graph.policies:
        methods = {policy.method, *(rung.method for rung in graph.fallbacks if rung.policy_id == policy.policy_id)}
        if not is_in_force(policy) or methods.intersection(UNEDITED):
            policies.append(policy)
            continue
        name = f"{policy.policy_id}-edited"
        policies.append(policy._replace(valid_to=EDITED_ON))
        policies.append(policy._replace(policy_id=name, valid_from=EDITED_ON))
        for rows in (targets, drivers):
            old = [row for row in rows if row.policy_id == policy.policy_id]
            weights = [row.weight for row in reversed(old)]
            rows.extend(row._replace(policy_id=name, weight=weight) for row, weight in zip(old, weights, strict=True))
        fallbacks.extend(
            rung._replace(policy_id=name) for rung in graph.fallbacks if rung.policy_id == policy.policy_id
        )
    return replace(graph, policies=policies, drivers=drivers, targets=targets, fallbacks=fallbacks)


def is_in_force(policy: Policy) -> bool:
    starts, ends = policy.valid_from, policy.valid_to
    return (starts is None or starts < EDITED_ON) and (ends is None or ends > EDITED_ON)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, graphs: list[Graph]) -> dict[str, dict[Day, Found]]:
    """What the engine makes of the same charges and use, under the policies as they were and as they are."""
    given = {"before": graphs[::EACH], "after": [edited(graph) for graph in graphs[::EACH]]}

    def make(name: str, folder: Path) -> None:
        build(folder, [placed(graph, number) for number, graph in enumerate(given[name])])

    return {
        name: read(made_once(tmp_path_factory, f"policy_{name}", lambda folder, name=name: make(name, folder)) / FILE)
        for name in given
    }


def days(graphs: list[Graph]) -> list[tuple[Graph, Day, bool]]:
    """Each day of each graph, and whether it is before the edit."""
    found = []
    for number, graph in enumerate(graphs[::EACH]):
        for day, there in zip(days_of(graph), days_of(placed(graph, number)), strict=True):
            found.append((placed(graph, number), there, day.charge_date < EDITED_ON))
    return found


def test_no_posting_of_a_day_before_is_another(runs, graphs) -> None:
    """Every hop with its policy, every share and what each owner has, to the last decimal."""
    before = [there for _, there, is_before in days(graphs) if is_before]
    assert len(before) > 100
    assert [there for there in before if runs["before"].get(there) != runs["after"].get(there)] == []


def test_from_the_day_on_money_moves_and_none_is_lost(runs, graphs) -> None:
    """Each day and kind of money sums to what was charged, as before."""
    since = [(graph, there) for graph, there, is_before in days(graphs) if not is_before]
    moved = [there for _, there in since if runs["before"][there].finals != runs["after"][there].finals]
    assert len(moved) > 20
    assert [lines for graph, there in since if (lines := [*inexact(graph, there, runs["after"][there])])] == []
