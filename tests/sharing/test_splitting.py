"""The splitting macros, as SQL, for any amounts, shares and numbers of targets."""

from __future__ import annotations

import re
from decimal import Decimal, getcontext

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from orchestration.project import ROOT

# The test's own sums must not round.
getcontext().prec = 80

amounts = st.one_of(
    st.decimals(min_value=-(10**9), max_value=10**9, places=12),
    st.sampled_from([Decimal("0"), Decimal("1E-12"), Decimal("-1E-12"), Decimal(10) ** 20, -(Decimal(10) ** 20)]),
)
weights = st.lists(st.decimals(min_value=0, max_value=10**6, places=6), min_size=1, max_size=40).filter(any)


def split_sql() -> str:
    """The macro that the ledger uses, rendered without dbt."""
    source = "".join((ROOT / "macros" / f"{name}.sql").read_text() for name in ("part_of", "split_exactly"))
    call = "{{ split_exactly('amount', 'share', 'is_last', ['whole']) }}"
    return re.sub(r"\s+", " ", Environment().from_string(source + call).render()).strip()


SPLIT = split_sql()
CONNECTION = duckdb.connect()


def parts(amount: Decimal, shares: list[Decimal], backwards: bool = False) -> dict[int, Decimal]:
    """The parts of an amount by target number."""
    total = sum(shares)
    largest = max(range(len(shares)), key=lambda n: (shares[n], -n))
    rows = [(n, amount, float(share / total), n == largest) for n, share in enumerate(shares)]
    values = ", ".join(
        f"({n}, 1, cast('{amount}' as decimal(38, 12)), {share!r}::double, {is_last})"
        for n, amount, share, is_last in (reversed(rows) if backwards else rows)
    )
    found = CONNECTION.execute(
        f"select target, cast({SPLIT} as decimal(38, 12))"
        f" from (values {values}) as t (target, whole, amount, share, is_last)"
    ).fetchall()
    return dict(found)


@settings(max_examples=300, deadline=None)
@given(amounts, weights)
def test_the_parts_add_up_to_the_amount_exactly(amount: Decimal, shares: list[Decimal]) -> None:
    assert sum(parts(amount, shares).values()) == amount


@settings(max_examples=100, deadline=None)
@given(amounts, weights)
def test_the_order_of_rows_changes_nothing(amount: Decimal, shares: list[Decimal]) -> None:
    assert parts(amount, shares) == parts(amount, shares, backwards=True)


@settings(max_examples=100, deadline=None)
@given(amounts, weights)
def test_each_part_is_its_share_of_the_amount(amount: Decimal, shares: list[Decimal]) -> None:
    total = sum(shares)
    for target, part in parts(amount, shares).items():
        exact = amount * shares[target] / total
        assert abs(part - exact) <= abs(amount) * Decimal("1E-12") + len(shares) * Decimal("1E-12")


def test_ten_thousand_targets_still_add_up() -> None:
    assert sum(parts(Decimal("0.01"), [Decimal(1)] * 10_000).values()) == Decimal("0.01")
