"""
How shared cost is split, once more: docs/sharing.md in exact fractions, slow and plain.

It is nobody's copy of the SQL, so that the two can be held against each other. A `Graph` is all that a day's split
depends on, with the columns of the tables that hold it; `posted` says what the pools of a day give and to whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from operator import mul
from typing import NamedTuple

UNALLOCATED, UNKNOWN = "unallocated", "unknown"
# The pool of what nobody used of another pool's capacity.
UNUSED = "unused_commitment"
METHODS = ("even", "fixed", "summed", "proportional", "driver", "weighted", "dominant", "tiered", "utilization")
LISTING = ("even", "fixed")
# Of GPU-hours what nobody held, and what somebody did; useful is paid by who used it.
NOT_ALLOCATED, HELD = "not_allocated", ("useful", "idle", "under_used", "not_measured")
# What use that commitments cover would have cost: of the bill, as what owners spend is.
COVERED = "covered_cost"
# Money that is still on its way after 2^24 hops, and more than this of it, would not leave a circle.
DOUBLINGS, LEAST_ON_ITS_WAY = 24, 1e-12
AMOUNTS = (
    "billed_cost",
    "effective_cost",
    "billed_cost_in_billing_currency",
    "effective_cost_in_billing_currency",
)


class Pool(NamedTuple):
    pool_id: str
    pool_name: str | None = None
    owner_team_id: str | None = None
    level: int | None = None


class Policy(NamedTuple):
    policy_id: str
    pool_id: str
    method: str
    window_days: int | None = None
    minimum_share: Decimal | None = None
    partition_by: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    cap: Decimal | None = None
    benefit_of: str | None = None


class Driver(NamedTuple):
    policy_id: str
    driver: str
    feed: str | None = None
    weight: Decimal | None = None
    capacity: Decimal | None = None


class Row(NamedTuple):
    """A row of pool_targets.csv."""

    policy_id: str
    team_id: str | None = None
    project_id: str | None = None
    lifecycle_stage: str | None = None
    target_pool_id: str | None = None
    weight: Decimal | None = None


class Fallback(NamedTuple):
    policy_id: str
    place: int
    method: str
    window_days: int | None = None


class Step(NamedTuple):
    """A row of pool_steps.csv: who pays for hours that were not useful."""

    policy_id: str
    step: str
    payer: str


class Use(NamedTuple):
    usage_date: date
    feed: str | None
    measure: str
    team_id: str
    project_id: str
    lifecycle_stage: str
    ai_activity: str
    quantity: Decimal


class Posting(NamedTuple):
    """A direct posting; one with a pool is a shared charge."""

    billing_period: str
    charge_date: date
    pool_id: str | None
    team_id: str
    project_id: str
    lifecycle_stage: str
    ai_activity: str
    cost_component: str
    provider_name: str
    currency: str
    billing_currency: str
    billed_cost: Decimal
    effective_cost: Decimal
    billed_cost_in_billing_currency: Decimal
    effective_cost_in_billing_currency: Decimal
    charge_group_id: str | None = None


class Cover(NamedTuple):
    """Use of a posting that a commitment covers: what it cost, and would have cost, in the billing currency."""

    billing_period: str
    charge_date: date
    charge_group_id: str
    commitment_discount_id: str
    effective_cost: Decimal
    covered_cost: Decimal


# To the reporting currency, in every month.
RATES = {"USD": Fraction(1), "EUR": Fraction(2)}


@dataclass(frozen=True)
class Graph:
    pools: list[Pool] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    drivers: list[Driver] = field(default_factory=list)
    targets: list[Row] = field(default_factory=list)
    fallbacks: list[Fallback] = field(default_factory=list)
    use: list[Use] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)


class Owner(NamedTuple):
    team_id: str
    project_id: str
    lifecycle_stage: str


class Target(NamedTuple):
    team_id: str
    project_id: str
    lifecycle_stage: str
    target_pool_id: str | None = None

    @property
    def owner(self) -> Owner:
        return Owner(*self[:3])


class Day(NamedTuple):
    billing_period: str
    charge_date: date


class Node(NamedTuple):
    """What is split as one: a pool, or where stages are split apart (`partition`, else empty) the charges of one."""

    pool_id: str
    partition: str


class Kind(NamedTuple):
    """What a charge keeps on its way through pools."""

    ai_activity: str
    cost_component: str
    provider_name: str
    currency: str
    billing_currency: str


class Split(NamedTuple):
    policy_id: str
    rung: int
    method: str
    shares: dict[Target, Fraction]


class Hop(NamedTuple):
    posting_kind: str
    pool_id: str
    policy_id: str
    target_pool_id: str | None
    owner: Owner
    kind: Kind


Amounts = tuple[Fraction, Fraction, Fraction, Fraction]
NOTHING: Amounts = (Fraction(0),) * 4


def times(amounts: Amounts, share: Fraction | int) -> Amounts:
    return tuple(amount * share for amount in amounts)


def plus(one: Amounts, other: Amounts) -> Amounts:
    return tuple(a + b for a, b in zip(one, other, strict=True))


# What weighs


def first_of(billing_period: str) -> date:
    return date.fromisoformat(f"{billing_period}-01")


def counted_days(day: Day, window_days: int | None) -> tuple[date, date]:
    """The first and the last day of which use counts."""
    window = window_days or 1
    earliest = first_of(day.billing_period) - timedelta(days=max(window, 31))
    return max(day.charge_date - timedelta(days=window - 1), earliest), day.charge_date


def summed(rows: Iterable[tuple[Owner, Decimal]]) -> dict[Owner, Fraction]:
    """What each owner has of it; nothing below zero weighs."""
    sums: dict[Owner, Fraction] = defaultdict(Fraction)
    for owner, quantity in rows:
        sums[owner] += Fraction(quantity)
    return {owner: total for owner, total in sums.items() if total > 0}


def reported(graph: Graph, driver: Driver, day: Day, window: int | None) -> Iterator[tuple[Owner, Fraction]]:
    """What each owner had of a driver, one by one; of a bill what that bill has of the days."""
    days = counted_days(day, window)
    if driver.driver == COVERED:
        owners = {posting.charge_group_id: posting for posting in graph.postings if posting.pool_id is None}
        for cover in graph.covers:
            posting = owners.get(cover.charge_group_id)
            is_counted = cover.billing_period == day.billing_period and days[0] <= cover.charge_date <= days[1]
            if posting and is_counted:
                yield Owner(*posting[3:6]), Fraction(cover.covered_cost) * RATES[posting.billing_currency]
    for use in graph.use:
        is_asked = use.measure == driver.driver and driver.feed in (None, use.feed)
        if is_asked and days[0] <= use.usage_date <= days[1]:
            yield Owner(use.team_id, use.project_id, use.lifecycle_stage), Fraction(use.quantity)


def is_known(graph: Graph, driver: Driver, day: Day, window: int | None) -> bool:
    """Whether anybody's use was reported; that it was none is known too."""
    sums: dict[Owner, Fraction] = defaultdict(Fraction)
    for owner, quantity in reported(graph, driver, day, window):
        sums[owner] += quantity
    return any(total >= 0 for total in sums.values())


def used(graph: Graph, driver: Driver, day: Day, window: int | None, stage: str | None) -> dict[Owner, Fraction]:
    return summed(
        (owner, quantity)
        for owner, quantity in reported(graph, driver, day, window)
        if stage in (None, owner.lifecycle_stage)
    )


def spent(graph: Graph, bill: str, days: tuple[date, date], stage: str | None) -> dict[Owner, Fraction]:
    return summed(
        (Owner(posting.team_id, posting.project_id, posting.lifecycle_stage), posting.effective_cost)
        for posting in graph.postings
        if posting.pool_id is None
        and posting.team_id != UNALLOCATED
        and posting.billing_period == bill
        and days[0] <= posting.charge_date <= days[1]
        and stage in (None, posting.lifecycle_stage)
    )


# Who takes part


def pool_of(graph: Graph, pool_id: str) -> Pool:
    return next(pool for pool in graph.pools if pool.pool_id == pool_id)


def at_pool(graph: Graph, pool_id: str, stage: str) -> Target:
    """What a pool gets stands at its owner until it is split on."""
    return Target(pool_of(graph, pool_id).owner_team_id or UNALLOCATED, UNALLOCATED, stage, pool_id)


def goes_back(graph: Graph, pool_id: str, target: Target) -> bool:
    """Step-down: of two pools with levels, only the higher one may get something."""
    if target.target_pool_id is None:
        return False
    giver, taker = pool_of(graph, pool_id).level, pool_of(graph, target.target_pool_id).level
    return giver is not None and taker is not None and taker <= giver


def rungs_of(graph: Graph, policy: Policy) -> list[tuple[str, int | None]]:
    """Methods with their windows, in the order in which they are tried."""
    below = sorted((one for one in graph.fallbacks if one.policy_id == policy.policy_id), key=lambda one: one.place)
    return [(policy.method, policy.window_days), *((one.method, one.window_days) for one in below)]


def row_for(owner: Owner, rows: list[Row]) -> Row | None:
    """The most specific row that an owner matches: project before team before stage."""

    def asked(row: Row) -> tuple:
        return row.team_id, row.project_id, row.lifecycle_stage

    matching = [row for row in rows if all(want in (None, has) for want, has in zip(asked(row), owner, strict=True))]
    return max(
        matching,
        key=lambda row: (row.project_id is not None, row.team_id is not None, row.lifecycle_stage is not None),
        default=None,
    )


def weighed(graph: Graph, policy: Policy, quantities: dict[Owner, Fraction]) -> dict[Target, Fraction]:
    """What owners have of a driver, where the policy's rows send it."""
    rows = [row for row in graph.targets if row.policy_id == policy.policy_id]
    has_fixed_rung = "fixed" in {method for method, _ in rungs_of(graph, policy)}
    weights: dict[Target, Fraction] = defaultdict(Fraction)
    for owner, quantity in quantities.items():
        row = row_for(owner, rows) if rows else Row(policy.policy_id)
        if row is None:
            continue
        if row.target_pool_id is None:
            target = Target(*owner)
        else:
            target = at_pool(graph, row.target_pool_id, owner.lifecycle_stage)
        counts = Fraction(1 if row.weight is None or (has_fixed_rung and row.weight) else row.weight)
        if not goes_back(graph, policy.pool_id, target):
            weights[target] += quantity * counts
    return {target: weight for target, weight in weights.items() if weight > 0}


def listed(graph: Graph, policy: Policy, stage: str | None) -> list[tuple[Target, Row]]:
    """The rows of an even or fixed policy as targets; in a partition those of its stage or of any."""
    found = []
    for row in graph.targets:
        if row.policy_id == policy.policy_id and row.weight != 0 and stage in (None, row.lifecycle_stage or stage):
            at = row.lifecycle_stage or stage or UNKNOWN
            if row.target_pool_id is None:
                target = Target(row.team_id or UNALLOCATED, row.project_id or UNALLOCATED, at)
            else:
                target = at_pool(graph, row.target_pool_id, at)
            if not goes_back(graph, policy.pool_id, target):
                found.append((target, row))
    return found


# The methods: each says what its targets weigh


def even(graph: Graph, policy: Policy, day: Day, stage: str | None) -> dict[Target, Fraction]:
    if any(row.policy_id == policy.policy_id for row in graph.targets):
        return {target: Fraction(1) for target, _ in listed(graph, policy, stage)}
    return {
        Target(posting.team_id, UNALLOCATED, stage or UNKNOWN): Fraction(1)
        for posting in graph.postings
        if posting.pool_id is None
        and posting.team_id != UNALLOCATED
        and Day(posting.billing_period, posting.charge_date) == day
        and stage in (None, posting.lifecycle_stage)
    }


def fixed(graph: Graph, policy: Policy, stage: str | None) -> dict[Target, Fraction]:
    weights: dict[Target, Fraction] = defaultdict(Fraction)
    for target, row in listed(graph, policy, stage):
        weights[target] += Fraction(row.weight or 0)
    return {target: weight for target, weight in weights.items() if weight > 0}


def weighted(drivers: list[tuple[Fraction, dict[Target, Fraction]]]) -> dict[Target, Fraction]:
    """Of each driver that anybody used its part, times the driver's weight among those drivers."""
    in_use = [(weight, weights) for weight, weights in drivers if weights]
    of_all = sum(weight for weight, _ in in_use)
    shares: dict[Target, Fraction] = defaultdict(Fraction)
    for weight, weights in in_use:
        total = sum(weights.values())
        for target, quantity in weights.items():
            shares[target] += weight / of_all * quantity / total
    return shares


def by_unit(drivers: list[tuple[Fraction, dict[Target, Fraction]]]) -> dict[Target, Fraction]:
    """Each unit of each driver at the driver's weight, whatever others used."""
    weights: dict[Target, Fraction] = defaultdict(Fraction)
    for weight, quantities in drivers:
        for target, quantity in quantities.items():
            weights[target] += weight * quantity
    return weights


def tiered(minimum: Fraction, shares: dict[Target, Fraction]) -> dict[Target, Fraction]:
    return {target: minimum / len(shares) + (1 - minimum) * share for target, share in shares.items()}


def with_unused(
    graph: Graph, policy: Policy, driver: Driver, window: int | None, day: Day, weights: dict[Target, Fraction]
) -> dict[Target, Fraction]:
    """The weights, and what of the days' capacity is left, where anybody's use is known at all."""
    if driver.capacity is None or not is_known(graph, driver, day, window):
        return weights
    left = Fraction(driver.capacity) * (window or 1) - sum(weights.values())
    is_listed = any(pool.pool_id == UNUSED for pool in graph.pools)
    owner = pool_of(graph, UNUSED if is_listed else policy.pool_id).owner_team_id or UNALLOCATED
    target = Target(owner, UNALLOCATED, UNKNOWN, UNUSED)
    return {**weights, target: weights.get(target, 0) + left} if left > 0 else weights


def utilization(graph: Graph, policy: Policy, day: Day, stage: str | None) -> dict[Target, Fraction]:
    """
    GPU-hours, by who pays for them: who held them, the pool's owner, or all who held any.

    For each hour held there are at most `cap` shared ones; the pool's owner pays for those beyond, and where nobody
    held any.
    """

    def hours(step: str) -> dict[Owner, Fraction]:
        driver = Driver(policy.policy_id, f"utilization:{step}:{policy.policy_id}")
        return used(graph, driver, day, 1, stage)

    payers = {row.step: row.payer for row in graph.steps if row.policy_id == policy.policy_id}
    by_step = {step: weighed(graph, policy, hours(step)) for step in HELD}
    held: dict[Target, Fraction] = defaultdict(Fraction)
    weights: dict[Target, Fraction] = defaultdict(Fraction)
    for step, quantities in by_step.items():
        for target, quantity in quantities.items():
            held[target] += quantity
            if payers.get(step, "reserver") == "reserver":
                weights[target] += quantity
    # What nobody held has no target: whoever takes part, all of it counts.
    totals = {step: sum(quantities.values()) for step, quantities in by_step.items()}
    totals[NOT_ALLOCATED] = sum(hours(NOT_ALLOCATED).values())
    all_held = sum(held.values())
    shared = sum(total for step, total in totals.items() if payers.get(step) == "shared")
    kept = sum(total for step, total in totals.items() if payers.get(step) == "owner")
    most = shared if policy.cap is None else all_held * Fraction(policy.cap)
    shown = min(shared, most) if all_held else Fraction(0)
    for target, quantity in held.items():
        weights[target] += shown * quantity / all_held
    owner = pool_of(graph, policy.pool_id).owner_team_id or UNALLOCATED
    weights[Target(owner, UNALLOCATED, stage or UNKNOWN)] += kept + shared - shown
    return {target: weight for target, weight in weights.items() if weight > 0}


def weights_by(graph: Graph, policy: Policy, method: str, window: int | None, day: Day, stage: str | None):
    """The weights of a policy's targets by one method."""
    days = counted_days(day, window)
    drivers = [driver for driver in graph.drivers if driver.policy_id == policy.policy_id]

    def by(driver: Driver) -> dict[Target, Fraction]:
        return weighed(graph, policy, used(graph, driver, day, window, stage))

    def by_all() -> list[tuple[Fraction, dict[Target, Fraction]]]:
        return [(Fraction(1 if one.weight is None else one.weight), by(one)) for one in drivers]

    match method:
        case "even":
            return even(graph, policy, day, stage)
        case "fixed":
            return fixed(graph, policy, stage)
        case "proportional":
            return weighed(graph, policy, spent(graph, day.billing_period, days, stage))
        case "driver":
            [driver] = drivers
            return with_unused(graph, policy, driver, window, day, by(driver))
        case "dominant":
            return by(Driver(policy.policy_id, f"dominant:{policy.policy_id}"))
        case "weighted":
            return weighted(by_all())
        case "summed":
            return by_unit(by_all())
        case "tiered":
            return tiered(Fraction(policy.minimum_share or 0), weighted(by_all()))
        case "utilization":
            return utilization(graph, policy, day, stage)
    raise ValueError(method)


# A pool's shares


def policy_of(graph: Graph, pool_id: str, day: date) -> Policy | None:
    for policy in graph.policies:
        if (
            policy.pool_id == pool_id
            and (policy.valid_from is None or policy.valid_from <= day)
            and (policy.valid_to is None or day < policy.valid_to)
        ):
            return policy
    return None


def node_of(graph: Graph, pool_id: str, stage: str, day: Day) -> Node:
    """Where money of a stage is split that lies in a pool."""
    policy = policy_of(graph, pool_id, day.charge_date)
    return Node(pool_id, stage if policy and policy.partition_by == "lifecycle_stage" else "")


def split_of(graph: Graph, node: Node, day: Day) -> Split | None:
    """The shares of a node by the first rung on which anybody weighs; None where there is none."""
    policy = policy_of(graph, node.pool_id, day.charge_date)
    if policy is None:
        return None
    stage = None if node.partition in ("", UNKNOWN) else node.partition
    for rung, (method, window) in enumerate(rungs_of(graph, policy)):
        weights = weights_by(graph, policy, method, window, day, stage)
        if total := sum(weights.values()):
            shares: dict[Target, Fraction] = defaultdict(Fraction)
            for target, weight in weights.items():
                shares[arriving(graph, target, day)] += weight / total
            return Split(policy.policy_id, rung, method, dict(shares))
    return None


def arriving(graph: Graph, target: Target, day: Day) -> Target:
    """A pool that is not split by stage has what it gets in no stage."""
    taker = policy_of(graph, target.target_pool_id, day.charge_date) if target.target_pool_id else None
    if target.target_pool_id is None or (taker and taker.partition_by):
        return target
    return target._replace(lifecycle_stage=UNKNOWN)


# Benefits


def spreads(policy: Policy, cover: Cover) -> bool:
    """Whether a policy has the benefit of a commitment on a day; % stands for anything, and case for nothing."""
    starts, ends = policy.valid_from or date.min, policy.valid_to or date.max
    is_meant = fnmatchcase(cover.commitment_discount_id.lower(), (policy.benefit_of or "").lower().replace("%", "*"))
    return bool(policy.benefit_of) and is_meant and starts <= cover.charge_date < ends


def with_benefits(graph: Graph) -> Graph:
    """The graph with each benefit that is spread in its pool, and its use at what it would have cost."""
    postings = {(*posting[:2], posting.charge_group_id): posting for posting in graph.postings}
    benefits = []
    for cover in graph.covers:
        policies = [policy for policy in graph.policies if spreads(policy, cover)]
        if not policies:
            continue
        policy = min(policies, key=lambda one: (-len(one.benefit_of.replace("%", "")), one.policy_id))
        own = postings[cover[:3]]
        benefit = Fraction(cover.effective_cost) - Fraction(cover.covered_cost)
        amounts = (Fraction(0), benefit * RATES[own.billing_currency], Fraction(0), benefit)
        owner = pool_of(graph, policy.pool_id).owner_team_id or UNALLOCATED, UNALLOCATED, own.lifecycle_stage
        benefits.append(Posting(*own[:2], policy.pool_id, *owner, *own[6:11], *amounts))
        postings[cover[:3]] = own._replace(**dict(zip(AMOUNTS, plus(amounts_of(own), times(amounts, -1)), strict=True)))
    return replace(graph, postings=[*postings.values(), *benefits])


# Chains


def splits_of(graph: Graph, day: Day, nodes: Iterable[Node]) -> dict[Node, Split]:
    """The nodes that give what they have, of those named and all that they lead to. The others keep it."""
    splits: dict[Node, Split | None] = {}
    ahead = list(nodes)
    while ahead:
        node = ahead.pop()
        if node not in splits:
            splits[node] = split_of(graph, node, day)
            ahead += [there for there, _ in onward(graph, day, splits[node])]

    giving = {node: split for node, split in splits.items() if split}
    return {node: split for node, split in giving.items() if not is_closed(graph, day, giving, node)}


def reached_from(graph: Graph, day: Day, splits: dict[Node, Split], node: Node) -> set[Node]:
    """The nodes that money of a node comes to, the node itself only where it comes back."""
    found: set[Node] = set()
    ahead = [node]
    while ahead:
        for there, _ in onward(graph, day, splits.get(ahead.pop())):
            if there not in found:
                found.add(there)
                ahead.append(there)
    return found


def is_closed(graph: Graph, day: Day, splits: dict[Node, Split], node: Node) -> bool:
    """Whether a node is in a circle in which money would still go round after sixteen million hops."""
    circle = [
        there
        for there in reached_from(graph, day, splits, node)
        if there in splits and node in reached_from(graph, day, splits, there)
    ]
    power = [[0.0] * len(circle) for _ in circle]
    for row, giver in enumerate(circle):
        for taker, share in onward(graph, day, splits[giver]):
            if taker in circle:
                power[row][circle.index(taker)] += float(share)
    for _ in range(DOUBLINGS):
        columns = list(zip(*power, strict=True))
        power = [[sum(map(mul, row, column)) for column in columns] for row in power]
    return any(part > LEAST_ON_ITS_WAY for row in power for part in row)


def onward(graph: Graph, day: Day, split: Split | None) -> list[tuple[Node, Fraction]]:
    """The nodes that a split gives to, and how much."""
    return [
        (node_of(graph, target.target_pool_id, target.lifecycle_stage, day), share)
        for target, share in (split.shares.items() if split else ())
        if target.target_pool_id is not None
    ]


def passing(graph: Graph, day: Day, splits: dict[Node, Split]) -> dict[Node, dict[Node, Fraction]]:
    """
    How much passes through each node of a unit put into each.

    x[n] - sum of share(m to n) * x[m] = what is put into n, solved for a unit in each by Gauss and Jordan.
    """
    nodes = sorted(splits)
    left = {n: {m: Fraction(n == m) for m in nodes} for n in nodes}
    right = {n: {m: Fraction(n == m) for m in nodes} for n in nodes}
    for giver in nodes:
        for taker, share in onward(graph, day, splits[giver]):
            if taker in splits:
                left[taker][giver] -= share
    solved: list[Node] = []
    for column in nodes:
        pivot = next(n for n in nodes if n not in solved and left[n][column])
        if pivot != column:
            left[pivot], left[column] = left[column], left[pivot]
            right[pivot], right[column] = right[column], right[pivot]
        solved.append(column)
        scale = 1 / left[column][column]
        for matrix in (left, right):
            matrix[column] = {m: value * scale for m, value in matrix[column].items()}
        for n in nodes:
            if n != column and (factor := left[n][column]):
                for matrix in (left, right):
                    own = matrix[column]
                    matrix[n] = {m: value - factor * own[m] for m, value in matrix[n].items()}
    return right


def kind_of(posting: Posting) -> Kind:
    return Kind(*(getattr(posting, name) for name in Kind._fields))


def amounts_of(posting: Posting) -> Amounts:
    return tuple(Fraction(getattr(posting, name)) for name in AMOUNTS)


class Posted(NamedTuple):
    """What a day's pools do: their splits, what passes through each, every hop, and what each owner has in the end."""

    splits: dict[Node, Split]
    passing: dict[Node, dict[Kind, Amounts]]
    hops: dict[Hop, Amounts]
    finals: dict[tuple[Owner, Kind], Amounts]


def days_of(graph: Graph) -> list[Day]:
    return sorted({Day(posting.billing_period, posting.charge_date) for posting in graph.postings})


def posted(graph: Graph, day: Day) -> Posted:
    direct = [posting for posting in graph.postings if Day(posting.billing_period, posting.charge_date) == day]
    shared = [
        (node_of(graph, posting.pool_id, posting.lifecycle_stage, day), posting)
        for posting in direct
        if posting.pool_id is not None
    ]
    splits = splits_of(graph, day, [node for node, _ in shared])
    through = passing(graph, day, splits)

    hops: dict[Hop, Amounts] = defaultdict(lambda: NOTHING)
    finals: dict[tuple[Owner, Kind], Amounts] = defaultdict(lambda: NOTHING)
    reached: dict[Node, dict[Kind, Amounts]] = {node: defaultdict(lambda: NOTHING) for node in splits}

    def post(posting_kind: str, node: Node, target_pool_id: str | None, owner: Owner, kind: Kind, amounts: Amounts):
        hop = Hop(posting_kind, node.pool_id, splits[node].policy_id, target_pool_id, owner, kind)
        hops[hop] = plus(hops[hop], amounts)
        finals[owner, kind] = plus(finals[owner, kind], amounts)

    for posting in direct:
        key = Owner(posting.team_id, posting.project_id, posting.lifecycle_stage), kind_of(posting)
        finals[key] = plus(finals[key], amounts_of(posting))
    for node, posting in shared:
        if node in splits:
            owner, kind, amounts = Owner(*posting[3:6]), kind_of(posting), amounts_of(posting)
            post("pool_out", node, None, owner, kind, times(amounts, -1))
            for there, parts in through.items():
                reached[there][kind] = plus(reached[there][kind], times(amounts, parts[node]))
    for node, split in splits.items():
        for target, share in split.shares.items():
            for kind, amounts in reached[node].items():
                given = times(amounts, share)
                post("pool_in", node, target.target_pool_id, target.owner, kind, given)
                if target.target_pool_id is not None:
                    there = node_of(graph, target.target_pool_id, target.lifecycle_stage, day)
                    if there in splits:
                        post("pool_out", there, None, target.owner, kind, times(given, -1))
    return Posted(splits, reached, hops, finals)
