"""
Pools, policies, use and charges of every shape, made from a number: the same number, the same graph.

Each graph has names of its own and months of its own, so that many of them can lie in one warehouse without seeing each
other. Dates are drawn around one month and moved to the graph's place at the end.
"""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal

from tests.sharing.oracle import (
    AMOUNTS,
    LISTING,
    METHODS,
    UNALLOCATED,
    Driver,
    Fallback,
    Graph,
    Policy,
    Pool,
    Posting,
    Row,
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
FEEDS = ("kubernetes", "slurm")
WINDOWS = (None, None, 1, 2, 7, 30, 40)
SHAPES = ("single", "single", "chain", "reciprocal", "step_down", "mixed", "circle", "late")


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


def some(draw: random.Random, values: tuple, chance: float):
    return draw.choice(values) if draw.random() < chance else None


def rows_of(draw: random.Random, policy: Policy, methods: set[str], takers: list[str]) -> list[Row]:
    """Rows of pool_targets that are free of contradiction: no two of them ask the same, or name the same target."""
    drawn = []
    for taker in takers:
        # A pool that weighs by use takes the use of the project that stands for it.
        project = draw.choice(SHARED_PROJECTS) if methods - set(LISTING) else None
        team = some(draw, TEAMS, 0.15) if methods - set(LISTING) else None
        drawn.append(Row(policy.policy_id, team, project, some(draw, STAGES, 0.15), taker))
    for _ in range(draw.choice((0, 1, 1, 2, 3, 4)) if takers or "fixed" not in methods else draw.randint(1, 4)):
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


def policy_rows(draw: random.Random, graph: Graph, policy: Policy, takers: list[str], is_late: bool) -> None:
    """A policy by any method, with what it needs and some rungs below it."""
    method = policy.method
    drivers = 1 if method == "driver" else draw.randint(1, 3)
    below = [one for one in METHODS if one != "driver" or drivers == 1]
    if is_late:
        below.remove("proportional")
    rungs = [draw.choice(below) for _ in range(draw.choice((0, 0, 1, 2, 3)))]
    if draw.random() < 0.7:
        # A rung below one that always finds somebody is never tried.
        rungs.sort(key=lambda one: one in LISTING)
    methods = {method, *rungs}
    # Late charges find the teams of a day in two bills; the document leaves open which of them count.
    has_rows = takers or "fixed" in methods or (is_late and "even" in methods) or draw.random() < 0.4
    graph.policies.append(policy)
    if has_rows:
        graph.targets.extend(rows_of(draw, policy, methods, takers))
    for place, rung in enumerate(rungs, start=1):
        window = None if rung in LISTING else draw.choice(WINDOWS)
        graph.fallbacks.append(Fallback(policy.policy_id, place * 10, rung, window))
    if methods & {"driver", "weighted", "summed", "tiered", "dominant"}:
        measures = draw.sample(MEASURES, drivers)
        for measure in measures:
            weight = (
                None if method == "driver" else draw.choice((Decimal(95), Decimal(3), Decimal(2), Decimal("0.125")))
            )
            graph.drivers.append(Driver(policy.policy_id, measure, some(draw, FEEDS, 0.3), weight))


def takers_of(draw: random.Random, shape: str, pools: list[str], giver: int) -> list[str]:
    """The pools that a pool gives to."""
    count = len(pools)
    if shape == "chain":
        return pools[giver + 1 : giver + 2]
    if shape == "circle":
        return [pools[(giver + 1) % count]]
    if shape in ("reciprocal", "step_down", "mixed"):
        others = [pool for number, pool in enumerate(pools) if number != giver]
        wanted = {(giver + 1) % count} if shape == "reciprocal" else set()
        wanted |= {pools.index(one) for one in draw.sample(others, draw.randint(0, min(3, len(others))))}
        return [pools[number] for number in sorted(wanted - {giver})]
    return []


def graph_of(number: int, methods: tuple[str, ...] = METHODS, shapes: tuple[str, ...] = SHAPES) -> Graph:
    """The graph of a number, around `MONTH`."""
    draw = random.Random(number)
    shape = shapes[number % len(shapes)]
    is_late, is_closed = shape == "late", shape == "circle" and draw.random() < 0.6
    if is_late:
        methods = tuple(method for method in methods if method != "proportional")
    size = {"single": 1, "late": 1, "chain": draw.randint(3, 7), "reciprocal": draw.choice((2, 3, 4, 12))}
    pools = [f"p{n:02}" for n in range(size.get(shape, draw.randint(2, 6)))]
    # By use, or for a while only, hardly ever do twelve pools take from each other.
    is_ring = len(pools) == 12 and draw.random() < 0.5
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
                window_days=None if method in LISTING else draw.choice(WINDOWS),
                minimum_share=draw.choice((Decimal(0), Decimal("0.1"), Decimal("0.3"), Decimal(1))),
                partition_by=None if is_ring else some(draw, ("lifecycle_stage",), 0.3),
                valid_from=valid_from,
                valid_to=valid_to,
            )
            policy_rows(draw, graph, policy, takers, is_late)
    days = draw.sample(DAYS, draw.choice((1, 2, 3, 4)))
    used_projects = SHARED_PROJECTS if is_closed and draw.random() < 0.7 else (*PROJECTS, UNALLOCATED)
    add_use(draw, graph, [*days, *(LATE if is_late else [])], used_projects)
    add_postings(draw, graph, days, LATE if is_late else [], used_projects)
    bound(graph)
    return graph


def bound(graph: Graph) -> None:
    """What pools may give to has no policy but in these months: else it would be split on the days of all graphs."""
    takers = {row.target_pool_id for row in graph.targets}
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
    if not measures:
        return
    before = (1, 1, 6, 7, 29, 30, 39, 40, -1)
    for day in days:
        # On some days nothing is used, and windows decide.
        distances = before if draw.random() < 0.35 else before + (0,) * len(before)
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
        graph.postings.append(
            Posting(
                *(billing_period, day, pool_id, *owner),
                draw.choice(("training", "unknown")),
                draw.choice(("compute", "storage")),
                draw.choice(("AWS", "OCI")),
                "USD",
                draw.choice(("USD", "EUR")),
                *(amount(draw) for _ in AMOUNTS),
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
        if name in ("pool_id", "policy_id", "target_pool_id"):
            return mark + value
        if name == "measure" and value.startswith("dominant:"):
            return value.replace(":", f":{mark}")
        return value

    def row_moved(row):
        new = {name: moved(name, value) for name, value in row._asdict().items()}
        if isinstance(row, Posting):
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
        Posting(f"{MONTH:%Y-%m}", DAYS[0], "p0", *owner, "training", "compute", "AWS", "USD", "USD", *amounts)
    )
    return graph
