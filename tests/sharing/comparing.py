"""
Policy graphs in a warehouse of their own, what the engine makes of them, and where that is not what the oracle says.

A mismatch is made small by leaving out rows, hundreds of attempts in one run of the engine: hypothesis would need a run
for each.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import duckdb

from tests.conftest import Dbt
from tests.sharing.oracle import (
    AMOUNTS,
    HELD,
    NOTHING,
    RATES,
    UNUSED,
    Amounts,
    Day,
    Graph,
    Hop,
    Kind,
    Node,
    Owner,
    Posted,
    Split,
    Target,
    amounts_of,
    days_of,
    kind_of,
    node_of,
    plus,
    posted,
    splits_of,
    with_benefits,
)
from tests.sharing.policy_graphs import placed

# Each leaves out up to half of what is left of some part.
MOST_STEPS = 12
ENGINE = "+int_sharing__ledger,path:models/intermediate/sharing"
# What of a posting its covers have too.
OF_USE = ("provider_name", "cost_component", "billing_currency")
# With the columns of the tables that the engine reads, by the part of a graph that fills them.
POLICY = {
    "pools": ("pools", "pool_id varchar, pool_name varchar, owner_team_id varchar, level bigint"),
    "policies": (
        "pool_policies",
        "policy_id varchar, pool_id varchar, method varchar, window_days bigint, minimum_share decimal(38, 12),"
        " partition_by varchar, cap decimal(38, 12), benefit_of varchar, valid_from date, valid_to date",
    ),
    "drivers": (
        "pool_drivers",
        "policy_id varchar, driver varchar, feed varchar, model_name varchar, weight decimal(38, 12),"
        " capacity decimal(38, 12)",
    ),
    "targets": (
        "pool_targets",
        "policy_id varchar, team_id varchar, project_id varchar, lifecycle_stage varchar, target_pool_id varchar,"
        " weight decimal(38, 12)",
    ),
    "fallbacks": ("pool_fallbacks", "policy_id varchar, place bigint, method varchar, window_days bigint"),
    "steps": ("pool_steps", "policy_id varchar, step varchar, payer varchar"),
}
# Who carries on for teams that have ended: here none has.
TERMS = {
    "int_ownership__team_terms": "team_id varchar, acting_team_id varchar, valid_from date, valid_to date",
    "int_ownership__project_terms": (
        "team_id varchar, project_id varchar, acting_team_id varchar, valid_from date, valid_to date"
    ),
}
USAGE_OWNERS = (
    "billing_period varchar, usage_date date, team_id varchar, project_id varchar, lifecycle_stage varchar,"
    " ai_activity varchar, project_evidence varchar, stage_evidence varchar, is_stage_of_project boolean,"
    " activity_evidence varchar, feed varchar, measure varchar, quantity decimal(38, 12)"
)
COVERED_DAYS = (
    "billing_period varchar, charge_date date, charge_group_id varchar, commitment_discount_id varchar, feed varchar,"
    " provider_name varchar, cost_component varchar, billing_currency varchar, charge_count bigint,"
    " charges_without_price bigint, effective_cost decimal(38, 12), covered_cost decimal(38, 12)"
)
OWNERS = (
    "billing_period varchar, charge_group_id varchar, valid_from date, valid_to date, lifecycle_stage varchar,"
    " ai_activity varchar"
)
RATES_OF_MONTHS = "billing_period varchar, billing_currency varchar, rate decimal(24, 12)"
CHARGES_OWNED = (
    "billing_period varchar, charge_date date, charge_group_id varchar, owned_from date, pool_id varchar,"
    " team_id varchar, project_id varchar, lifecycle_stage varchar, ai_activity varchar, cost_component varchar,"
    " provider_name varchar, charge_count bigint, currency varchar, billed_cost decimal(38, 12),"
    " effective_cost decimal(38, 12), billing_currency varchar, billed_cost_in_billing_currency decimal(38, 12),"
    " effective_cost_in_billing_currency decimal(38, 12), storage_gb_months decimal(38, 12),"
    " network_gb decimal(38, 12),"
    " consumed_unit varchar, consumed_quantity decimal(38, 12)"
)
DIRECT_POSTINGS = f"{CHARGES_OWNED}, covered_cost decimal(38, 12), policy_id varchar"


def text_of(value: object) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def csv_of(rows: list[dict]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([text_of(value) for value in row.values()] for row in rows)
    return stream.getvalue()


def load(connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: list[dict], folder: Path) -> None:
    connection.execute(f"create schema if not exists {table.split('.')[0]}; create table {table} ({columns})")
    if rows:
        file = folder / f"{table}.csv"
        file.write_text(csv_of(rows))
        connection.execute(f"copy {table} ({', '.join(rows[0])}) from '{file}' (header, nullstr '')")


def build(folder: Path, graphs: Iterable[Graph]) -> Path:
    """A warehouse with the inputs of all graphs, row after row as they come, and what the engine makes of them."""
    warehouse = folder / "warehouse.duckdb"
    graphs = list(graphs)
    merged = Graph(**{each.name: list(chain(*(getattr(one, each.name) for one in graphs))) for each in fields(Graph)})
    use = [{"billing_period": f"{row.usage_date.isoformat()[:7]}", **row._asdict()} for row in merged.use]
    postings = [row._asdict() for row in merged.postings]
    validity = {"valid_from": date.min, "valid_to": date.max}
    owners = [
        {name: row[name] for name in ("billing_period", "charge_group_id", "lifecycle_stage", "ai_activity")} | validity
        for row in postings
    ]
    kinds = {row.charge_group_id: row for row in merged.postings}
    covers = [
        row._asdict() | {name: getattr(kinds[row.charge_group_id], name) for name in OF_USE} for row in merged.covers
    ]
    rates = [
        {"billing_period": month, "billing_currency": currency, "rate": Decimal(int(rate))}
        for month in sorted({row.billing_period for row in merged.postings})
        for currency, rate in RATES.items()
    ]
    with duckdb.connect(str(warehouse)) as connection:
        for part, (table, columns) in POLICY.items():
            # Graphs have one pool in common: that of what nobody used.
            rows = [row._asdict() for row in dict.fromkeys(getattr(merged, part))]
            load(connection, f"policy.{table}", columns, rows, folder)
        load(connection, "ownership.int_ownership__usage_owners", USAGE_OWNERS, use, folder)
        load(connection, "ownership.int_ownership__owners", OWNERS, owners, folder)
        for table, columns in TERMS.items():
            load(connection, f"ownership.{table}", columns, [], folder)
        load(connection, "charges.int_charges__rates", RATES_OF_MONTHS, rates, folder)
        load(connection, "charges.int_charges__covered_days", COVERED_DAYS, covers, folder)
        load(connection, "sharing.int_sharing__charges_owned", CHARGES_OWNED, postings, folder)
    engine = ("--select", ENGINE, "int_charges__benefits", "--exclude", "int_sharing__charges_owned")
    Dbt(warehouse, folder / "target")("run", *engine)
    return warehouse


class Found(NamedTuple):
    """What the engine made of a day."""

    splits: dict[Node, Split]
    hops: dict[Hop, Amounts]
    finals: dict[tuple[Owner, Kind], Amounts]


NONE_FOUND = Found({}, {}, {})


def read(warehouse: Path) -> dict[Day, Found]:
    """By day, for no two graphs have a day in common."""
    found: dict[Day, Found] = defaultdict(lambda: Found({}, defaultdict(lambda: NOTHING), defaultdict(lambda: NOTHING)))
    kind, owner = ", ".join(Kind._fields), ", ".join(Owner._fields)
    amounts = ", ".join(AMOUNTS)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        shares = connection.execute(
            "select billing_period, charge_date, pool_id, split_stage, policy_id, rung, method,"
            f" {owner}, target_pool_id, share from sharing.int_sharing__shares"
        ).fetchall()
        postings = connection.execute(
            "select billing_period, charge_date, posting_kind, pool_id, policy_id, target_pool_id,"
            f" {owner}, {kind}, {amounts} from sharing.int_sharing__pool_postings"
        ).fetchall()
        ledger = connection.execute(
            f"select billing_period, charge_date, {owner}, {kind}, {amounts} from sharing.int_sharing__ledger"
        ).fetchall()
    for row in shares:
        split = found[Day(*row[:2])].splits.setdefault(Node(*row[2:4]), Split(*row[4:7], {}))
        if split[:3] != row[4:7] or Target(*row[7:11]) in split.shares:
            raise AssertionError(f"two splits of one pool, or two shares of one target: {row}")
        split.shares[Target(*row[7:11])] = Fraction(row[11])
    for row in postings:
        hops, hop = found[Day(*row[:2])].hops, Hop(*row[2:6], Owner(*row[6:9]), Kind(*row[9:14]))
        hops[hop] = plus(hops[hop], tuple(map(Fraction, row[14:])))
    for row in ledger:
        finals, key = found[Day(*row[:2])].finals, (Owner(*row[2:5]), Kind(*row[5:10]))
        finals[key] = plus(finals[key], tuple(map(Fraction, row[10:])))
    return found


# The comparison


def differences(graph: Graph, found: dict[Day, Found]) -> list[str]:
    """All that the engine has otherwise, day by day."""
    lines = []
    graph = with_benefits(graph)
    for day in days_of(graph):
        expected, got = posted(graph, day), found.get(day, NONE_FOUND)
        # Amounts follow from shares: where these are wrong, those say nothing new.
        told = list(split_differences(graph, day, expected, got)) or list(amount_differences(graph, day, expected, got))
        told += inexact(graph, day, got)
        lines += [f"{day.billing_period} {day.charge_date}: {line}" for line in told]
    return lines


def split_differences(graph: Graph, day: Day, expected: Posted, got: Found) -> Iterator[str]:
    """The engine may know shares of a pool to which nothing comes on that day; they must be right none the less."""
    splits = {**splits_of(graph, day, got.splits), **expected.splits}
    for node in sorted({*splits, *got.splits}):
        name = f"{node.pool_id}{node.partition and f' ({node.partition})'}"
        if node not in got.splits:
            yield f"{name} gives nothing, expected {shown(splits[node])}"
        elif node not in splits:
            yield f"{name} keeps its money, found {shown(got.splits[node])}"
        else:
            one, other = splits[node], got.splits[node]
            shares = [(one.shares.get(key, 0), other.shares.get(key, 0)) for key in {*one.shares, *other.shares}]
            is_near = all(abs(exact - share) <= Fraction(1, 10**9) for exact, share in shares)
            # A share of less than the last decimal of a share may be none.
            is_same = all(min(pair) or max(pair) < Fraction(1, 10**15) for pair in shares)
            if one[:3] != other[:3] or not is_near or not is_same:
                yield f"{name} is split otherwise:\n    expected {shown(one)}\n    found    {shown(other)}"
            if sum(other.shares.values()) != 1:
                yield f"{name}: its shares sum to {float(sum(other.shares.values())):.18f}"


def amount_differences(graph: Graph, day: Day, expected: Posted, got: Found) -> Iterator[str]:
    """Amounts that are off by more than rounding leaves: a billionth, or of what passes through the pools much less.

    A benefit and its use may pass through one pool and be nothing together: each of them counts.
    """
    flows: dict[Kind, Amounts] = defaultdict(lambda: NOTHING)
    through = [amounts for reached in expected.passing.values() for amounts in reached.items()]
    charged = [one for one in graph.postings if one.pool_id and Day(*one[:2]) == day]
    through += [(kind_of(posting), amounts_of(posting)) for posting in charged]
    for kind, amounts in [*through, *((key[1], value) for key, value in expected.finals.items())]:
        flows[kind] = plus(flows[kind], tuple(abs(amount) for amount in amounts))
    slack = Fraction(len(expected.hops) + 10, 10**12)
    # What rounding leaves is an owner's, or a pool's that keeps what it gets; one that splits all of it has nothing.
    owners = {
        hop[-2:]
        for hop in expected.hops
        if hop.posting_kind == "pool_in"
        and (
            hop.target_pool_id is None
            or node_of(graph, hop.target_pool_id, hop.owner.lifecycle_stage, day) not in expected.splits
        )
    }
    for name, exact, rounded in (("hop", expected.hops, got.hops), ("final", expected.finals, got.finals)):
        for key in sorted({*exact, *rounded}, key=repr):
            kind = key[-1]
            for column, one, other, flow in zip(
                AMOUNTS, exact.get(key, NOTHING), rounded.get(key, NOTHING), flows[kind], strict=True
            ):
                if abs(one - other) > abs(one) / 10**9 + flow / 10**12 + slack:
                    yield f"{name} {shown_key(key)} {column}: expected {float(one):.12f}, found {float(other):.12f}"
                elif name == "final" and one == 0 != other and key not in owners:
                    yield f"{name} {shown_key(key)} {column}: expected nothing, found {float(other):.12f}"


def inexact(graph: Graph, day: Day, got: Found) -> Iterator[str]:
    """Money that is lost or invented, at a pool or on the day."""
    given: dict[tuple[str, Kind], Amounts] = defaultdict(lambda: NOTHING)
    for hop, amounts in got.hops.items():
        given[hop.pool_id, hop.kind] = plus(given[hop.pool_id, hop.kind], amounts)
    for (pool_id, kind), amounts in given.items():
        if any(amounts):
            yield f"{pool_id} gives otherwise than it is given, by {[*map(float, amounts)]} of {kind}"
    totals: dict[Kind, Amounts] = defaultdict(lambda: NOTHING)
    for (_, kind), amounts in got.finals.items():
        totals[kind] = plus(totals[kind], amounts)
    for posting in graph.postings:
        if Day(*posting[:2]) == day:
            kind = Kind(*(getattr(posting, name) for name in Kind._fields))
            totals[kind] = plus(totals[kind], tuple(-Fraction(getattr(posting, name)) for name in AMOUNTS))
    for kind, amounts in totals.items():
        if any(amounts):
            yield f"the ledger has {[*map(float, amounts)]} more than was charged of {kind}"


def shown(split: Split) -> str:
    shares = {"/".join(str(part) for part in key if part): round(float(s), 15) for key, s in split.shares.items()}
    return f"{split.policy_id}, rung {split.rung}, {split.method}: {dict(sorted(shares.items()))}"


def shown_key(key: tuple) -> str:
    return " ".join("/".join(part) if isinstance(part, tuple) else str(part) for part in key if part)


def told(graph: Graph, lines: list[str]) -> str:
    """A graph with its policy, use and charges as CSV, and what is wrong with it."""
    parts = {each.name: [row._asdict() for row in getattr(graph, each.name)] for each in fields(graph)}
    tables = [f"-- {name}\n{csv_of(rows)}" for name, rows in parts.items() if rows]
    return "\n".join([*tables, *lines[:20], f"{len(lines)} differences"])


def size(graph: Graph) -> int:
    return sum(len(getattr(graph, each.name)) for each in fields(graph))


# The smallest graph that is still wrong


def without(graph: Graph, part: str, first: int, count: int) -> Graph:
    """The graph without some rows, and without what speaks of a pool or a policy that is gone."""
    rows = {each.name: list(getattr(graph, each.name)) for each in fields(graph)}
    del rows[part][first : first + count]
    rows["pools"] += [pool for pool in graph.pools if pool.pool_id == UNUSED and pool not in rows["pools"]]
    pools = {pool.pool_id for pool in rows["pools"]} | {None}
    rows["policies"] = [row for row in rows["policies"] if row.pool_id in pools]
    rows["postings"] = [row for row in rows["postings"] if row.pool_id in pools]
    groups = {row.charge_group_id for row in rows["postings"]}
    rows["covers"] = [row for row in rows["covers"] if row.charge_group_id in groups]
    policies = {policy.policy_id for policy in rows["policies"]}
    rows["targets"] = [row for row in rows["targets"] if row.target_pool_id in pools]
    for name in ("drivers", "targets", "fallbacks", "steps"):
        rows[name] = [row for row in rows[name] if row.policy_id in policies]
    rows["use"] = [row for row in rows["use"] if ":" not in row.measure or row.measure.split(":")[-1] in policies]
    return Graph(**rows)


def is_sound(graph: Graph) -> bool:
    """Whether each policy has the one driver that it needs, and a payer for each step."""
    by_driver = {policy.policy_id for policy in graph.policies if policy.method == "driver"}
    by_driver |= {fallback.policy_id for fallback in graph.fallbacks if fallback.method == "driver"}
    by_step = {row.policy_id for row in graph.steps}
    return all(sum(driver.policy_id == one for driver in graph.drivers) == 1 for one in by_driver) and all(
        sum(row.policy_id == one for row in graph.steps) == len(HELD) for one in by_step
    )


def smaller(graph: Graph) -> Iterator[Graph]:
    """The graph without half, a quarter, an eighth or one of the rows of a part."""
    for each in fields(graph):
        rows = len(getattr(graph, each.name))
        for count in sorted({max(rows // part, 1) for part in (2, 4, 8, rows or 1)}, reverse=True):
            for first in range(0, rows, count):
                yield without(graph, each.name, first, count)


def shrunk(graph: Graph, is_wrong: Callable[[list[str]], bool] = bool) -> tuple[Graph, list[str]]:
    """The smallest graph found that is still wrong, with what is wrong; each step is one run of dbt."""
    best, lines = graph, []
    candidates = [graph]
    for _ in range(MOST_STEPS):
        with tempfile.TemporaryDirectory() as folder:
            there = [placed(one, number) for number, one in enumerate(candidates)]
            found = read(build(Path(folder), there))
        wrong = [(size(one), n, told) for n, one in enumerate(there) if is_wrong(told := differences(one, found))]
        if not wrong:
            break
        _, n, lines = min(wrong)
        best = candidates[n]
        sound = [one for one in smaller(best) if size(one) < size(best) and is_sound(one)]
        candidates = sorted(sound, key=size)[:: max(len(sound) // 200, 1)]
        if not candidates:
            break
    return best, lines
