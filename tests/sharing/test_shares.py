"""The shares of a pool, as the model makes them of any weights."""

from __future__ import annotations

from decimal import Decimal

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from orchestration.project import ROOT

MODELS = ROOT / "models" / "intermediate" / "sharing"
SMALLEST, LARGEST = Decimal("1E-12"), Decimal("1E20")

weights = st.one_of(
    st.decimals(min_value=0, max_value=LARGEST, places=12),
    st.decimals(min_value=0, max_value=1, places=12),
    st.integers(min_value=1, max_value=3).map(Decimal),
    st.sampled_from([Decimal(0), SMALLEST, LARGEST]),
)
# Each is a pool on a day, with one weight per target.
pool_days = st.lists(st.lists(weights, min_size=1, max_size=40), min_size=1, max_size=4)
DAYS = [("2026-09-01", "gpu"), ("2026-09-02", "gpu"), ("2026-09-01", "data"), ("2026-08-31", "data")]


def shares_sql() -> str:
    """The models as dbt renders them, over those rows of a table of weights that are above zero; no pool is closed."""
    environment = Environment()

    def rendered(model: str) -> str:
        return environment.from_string((MODELS / f"{model}.sql").read_text()).render()

    def table(name: str) -> str:
        rows = {
            "int_sharing__weights": "(from weights where weight > 0)",
            "int_sharing__rungs_fired": "(select distinct on (billing_period, charge_date, pool_id) * from weights)",
            "int_sharing__closed_pools": "closed_pools",
        }
        return f"{rows[name]} as {name}" if name in rows else f"({rendered(name)}) as {name}"

    macros = [(ROOT / "macros" / f"{name}.sql").read_text() for name in ("target_key", "rounded_share")]
    environment.globals |= {
        "config": lambda **_: "",
        "in_periods": lambda: "true",
        "pool_node": lambda pool_id, split_stage: pool_id,
        "ref": table,
        **environment.from_string("".join(macros)).module.__dict__,
    }
    return rendered("int_sharing__shares")


COLUMNS = "billing_period, charge_date, pool_id, policy_id, method, team_id, project_id, lifecycle_stage, weight"
SHARES = shares_sql()
CONNECTION = duckdb.connect()
CONNECTION.execute(
    """
    create table weights (
        billing_period varchar, charge_date date, pool_id varchar, policy_id varchar, method varchar,
        team_id varchar, project_id varchar, lifecycle_stage varchar, weight decimal(38, 12),
        split_stage varchar default '', rung integer default 0, target_pool_id varchar, target_split_stage varchar
    )
    """
)
CONNECTION.execute("create table closed_pools (billing_period varchar, charge_date date, node varchar)")


def rows_of(pools: list[list[Decimal]]) -> list[tuple]:
    """A row per target; neighbours have the same team, so that the project tells them apart."""
    return [
        (day[:7], day, pool, "policy", "fixed", f"team-{n // 2}", f"project-{n % 2}", "unknown", weight)
        for (day, pool), targets in zip(DAYS, pools, strict=False)
        for n, weight in enumerate(targets)
    ]


def shares(rows: list[tuple]) -> dict[tuple, Decimal]:
    """The share of each target, by day, pool, team and project."""
    CONNECTION.execute("truncate weights")
    values = ", ".join(f"({', '.join(repr(str(value)) for value in row)})" for row in rows)
    CONNECTION.execute(f"insert into weights ({COLUMNS}) values {values}")
    found = CONNECTION.execute(f"select charge_date, pool_id, team_id, project_id, share from ({SHARES})").fetchall()
    return {(str(day), *target): share for day, *target, share in found}


@settings(max_examples=150, deadline=None)
@given(pool_days)
def test_the_shares_of_a_pool_and_day_are_exactly_one(pools: list[list[Decimal]]) -> None:
    found = shares(rows_of(pools))
    for day, targets in zip(DAYS, pools, strict=False):
        own = [share for target, share in found.items() if target[:2] == day]
        assert len(own) == sum(weight > 0 for weight in targets)
        assert sum(own) == (1 if any(targets) else 0)
        assert all(0 <= share <= 1 for share in own)


@settings(max_examples=100, deadline=None)
@given(pool_days, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_share(pools: list[list[Decimal]], random) -> None:
    rows = rows_of(pools)
    expected = shares(rows)
    random.shuffle(rows)
    assert shares(rows) == expected


@settings(max_examples=100, deadline=None)
@given(pool_days)
def test_a_share_is_its_part_of_the_weights(pools: list[list[Decimal]]) -> None:
    """But for the last digits, of which the largest takes what all of them left."""
    found = shares(rows_of(pools))
    for row in rows_of(pools):
        key, weight = (row[1], row[2], row[5], row[6]), row[8]
        if weight:
            total = sum(other[8] for other in rows_of(pools) if other[1:3] == row[1:3])
            assert abs(found[key] - weight / total) <= Decimal("1E-14")


def test_ten_thousand_targets_still_share_one() -> None:
    found = shares(rows_of([[Decimal(1)] * 9_999 + [SMALLEST]]))
    assert len(found) == 10_000
    assert sum(found.values()) == 1
