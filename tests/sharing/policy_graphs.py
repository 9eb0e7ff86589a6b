"""
Pools, policies, use and charges of every shape, drawn by hypothesis.

What a graph is is drawn choice by choice; the long lists of use and charges are drawn at random from a number that is
drawn. Each graph has names of its own and months of its own, so that many of them can lie in one warehouse without
seeing each other. Dates are drawn around one month and moved to the graph's place at the end.
"""

from __future__ import annotations

import pickle
import random
import sys
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.sharing.oracle import (
    AMOUNTS,
    COVERED,
    HELD,
    LISTING,
    METHODS,
    NOT_ALLOCATED,
    UNALLOCATED,
    UNUSED,
    Cover,
    Driver,
    Fallback,
    Graph,
    Policy,
    Pool,
    Posting,
    Row,
    Step,
    Use,
)

MONTH = date(2001, 5, 1)
DAYS = [MONTH + timedelta(days=days) for days in (0, 1, 9, 10, 26)]
CHANGE, CHANGE_LATER = MONTH + timedelta(days=10), MONTH + timedelta(days=12)
LATE = [MONTH - timedelta(days=days) for days in (2, 20, 33)]
FIRST_YEAR, MONTHS_APART = 1000, 4
# In the Gregorian calendar 400 years later is the same calendar.
CYCLE = 400

TEAMS = ("red", "blue", "green")
PROJECTS = ("atlas", "bolt", "tools", "platform")
SHARED_PROJECTS = PROJECTS[2:]
STAGES = ("development", "testing", "production")
MEASURES = ("gpu_hours", "tokens", "cpu_core_hours_requested")
COMMITMENTS = ("SP-1", "SP-2", "ri-9")
# What is another graph's by another name; of a pattern its beginning.
NAMES = ("pool_id", "policy_id", "target_pool_id", "charge_group_id", "commitment_discount_id", "benefit_of")
FEEDS = ("kubernetes", "slurm")
WINDOWS = (None, None, 1, 2, 7, 30, 40)
# How many graphs there are of each shape. Where a circle is closed, or a ring, hardly anybody takes part but pools.
SHAPES = {
    **{"single": 90, "chain": 50, "reciprocal": 40, "ring": 20, "step_down": 50, "mixed": 50},
    **{"circle": 25, "closed": 25, "late": 50},
}
GRAPHS = sum(SHAPES.values())


def amount(draw: random.Random) -> Decimal:
    """Mostly plain money, at times a credit, nothing, a speck or a fortune."""
    kind = draw.randrange(20)
    if kind < 8:
        return Decimal(draw.randint(1, 500))
    if kind < 14:
        return Decimal(draw.randint(1, 10**15)).scaleb(-12)
    if kind < 17:
        return -Decimal(draw.randint(1, 10**9)).scaleb(-6)
    return (Decimal(0), Decimal("1E-12"), Decimal(10) ** 15 + Decimal(draw.randint(1, 10**12)).scaleb(-12))[kind - 17]


def quantity(draw: random.Random) -> Decimal:
    kind = draw.randrange(20)
    if kind < 10:
        return Decimal(draw.randint(1, 9))
    if kind < 15:
        return Decimal(draw.randint(1, 10**15)).scaleb(-12)
    # Use has twelve decimals, also times a weight of three.
    return (Decimal(0), Decimal(-2), Decimal("-0.5"), Decimal("1E-9"), Decimal(10) ** 13)[kind - 15]


def parts_of_one(draw: random.Random, count: int) -> list[Decimal]:
    """Weights as fixed ones must be: together 1, some of them maybe 0."""
    sizes = [draw.choice((0, 1, 2, 5, 100)) for _ in range(count - 1)] + [draw.choice((1, 7))]
    parts = [(Decimal(size) / sum(sizes)).quantize(Decimal("1E-12")) for size in sizes]
    return [*parts[:-1], 1 - sum(parts[:-1])]


def may(draw: random.Random, chance: float) -> bool:
    """In steps of a hundredth: hypothesis tries whole numbers more evenly than fractions."""
    return draw.randrange(100) < round(chance * 100)


def some(draw: random.Random, values: tuple, chance: float):
    return draw.choice(values) if may(draw, chance) else None


def rows_of(draw: random.Random, policy: Policy, methods: set[str], takers: list[str], has_owners: bool) -> list[Row]:
    """Rows of pool_targets that are free of contradiction: no two of them ask the same, or name the same target."""
    drawn = []
    for taker in takers:
        # A pool that weighs by use takes the use of the project that stands for it.
        project = draw.choice(SHARED_PROJECTS) if methods - set(LISTING) else None
        team = some(draw, TEAMS, 0.15) if methods - set(LISTING) else None
        drawn.append(Row(policy.policy_id, team, project, some(draw, STAGES, 0.15), taker))
    owners = draw.choice((0, 1, 1, 2, 3, 4)) if takers or "fixed" not in methods else draw.randint(1, 4)
    for _ in range(owners if has_owners else 0):
        asked = some(draw, TEAMS, 0.6), some(draw, PROJECTS, 0.3), some(draw, STAGES, 0.4)
        drawn.append(Row(policy.policy_id, *asked))
    rows: list[Row] = []
    for row in drawn:
        asks, names = row[1:4], at(row)
        same_place = [one for one in rows if at(one)[:-1] == names[:-1]]
        clashes = [one for one in same_place if one.lifecycle_stage == row.lifecycle_stage or policy.partition_by]
        if not any(one[1:4] == asks for one in rows if methods - set(LISTING)) and not clashes:
            rows.append(row)
    if not rows:
        return []
    if "fixed" in methods:
        weights = parts_of_one(draw, len(rows))
    else:
        weights = [some(draw, (Decimal(0), Decimal(1), Decimal("0.5"), Decimal(3)), 0.5) for _ in rows]
    return [row._replace(weight=weight) for row, weight in zip(rows, weights, strict=True)]


def at(row: Row) -> tuple:
    """Where an even or fixed row sends money: a pool, or an owner."""
    return (row.target_pool_id, *((None, None) if row.target_pool_id else row[1:3]), row.lifecycle_stage)


def policy_rows(
    draw: random.Random, graph: Graph, policy: Policy, takers: list[str], is_late: bool, is_closed: bool
) -> None:
    """A policy by any method, with what it needs and some rungs below it."""
    method = policy.method
    drivers = 1 if method == "driver" else draw.randint(1, 3)
    below = [one for one in METHODS if one != "driver" or drivers == 1]
    if is_late:
        below.remove("proportional")
    rungs = [draw.choice(below) for _ in range(draw.choice((0, 0, 1, 2, 3)))]
    if may(draw, 0.7):
        # A rung below one that always finds somebody is never tried.
        rungs.sort(key=lambda one: one in LISTING)
    methods = {method, *rungs}
    if "utilization" in methods:
        for step in (NOT_ALLOCATED, *HELD[1:]):
            payers = ("owner", "shared", "reserver")[: 2 if step == NOT_ALLOCATED else 3]
            graph.steps.append(Step(policy.policy_id, step, draw.choice(payers)))
        policy = policy._replace(cap=draw.choice((None, Decimal(0), Decimal("0.5"), Decimal(3))))
    # Late charges find the teams of a day in two bills; the document leaves open which of them count.
    has_rows = takers or "fixed" in methods or (is_late and "even" in methods) or may(draw, 0.4)
    graph.policies.append(policy)
    if has_rows:
        graph.targets.extend(rows_of(draw, policy, methods, takers, not is_closed or may(draw, 0.3)))
    for place, rung in enumerate(rungs, start=1):
        window = None if rung in (*LISTING, "utilization") else draw.choice(WINDOWS)
        graph.fallbacks.append(Fallback(policy.policy_id, place * 10, rung, window))
    if methods & {"driver", "weighted", "summed", "tiered", "dominant"}:
        measures = draw.sample(MEASURES, drivers)
        for measure in measures:
            weight = (
                None if method == "driver" else draw.choice((Decimal(95), Decimal(3), Decimal(2), Decimal("0.125")))
            )
            graph.drivers.append(Driver(policy.policy_id, measure, some(draw, FEEDS, 0.3), weight=weight))
        # Late charges are of no day of this bill on which anything is covered.
        if not is_late and may(draw, 0.2):
            graph.drivers[-1] = graph.drivers[-1]._replace(driver=COVERED, feed=None)


def takers_of(draw: random.Random, shape: str, pools: list[str], giver: int) -> list[str]:
    """The pools that a pool gives to."""
    count = len(pools)
    if shape == "chain":
        return pools[giver + 1 : giver + 2]
    if shape in ("circle", "closed"):
        return [pools[(giver + 1) % count]]
    if shape in ("reciprocal", "ring", "step_down", "mixed"):
        others = [pool for number, pool in enumerate(pools) if number != giver]
        wanted = {(giver + 1) % count} if shape in ("reciprocal", "ring") else set()
        wanted |= {pools.index(one) for one in draw.sample(others, draw.randint(0, min(3, len(others))))}
        return [pools[number] for number in sorted(wanted - {giver})]
    return []


def graphs() -> list[Graph]:
    """All graphs, around `MONTH`; mixed, so that the first hundred have every shape."""
    drawn = [graph for number, shape in enumerate(SHAPES) for graph in graphs_of(shape, number)]
    random.Random(0).shuffle(drawn)
    return drawn


def graphs_of(shape: str, number: int) -> list[Graph]:
    """The graphs of a shape, each an example: they are held against the engine together, in one run of it."""
    drawn: list[Graph] = []

    @seed(number)
    @settings(
        max_examples=SHAPES[shape],
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def draw_one(draw: random.Random) -> None:
        drawn.append(graph_of(draw, shape))

    draw_one()
    return drawn


def graph_of(draw: random.Random, shape: str) -> Graph:
    """A graph around `MONTH`."""
    methods = METHODS
    # Thousands of choices more than an example may have.
    rows = random.Random(draw.randrange(2**32))
    is_late, is_closed, is_ring = shape == "late", shape == "closed", shape == "ring"
    if is_late:
        methods = tuple(method for method in methods if method != "proportional")
    size = {"single": 1, "late": 1, "chain": draw.randint(3, 7), "reciprocal": draw.choice((2, 3, 4)), "ring": 12}
    pools = [f"p{n:02}" for n in range(size.get(shape, draw.randint(2, 6)))]
    graph = Graph()
    for level, pool in enumerate(pools):
        levels = {"step_down": draw.choice((level, level, level // 2)), "mixed": draw.choice((None, level))}
        owner = draw.choice((f"ops-{pool}", f"ops-{pool}", "ops", None))
        graph.pools.append(Pool(pool, None, owner, levels.get(shape)))
    for number_of_pool, pool in enumerate(pools):
        takers = takers_of(draw, shape, pools, number_of_pool)
        spans = draw.choice(
            [[(None, None)]] * (5 if len(pools) < 5 else 25)
            + [[(None, CHANGE), (CHANGE, None)], [(None, CHANGE), (CHANGE_LATER, None)], [(CHANGE, None)]]
            + ([[]] if len(pools) > 1 else [])
        )
        if is_ring:
            spans = [(None, None)]
        for n, (valid_from, valid_to) in enumerate(spans):
            method = draw.choice(("driver", "dominant", "weighted") if is_closed else LISTING if is_ring else methods)
            policy = Policy(
                policy_id=f"{pool}-{n}",
                pool_id=pool,
                method=method,
                window_days=None if method in (*LISTING, "utilization") else draw.choice(WINDOWS),
                minimum_share=draw.choice((Decimal(0), Decimal("0.1"), Decimal("0.3"), Decimal(1))),
                partition_by=None if is_ring else some(draw, ("lifecycle_stage",), 0.3),
                valid_from=valid_from,
                valid_to=valid_to,
            )
            policy_rows(draw, graph, policy, takers, is_late, is_closed)
    days = draw.sample(DAYS, draw.choice((1, 2, 3, 4)))
    used_projects = SHARED_PROJECTS if is_closed and may(draw, 0.7) else (*PROJECTS, UNALLOCATED)
    add_capacity(draw, graph, is_late)
    add_use(rows, graph, [*days, *(LATE if is_late else [])], used_projects)
    add_postings(rows, graph, days, LATE if is_late else [], used_projects)
    if not is_late and may(draw, 0.4):
        add_covers(rows, graph)
    bound(graph)
    return graph


def add_capacity(draw: random.Random, graph: Graph, is_late: bool) -> None:
    """What some pools can serve in a day, and who pays for what nobody used of it: maybe they themselves."""
    for n, driver in enumerate(graph.drivers):
        [policy] = (one for one in graph.policies if one.policy_id == driver.policy_id)
        methods = {policy.method, *(one.method for one in graph.fallbacks if one.policy_id == policy.policy_id)}
        weights = {row.weight for row in graph.targets if row.policy_id == policy.policy_id}
        is_plain = "fixed" in methods or weights <= {None, Decimal(0), Decimal(1)}
        if "driver" in methods and is_plain and not policy.partition_by and may(draw, 0.95):
            capacity = draw.choice((Decimal("0.5"), Decimal(20), Decimal(100), Decimal(10) ** 6, quantity(draw)))
            graph.drivers[n] = driver._replace(capacity=max(capacity, Decimal("1E-12")))
    if not any(driver.capacity for driver in graph.drivers):
        return
    # One pool for all graphs, with a policy for the months of each.
    pools = [pool.pool_id for pool in graph.pools]
    graph.pools.append(Pool(UNUSED, None, "waste"))
    if may(draw, 0.6):
        method = draw.choice(("fixed",) if is_late else ("even", "proportional", "fixed"))
        weight = Decimal(1) if method == "fixed" else None
        graph.policies.append(Policy("unused-0", UNUSED, method, partition_by=some(draw, ("lifecycle_stage",), 0.3)))
        if method == "fixed" and may(draw, 0.5):
            graph.targets.append(Row("unused-0", target_pool_id=draw.choice(pools), weight=weight))
        elif method == "fixed":
            graph.targets.append(Row("unused-0", "red", weight=weight))


def add_covers(draw: random.Random, graph: Graph) -> None:
    """Commitments that cover use, of owners and in pools, and policies that spread what they save, some of it twice."""
    for posting in graph.postings:
        for commitment in draw.sample(COMMITMENTS, draw.choice((0, 0, 1, 2))):
            # A fortune that is moved and comes back leaves of its digits what no one can compare.
            costs = (min(abs(amount(draw)), Decimal(10) ** 6) for _ in range(2))
            graph.covers.append(Cover(*posting[:2], posting.charge_group_id, commitment, *costs))
    for n, policy in enumerate(graph.policies):
        graph.policies[n] = policy._replace(benefit_of=draw.choice((None, "%", "sp-%", "SP-1", "%9", "sp-3")))


def bound(graph: Graph) -> None:
    """What pools may give to has no policy but in these months: else it would be split on the days of all graphs."""
    takers = {UNUSED, *(row.target_pool_id for row in graph.targets)}
    for n, policy in enumerate(graph.policies):
        if policy.pool_id in takers:
            first, last = policy.valid_from or MONTH - timedelta(days=80), policy.valid_to or MONTH + timedelta(days=40)
            graph.policies[n] = policy._replace(valid_from=first, valid_to=last)


def owner_of(draw: random.Random, projects: tuple[str, ...]) -> tuple[str, str, str]:
    return draw.choice((*TEAMS, UNALLOCATED)), draw.choice(projects), draw.choice((*STAGES, "unknown"))


def add_use(draw: random.Random, graph: Graph, days: list[date], projects: tuple[str, ...]) -> None:
    """Use on the days, just before them, and as far before as no window goes; of some measures maybe none."""
    measures = [
        (measure, feed) for measure in draw.sample(MEASURES, draw.choice((0, 1, 2, 3, 3, 3))) for feed in (None, *FEEDS)
    ]
    measures += [(f"dominant:{policy.policy_id}", None) for policy in graph.policies for _ in range(2)]
    by_step = {row.policy_id for row in graph.steps}
    measures += [(f"utilization:{step}:{one}", None) for one in sorted(by_step) for step in (NOT_ALLOCATED, *HELD)]
    if not measures:
        return
    before = (1, 1, 6, 7, 29, 30, 39, 40, -1)
    for day in days:
        # On some days nothing is used, and windows decide.
        distances = before if may(draw, 0.35) else before + (0,) * len(before)
        for _ in range(draw.choice((0, 15, 40, 80))):
            ago = draw.choice(distances)
            measure, feed = draw.choice(measures)
            activity = draw.choice(("training", "inference"))
            owner = owner_of(draw, projects)
            graph.use.append(Use(day - timedelta(days=ago), feed, measure, *owner, activity, quantity(draw)))


def add_postings(
    draw: random.Random, graph: Graph, days: list[date], late: list[date], projects: tuple[str, ...]
) -> None:
    """Charges in the pools and charges of owners, these on the days before too."""

    def post(day: date, pool_id: str | None, owner: tuple[str, str, str], billing_period: str) -> None:
        name = f"c{len(graph.postings)}"
        graph.postings.append(
            Posting(
                *(billing_period, day, pool_id, *owner),
                draw.choice(("training", "unknown")),
                draw.choice(("compute", "storage")),
                draw.choice(("AWS", "OCI")),
                "USD",
                draw.choice(("USD", "EUR")),
                *(amount(draw) for _ in AMOUNTS),
                name,
            )
        )

    charged = [graph.pools[0], *draw.sample(graph.pools[1:], draw.randint(0, len(graph.pools) - 1))]
    for day in (*days, *late):
        for pool in charged:
            for _ in range(draw.choice((1, 1, 2, 4))):
                owner = pool.owner_team_id or UNALLOCATED, draw.choice((UNALLOCATED, "atlas")), owner_of(draw, "-")[2]
                post(day, pool.pool_id, owner, f"{MONTH:%Y-%m}")
    for day in days:
        for _ in range(draw.choice((0, 5, 12, 20))):
            before = day - timedelta(days=draw.choice((0, 0, 0, 1, 6, 7, 29, 39, 40)))
            post(before, None, owner_of(draw, projects), f"{before:%Y-%m}")


def crowd(number: int) -> Graph:
    """One pool that ten thousand owners used, no two of them alike."""
    draw = random.Random(number)
    graph = Graph([Pool("p00", None, "ops-p00")], [Policy("p00-0", "p00", "driver")], [Driver("p00-0", "tokens")])
    for n in range(10_000):
        used = Decimal(draw.randint(1, 10**12)).scaleb(-6)
        graph.use.append(Use(DAYS[0], None, "tokens", f"team-{n // 50}", f"project-{n}", "production", "unknown", used))
    add_postings(draw, graph, DAYS[:1], [], PROJECTS)
    return graph


def placed(graph: Graph, number: int, cycle: int = 0) -> Graph:
    """The graph in months that are its own, with names that are its own."""
    months = number * MONTHS_APART + 4
    first = date(FIRST_YEAR + months // 12, months % 12 + 1, 1)
    mark = f"g{cycle}{number:04}-"

    def moved(name: str, value: object) -> object:
        if value is None:
            return None
        if isinstance(value, date):
            there = first + (value - MONTH)
            return there.replace(year=there.year + cycle * CYCLE)
        if name in NAMES:
            return value if value == UNUSED else mark + value
        if name == "measure" and ":" in value:
            return f":{mark}".join(value.rsplit(":", 1))
        return value

    def row_moved(row):
        new = {name: moved(name, value) for name, value in row._asdict().items()}
        if isinstance(row, Posting | Cover):
            is_late = row.billing_period != f"{row.charge_date:%Y-%m}"
            period = (first if is_late else moved("", row.charge_date)).isoformat()[:7]
            new["billing_period"] = f"{int(period[:4]) + (cycle * CYCLE if is_late else 0)}{period[4:]}"
        return type(row)(**new)

    return Graph(**{each.name: [row_moved(row) for row in getattr(graph, each.name)] for each in fields(graph)})


def trickle(share: Decimal) -> Graph:
    """Two pools that give everything to each other, but for a little that one gives to a third, which is red's."""
    pools = ("p0", "p1", "p2")
    dates = {"valid_from": MONTH - timedelta(days=80), "valid_to": MONTH + timedelta(days=40)}
    graph = Graph([Pool(pool, None, f"owner-{pool}") for pool in pools])
    graph.policies.extend(Policy(pool, pool, "fixed", **dates) for pool in pools)
    graph.targets.extend(
        [
            Row("p0", target_pool_id="p1", weight=1 - share),
            Row("p0", target_pool_id="p2", weight=share),
            Row("p1", target_pool_id="p0", weight=Decimal(1)),
            Row("p2", "red", weight=Decimal(1)),
        ]
    )
    owner, amounts = ("owner-p0", "unallocated", "unknown"), map(Decimal, ("100", "1234.5678", "7", "0.01"))
    graph.postings.append(
        Posting(f"{MONTH:%Y-%m}", DAYS[0], "p0", *owner, "training", "compute", "AWS", "USD", "USD", *amounts, "c0")
    )
    return graph


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(pickle.dumps(graphs()))
