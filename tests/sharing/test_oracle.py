"""The oracle by hand: a judge that nobody has judged proves nothing. Numbers are those of docs/sharing.md, or round."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.sharing.oracle import (
    COVERED,
    UNUSED,
    Cover,
    Day,
    Driver,
    Fallback,
    Graph,
    Policy,
    Pool,
    Posting,
    Row,
    Step,
    Use,
    posted,
    with_benefits,
)

TODAY = date(2026, 9, 10)
DAY = Day("2026-09", TODAY)


def charge(amount: int, pool: str | None = None, team: str = "ops", project: str = "unallocated", stage="unknown"):
    kind = ("unknown", "compute", "AWS", "USD", "USD")
    return Posting("2026-09", TODAY, pool, team, project, stage, *kind, *[Decimal(amount)] * 4)


def use(measure: str, quantity: str, team: str, project: str = "atlas", stage: str = "production", day: date = TODAY):
    return Use(day, None, measure, team, project, stage, "training", Decimal(quantity))


def graph(method: str, *rows: object, **settings: object) -> Graph:
    """Ops' pool of 90 with one policy, and whatever else."""
    kinds = (Driver, Row, Fallback, Use, Posting, Step)
    parts = {kind: [row for row in rows if isinstance(row, kind)] for kind in kinds}
    others = [row for row in rows if isinstance(row, Pool)], [row for row in rows if isinstance(row, Policy)]
    policy = Policy("p", "pool", method)._replace(**settings)
    pools = [Pool("pool", None, "ops", 1), *others[0]]
    postings = [charge(90, "pool"), *parts[Posting]]
    policies = [policy, *others[1]]
    return Graph(pools, policies, parts[Driver], parts[Row], parts[Fallback], parts[Use], postings, parts[Step])


def owned(given: Graph) -> dict[str, Fraction]:
    """What each team, or project and stage of it, has in the end."""
    finals: dict[str, Fraction] = {}
    for (owner, _), amounts in posted(given, DAY).finals.items():
        names = [owner.team_id, *(name for name in owner[1:] if name not in ("unallocated", "unknown"))]
        finals["/".join(names)] = finals.get("/".join(names), Fraction(0)) + amounts[1]
    return {name: amount for name, amount in finals.items() if amount}


def test_even_is_alike_over_the_teams_of_the_day() -> None:
    given = graph("even", charge(7, team="red"), charge(8, team="blue"), charge(9, team="unallocated"))
    assert owned(given) == {"red": 7 + 45, "blue": 8 + 45, "unallocated": 9}


def test_fixed_is_by_weight() -> None:
    given = graph("fixed", Row("p", "red", weight=Decimal("0.7")), Row("p", "blue", weight=Decimal("0.3")))
    assert owned(given) == {"red": 63, "blue": 27}


def test_proportional_leaves_out_who_got_more_back() -> None:
    owners = charge(20, team="red"), charge(10, team="blue"), charge(-5, team="green"), charge(60, team="unallocated")
    assert owned(graph("proportional", *owners)) == {"red": 80, "blue": 40, "green": -5, "unallocated": 60}


STEPS = [
    Step("p", "not_allocated", "shared"),
    Step("p", "idle", "reserver"),
    Step("p", "under_used", "owner"),
    Step("p", "not_measured", "reserver"),
]
# 60 hours, of which red held 12 and blue 8. Nobody held 40.
HOURS = [
    use("utilization:useful:p", "4", "red"),
    use("utilization:idle:p", "6", "red"),
    use("utilization:under_used:p", "2", "red"),
    use("utilization:not_measured:p", "8", "blue"),
    use("utilization:not_allocated:p", "40", "unallocated", "unallocated", "unknown"),
]


def test_each_step_of_gpu_hours_has_its_payer() -> None:
    """Of the 40 red has 24 and blue 16, 1.50 each as all the others; 2 are the owner's."""
    given = owned(graph("utilization", *STEPS, *HOURS))
    assert given == {"red/atlas/production": 51, "blue/atlas/production": 36, "ops": 3}


def test_for_an_hour_held_only_so_many_shared_ones_are_shown() -> None:
    """With a cap of 1 these are 20 of the 40, 12 and 8; the owner keeps the others."""
    given = owned(graph("utilization", *STEPS, *HOURS, cap=Decimal(1)))
    assert given == {"red/atlas/production": 33, "blue/atlas/production": 24, "ops": 33}


def test_who_is_kept_out_of_a_pool_leaves_what_nobody_held_in_it() -> None:
    """Red's 12 hours are not there: 48 are left, all of the 40 blue's."""
    given = graph("utilization", *STEPS, *HOURS, Row("p", "blue"))
    assert owned(given) == {"blue/atlas/production": 90}


def test_a_driver_counts_in_its_window_and_use_of_nobody_weighs_in_sight() -> None:
    rows = [
        *(Driver("p", "tokens"), use("tokens", "2", "red"), use("tokens", "1", "unallocated")),
        *(use("tokens", "6", "blue", day=date(2026, 9, 4)), use("tokens", "9", "blue", day=date(2026, 9, 3))),
    ]
    assert owned(graph("driver", *rows)) == {"red/atlas/production": 60, "unallocated/atlas/production": 30}
    assert owned(graph("driver", *rows, window_days=7))["blue/atlas/production"] == 60


def test_what_nobody_used_of_a_capacity_is_the_pools_own_until_that_of_the_unused_is_listed() -> None:
    """Of 9 a day two thirds were used; of 54 in six days the same 6; what is not known to be unused is not."""
    capacity, red = Driver("p", "tokens", capacity=Decimal(9)), use("tokens", "6", "red")
    assert owned(graph("driver", capacity, red)) == {"red/atlas/production": 60, "ops": 30}
    assert owned(graph("driver", capacity, red, Pool(UNUSED, None, "waste")))["waste"] == 30
    assert owned(graph("driver", capacity, red, window_days=6)) == {"red/atlas/production": 10, "ops": 80}
    assert owned(graph("driver", capacity, use("tokens", "90", "red"))) == {"red/atlas/production": 90}
    assert owned(graph("driver", capacity, use("gpu", "6", "red"))) == {"ops": 90}


def test_a_driver_that_nobody_used_leaves_its_weight_to_the_others() -> None:
    """95 : 3 : 2 on a day without GPUs is 3 : 2."""
    drivers = [Driver("p", name, weight=Decimal(weight)) for name, weight in (("gpu", 95), ("cpu", 3), ("ram", 2))]
    rows = [use("cpu", "5", "red"), use("ram", "1", "red"), use("ram", "1", "blue")]
    assert owned(graph("weighted", *drivers, *rows)) == {"red/atlas/production": 72, "blue/atlas/production": 18}


def test_a_sum_weighs_each_unit_as_aws_splits_a_node() -> None:
    """p3.16xlarge at 10 an hour, 8 GPUs, 64 vCPUs, 488 GB: 9, 0.9 and 0.1 a unit, as AWS documents it."""
    units = {"gpu": (8, "9", "0.504"), "vcpu": (64, "0.9", "0.0504"), "memory": (488, "0.1", "0.0056")}
    drivers = [Driver("p", name, weight=Decimal(weight)) for name, (_, weight, _) in units.items()]
    rows = [use(name, str(quantity), name) for name, (quantity, _, _) in units.items()]
    paid = owned(graph("summed", *drivers, *rows))
    for name, (quantity, _, printed) in units.items():
        per_unit = paid[f"{name}/atlas/production"] / 9 / quantity
        assert f"{float(per_unit):.{len(printed) - 2}f}" == printed


def test_tiered_gives_the_least_share_to_who_used_anything() -> None:
    rows = [Driver("p", "tokens"), use("tokens", "3", "red"), use("tokens", "1", "blue"), use("tokens", "0", "green")]
    given = graph("tiered", *rows, minimum_share=Decimal("0.2"))
    assert owned(given) == {"red/atlas/production": 9 + 54, "blue/atlas/production": 9 + 18}


def test_dominant_is_a_measure_of_its_policy() -> None:
    given = graph(
        "dominant", use("dominant:p", "2", "red"), use("dominant:p", "1", "blue"), use("dominant:q", "1", "x")
    )
    assert owned(given) == {"red/atlas/production": 60, "blue/atlas/production": 30}


def test_the_most_specific_row_decides() -> None:
    """Production weighs three times development; blue's project is kept out, whatever its stage."""
    rows = [
        *(Row("p", None, None, "production", None, Decimal(3)), Row("p", None, None, "development")),
        *(Row("p", None, "bolt", None, None, Decimal(0)), Driver("p", "tokens")),
        *(use("tokens", "1", "red"), use("tokens", "6", "red", stage="development")),
        *(use("tokens", "9", "blue", "bolt"), use("tokens", "9", "blue", stage="testing")),
    ]
    assert owned(graph("driver", *rows)) == {"red/atlas/production": 30, "red/atlas/development": 60}


def test_rungs_are_tried_in_the_order_of_their_place() -> None:
    rows = [
        *(Driver("p", "tokens"), Fallback("p", 2, "fixed"), Fallback("p", 1, "driver", 30)),
        *(Row("p", "red", weight=Decimal(1)), use("tokens", "1", "red", day=date(2026, 9, 1))),
    ]
    [split] = posted(graph("driver", *rows), DAY).splits.values()
    assert (split.rung, split.method) == (1, "driver")
    [split] = posted(graph("driver", *rows[:-1]), DAY).splits.values()
    assert (split.rung, split.method) == (2, "fixed")
    assert owned(graph("driver", rows[0])) == {"ops": 90}


def test_a_late_charge_finds_use_of_31_days_before_its_month() -> None:
    for day, finds in ((date(2026, 8, 1), True), (date(2026, 7, 31), False)):
        given = graph("driver", Driver("p", "tokens"), use("tokens", "1", "red", day=day))
        given = replace(given, postings=[charge(90, "pool")._replace(charge_date=day)])
        assert bool(posted(given, Day("2026-09", day)).splits) == finds


def test_a_stage_is_split_over_the_use_in_that_stage() -> None:
    rows = [
        *(Driver("p", "tokens"), use("tokens", "1", "red"), use("tokens", "2", "blue", stage="development")),
        *(charge(7, "pool", stage="production"), charge(5, "pool", stage="testing")),
    ]
    found = owned(graph("driver", *rows, partition_by="lifecycle_stage"))
    assert found == {"red/atlas/production": 7 + 30, "blue/atlas/development": 60, "ops/testing": 5}


def test_two_pools_that_take_from_each_other_are_solved_together() -> None:
    """Of 90, half goes to the other, which gives a third back: x = 90 + y / 3 and y = x / 2, so x = 108, y = 54."""
    rows = [
        *(Pool("other", None, "net", 2), Policy("q", "other", "fixed")),
        *(Row("p", None, None, None, "other", Decimal("0.5")), Row("p", "red", weight=Decimal("0.5"))),
        *(Row("q", None, None, None, "pool", Decimal(1)), Row("q", "blue", weight=Decimal(2))),
    ]
    given = graph("fixed", *rows)
    assert owned(replace(given, pools=[pool._replace(level=None) for pool in given.pools])) == {"red": 54, "blue": 36}
    assert owned(given) == {"red": 45, "blue": 45}, "of a lower level nothing comes back"


def test_pools_that_reach_nobody_keep_their_money() -> None:
    """All use of the day is that of the pools themselves."""
    rows = [
        *(Pool("other", None, "net"), Policy("q", "other", "driver"), charge(10, "other", "net")),
        *(Driver("p", "tokens"), Row("p", None, "platform", None, "other"), Row("p")),
        *(Driver("q", "gpu"), Row("q", None, "platform", None, "pool"), Row("q")),
        *(use("tokens", "1", "infra", "platform"), use("gpu", "1", "infra", "platform")),
    ]
    assert owned(graph("driver", *rows)) == {"ops": 90, "net": 10}
    assert owned(graph("driver", *rows, use("gpu", "1", "red"))) == {"red/atlas/production": 100}


def test_a_benefit_is_shared_by_what_is_covered_and_use_costs_what_it_would_have_cost() -> None:
    """Red used 6 of a plan for what costs 10, blue 9 for what costs 15, and a pool of red's 2 for what costs 4."""
    used = [
        charge(6, team="red")._replace(charge_group_id="a"),
        charge(9, team="blue")._replace(charge_group_id="b"),
        charge(2, "nodes", team="red")._replace(charge_group_id="c"),
    ]
    covers = [
        Cover(*DAY, name, "SP-1", Decimal(cost), Decimal(covered))
        for name, cost, covered in (("a", 6, 10), ("b", 9, 15), ("c", 2, 4))
    ]
    spread = Policy("p", "pool", "driver", benefit_of="sp-%")
    pools = [Pool("pool", None, "ops"), Pool("nodes", None, "red")]
    given = Graph(pools, [spread], [Driver("p", COVERED)], postings=used, covers=covers)
    assert owned(with_benefits(given)) == {"red": 10 + 4 - Fraction(48, 10), "blue": 15 - Fraction(72, 10)}
    closer = Policy("q", "nodes", "fixed", benefit_of="SP-1", valid_from=TODAY)
    kept = Graph(pools, [spread, closer], [Driver("p", COVERED)], postings=used, covers=covers)
    assert owned(with_benefits(kept)) == {"red": 10 + 4 - 12, "blue": 15}
    tomorrow = Graph(
        pools, [spread._replace(valid_from=date(2026, 9, 11))], [Driver("p", COVERED)], postings=used, covers=covers
    )
    assert owned(with_benefits(tomorrow)) == {"red": 8, "blue": 9}
