"""What is shown of hours, for any people, projects and size of the smallest group."""

from __future__ import annotations

from collections import defaultdict

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from orchestration.project import ROOT

CONNECTION = duckdb.connect()
COLUMNS = (
    "delivery_id, billing_period, billing_currency, charge_id, charge_date, person_hash, project_name,"
    " activity_name, tags, role, hours_worked, effective_cost"
)
ENTRY = st.tuples(
    st.sampled_from("abcdef"),
    st.sampled_from(["atlas", "bolt", "ranker", None]),
    st.sampled_from(["training", None]),
    st.sampled_from(['{"epic": "RANK-1"}', None]),
    st.sampled_from(["engineer", "manager"]),
)


def shown(entries: list[tuple], smallest: int) -> list[tuple]:
    """The rows of the two models, rendered without dbt."""
    macro = (
        (ROOT / "macros" / "engine" / "distinct_within.sql").read_text().replace("duckdb__distinct_within", "within")
    )
    rows = ", ".join(
        f"('d', '2026-09', 'USD', '{n}', date '2026-09-{n % 28 + 1:02}', "
        + ", ".join("null" if value is None else f"'{value}'" for value in entry)
        + ", 1, 100)"
        for n, entry in enumerate(entries)
    )
    given_rows = f"(select * from (values {rows}) as hours ({COLUMNS}))"
    sql = given_rows
    for name in ("judged", "shown"):
        model = (ROOT / "models" / "intermediate" / "charges" / f"int_charges__hours_{name}.sql").read_text()
        stubs = {"config": lambda **_: "", "var": lambda _: smallest, "ref": lambda _, before=sql: before}
        text = macro + model.replace("distinct_within(", "within(")
        sql = f"({Environment().from_string(text).render(**stubs)})"
    return CONNECTION.execute(
        f"select project_name, activity_name, tags, role, pool_id, hours_worked, effective_cost from {sql}"
    ).fetchall()


@settings(max_examples=200, deadline=None)
@given(st.lists(ENTRY, min_size=1, max_size=40), st.integers(1, 4))
def test_every_amount_and_every_remainder_is_of_enough_people(entries: list[tuple], smallest: int) -> None:
    """What a total leaves when the amounts that are shown are taken off is an amount too: the withheld one."""
    rows = shown(entries, smallest)
    assert sum(row[-2] for row in rows) == len(entries)
    assert sum(row[-1] for row in rows) == 100 * len(entries)
    if smallest == 1:
        assert len(rows) == len(entries)
        return
    seen = {row[:4] for row in rows if row[4] is None}
    assert len(rows) == len({row[:5] for row in rows})
    people = defaultdict(set)
    for person, *detail in entries:
        place = tuple(detail)
        if detail[0] not in {project for project, *_ in seen}:
            place = "pool"
        elif place not in seen:
            place = (detail[0], None, None, "withheld")
        people[place].add(person)
    everybody = {person for person, *_ in entries}
    for place, persons in people.items():
        assert len(persons) >= min(smallest, len(everybody)), place
    assert set(people) - {"pool"} == seen
    assert ("pool" in people) == any(row[4] == "withheld_people" for row in rows)
