"""The engine against its oracle: hundreds of policy graphs of hypothesis in one warehouse, built by one run of dbt."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import made_once
from tests.sharing.comparing import Found, build, differences, inexact, read, shrunk, size, told
from tests.sharing.oracle import (
    COVERED,
    METHODS,
    UNUSED,
    Day,
    Graph,
    Node,
    Posted,
    days_of,
    node_of,
    onward,
    passing,
    posted,
    split_of,
    with_benefits,
)
from tests.sharing.policy_graphs import CYCLE, GRAPHS, crowd, placed, trickle

# They build a warehouse of their own.
pytestmark = pytest.mark.slow

# Laid down once more, four centuries later, in another order.
SHUFFLED = 100
CROWD = GRAPHS
# How little of what is in a circle may leave it with each round; of the last two it would take too long.
TRICKLES = ("0.5", "0.01", "0.0001", "0.00001", "0.00000001", "0.000000000001")


def trickles() -> list[Graph]:
    return [placed(trickle(Decimal(share)), CROWD + number) for number, share in enumerate(TRICKLES, start=1)]


def shuffled(graph: Graph, seed: int) -> Graph:
    rows = {each.name: list(getattr(graph, each.name)) for each in fields(graph)}
    for each in rows.values():
        random.Random(seed).shuffle(each)
    return Graph(**rows)


def make(folder: Path, graphs: list[Graph]) -> None:
    there = [placed(graph, number) for number, graph in enumerate(graphs)]
    again = [shuffled(placed(graph, number, cycle=1), number) for number, graph in enumerate(graphs[:SHUFFLED])]
    build(folder, [*there, placed(crowd(CROWD), CROWD), *trickles(), *reversed(again)])


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory, graphs: list[Graph]) -> dict[Day, Found]:
    """What the engine made of every day of every graph."""
    built = made_once(tmp_path_factory, "against_oracle", lambda folder: make(folder, graphs))
    return read(built / "warehouse.duckdb")


def test_the_engine_splits_as_the_oracle_does(found, graphs) -> None:
    """Shares, rungs, every hop and what each owner has in the end; nothing is lost at any pool or on any day.

    Of the graphs that are wrong one is made as small as it stays wrong, by more runs of the engine.
    """
    wrong = [graph for number, graph in enumerate(graphs) if differences(placed(graph, number), found)]
    if wrong:
        pytest.fail(f"{len(wrong)} graphs of {GRAPHS}, one of them made small:\n{told(*shrunk(min(wrong, key=size)))}")


def test_what_trickles_out_of_a_circle_by_another_pool_is_all_of_it_or_nothing(found) -> None:
    """Half of it, with the rest called rounding, would go to whoever is largest on the day."""
    wrong = [told(graph, lines) for graph in trickles() if (lines := differences(graph, found))]
    assert wrong == []


def test_the_order_of_rows_changes_nothing(found, graphs) -> None:
    """To the last decimal: a rerun reads its files in whatever order they come."""

    def said(day: Day) -> list[str]:
        splits = {
            node: split._replace(shares=sorted(split.shares.items(), key=repr))
            for node, split in found[day].splits.items()
        }
        parts = (splits, found[day].hops, found[day].finals)
        return [repr(sorted(part.items(), key=repr)).replace("g1", "g0") for part in parts]

    for number, graph in enumerate(graphs[:SHUFFLED]):
        days = days_of(placed(graph, number))
        for day, later in zip(days, days_of(placed(graph, number, cycle=1)), strict=True):
            assert later.charge_date.year == day.charge_date.year + CYCLE
            assert said(day) == said(later), day


def test_a_pool_of_ten_thousand_owners_gives_all_it_has(found) -> None:
    graph = placed(crowd(CROWD), CROWD)
    charged = {Day(*posting[:2]) for posting in graph.postings if posting.pool_id}
    assert charged
    for day in charged:
        [split] = found[day].splits.values()
        assert len(split.shares) == 10_000 and sum(split.shares.values()) == 1
        assert list(inexact(graph, day, found[day])) == []


# That the graphs have what engines go wrong on


def longest_way(graph: Graph, day: Day, splits: dict[Node, object], way: tuple[Node, ...]) -> int:
    ahead = [there for there, _ in onward(graph, day, splits[way[-1]]) if there in splits and there not in way]
    return max([len(way), *(longest_way(graph, day, splits, (*way, there)) for there in ahead[: 8 - len(way)])])


def test_the_graphs_have_every_method_on_every_rung_and_pools_of_every_kind(graphs) -> None:
    """A comparison that is green because nothing was compared."""
    rungs: Counter[tuple[str, int]] = Counter()
    ways, circles, closed, partitions = 0, 0, 0, set()
    unused, unused_split, spread, covered = 0, 0, 0, 0
    for drawn in graphs:
        graph = with_benefits(drawn)
        spread += len(graph.postings) - len(drawn.postings)
        covered += any(driver.driver == COVERED for driver in graph.drivers) and bool(graph.covers)
        for day in days_of(graph):
            result: Posted = posted(graph, day)
            splits = result.splits
            rungs.update((split.method, split.rung) for split in splits.values())
            partitions |= {node.partition for node in splits}
            ways = max([ways, *(longest_way(graph, day, splits, (node,)) for node in splits)])
            through = passing(graph, day, splits)
            circles = max(circles, sum(through[node][node] > 1 for node in splits))
            charged = [posting for posting in graph.postings if posting.pool_id and Day(*posting[:2]) == day]
            nodes = {node_of(graph, posting.pool_id, posting.lifecycle_stage, day) for posting in charged}
            closed += sum(split_of(graph, node, day) is not None for node in nodes - set(splits))
            unused += sum(target.target_pool_id == UNUSED for split in splits.values() for target in split.shares)
            unused_split += any(node.pool_id == UNUSED for node in splits)
    assert {method for method, rung in rungs if rung == 0} == set(METHODS)
    assert {method for method, rung in rungs if rung > 0} == set(METHODS)
    assert {rung for _, rung in rungs} == {0, 1, 2, 3}
    assert partitions == {"", "development", "testing", "production", "unknown"}
    assert ways >= 6 and circles >= 12 and closed
    assert unused >= 20 and unused_split >= 10
    assert spread >= 500 and covered >= 10
