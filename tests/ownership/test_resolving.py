"""Whose a charge is, for any policy and any charges: the models against a few lines that know one day only."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.ingestion.registry import prepare
from orchestration.policy.files import FILES
from orchestration.warehouse import connect
from tests.conftest import Dbt
from tests.ownership.value_matches import rendered

DAYS = [date(2026, 9, day) for day in (1, 10, 20)]
BEFORE, AFTER = date(1, 1, 1), date(9999, 12, 31)
BEGINS, ENDS = date(2026, 9, 1), date(2026, 10, 1)
EVIDENCE = {"account": "account", "service": "service", "resource": "name"}
PLACES = {
    **{"override": (10, 1), "tag": (20, 3), "link": (40, 4), "id": (50, 5), "account": (50, 6), "service": (50, 7)},
    **{"name": (50, 9)},
}
RULES = 5  # The first of them in PLACES.
LINK = "resource in kubernetes"
DIMENSIONS = {"team": "team_id", "project": "project_id", "lifecycle_stage": "lifecycle_stage"}
STAGES = {"prod": "production", "dev": "development"}

days = st.sampled_from([None, *DAYS])
teams = st.sampled_from([None, "red", "blue", "green"])
projects = st.sampled_from([None, "atlas", "bolt"])
stages = st.sampled_from([None, "production", "testing"])
patterns = st.sampled_from(["a", "b", "A%", "%b%", "a_", "%", "ab"])
rule = st.fixed_dictionaries(
    {
        "priority": st.sampled_from([None, 1, 2]),
        "field": st.sampled_from(list(EVIDENCE)),
        "operator": st.sampled_from(["equals", "like", "regex"]),
        "pattern": patterns,
        "team_id": teams,
        "project_id": projects,
        "lifecycle_stage": stages,
        "pool_id": st.sampled_from([None, None, "shared"]),
        "valid_from": days,
        "valid_to": days,
    }
)
values = st.sampled_from([None, "a", "b", "ab", "AB"])
charge = st.fixed_dictionaries(
    {
        "account": values,
        "service": values,
        "resource": values,
        "team": st.sampled_from([None, "red", "Red", "blue"]),
        "project": projects,
        "env": st.sampled_from([None, "prod", "dev", "odd"]),
        "first_charge_date": st.sampled_from([date(2026, 8, 30), date(2026, 9, 1)]),
        "last_charge_date": st.sampled_from([date(2026, 9, 30), date(2026, 10, 1)]),
    }
)
override = st.fixed_dictionaries(
    {"team_id": teams, "project_id": projects, "lifecycle_stage": stages, "valid_from": days, "valid_to": days}
)
policy = st.fixed_dictionaries(
    {
        "rules": st.lists(rule, max_size=6),
        "overrides": st.dictionaries(st.sampled_from(["a", "ab"]), override),
        "red_ends": days,
        "atlas_moves": days,
        "moved": st.sampled_from(
            [None, ("name", 5), ("name", 95), ("override", 50), ("tag", 50), ("link", 50), ("link", 5)]
        ),
        "uses": st.dictionaries(
            st.sampled_from(["a", "AB"]),
            st.lists(st.sampled_from([None, "red", "Red", "blue", "Unallocated"]), min_size=1, max_size=2),
        ),
    }
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """The models from the tags to the owners as dbt compiles them, in the order in which they build."""
    folder = tmp_path_factory.mktemp("compiled")
    with connect(folder / "w.duckdb") as connection:
        prepare(connection)
    dbt = Dbt(folder / "w.duckdb", folder / "target")
    dbt("compile", "--select", "+int_ownership__owners")
    compiled = folder / "target" / "compiled" / "apportion" / "models" / "intermediate" / "ownership"
    texts = {path.stem: re.sub(r'"w"\."\w+"\.', "", path.read_text()) for path in compiled.glob("*.sql")}
    found: list[tuple[str, str]] = []
    while texts:
        ready = [name for name, text in texts.items() if not any(f'"{other}"' in text for other in texts)]
        found += [(name, texts.pop(name)) for name in ready]
        assert ready, texts.keys()
    return found


def table(connection: duckdb.DuckDBPyConnection, name: str, columns: list[str], rows: list[dict]) -> None:
    dates = ("valid_from", "valid_to", "first_charge_date", "last_charge_date")
    types = ", ".join(
        f"{c} {'date' if c in dates else 'int' if c in ('priority', 'place') else 'text'}" for c in columns
    )
    connection.execute(f'create table "{name}" ({types})')
    if rows:
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f'insert into "{name}" values ({marks})', [[row.get(c) for c in columns] for row in rows]
        )


def resolved(models: list[tuple[str, str]], charges: list[dict], given_policy: dict, seed: int) -> list[tuple]:
    """The owners table, from rows in an order of the seed."""
    mixed = random.Random(seed)
    seeds = {name: [] for name in FILES}
    seeds["tag_keys"] = [
        {"tag_key": key, "dimension": dimension, "priority": 1}
        for key, dimension in (("team", "team"), ("project", "project"), ("env", "lifecycle_stage"))
    ]
    seeds["tag_values"] = [
        {"dimension": "lifecycle_stage", "tag_value": word, "canonical_value": stage} for word, stage in STAGES.items()
    ]
    seeds["teams"] = [
        {
            "team_id": "red",
            "valid_to": given_policy["red_ends"],
            "successor_team_id": given_policy["red_ends"] and "blue",
        },
        {"team_id": "blue"},
    ]
    moves = given_policy["atlas_moves"]
    seeds["projects"] = [{"project_id": "atlas", "team_id": "red", "lifecycle_stage": "testing", "valid_to": moves}]
    if moves:
        seeds["projects"].append(
            {"project_id": "atlas", "team_id": "green", "lifecycle_stage": "unknown", "valid_from": moves}
        )
    seeds["pools"] = [{"pool_id": "shared", "owner_team_id": "red"}]
    seeds["tag_overrides"] = [{"resource_id": key, **row} for key, row in given_policy["overrides"].items()]
    seeds["ownership_rules"] = [{"rule_id": f"r{n}", **row} for n, row in enumerate(given_policy["rules"])]
    if given_policy["moved"]:
        seeds["evidence_order"] = [dict(zip(("evidence", "place"), given_policy["moved"], strict=True))]
    connection = duckdb.connect()
    for name, rows in seeds.items():
        mixed.shuffle(rows)
        table(connection, name, FILES[name].header, rows)
    groups = [
        {
            "billing_period": "2026-09",
            "charge_group_id": str(n),
            "feed": "focus",
            "billing_account_id": row["account"],
            "service_name": row["service"],
            "resource_id": row["resource"],
            "first_charge_date": row["first_charge_date"],
            "last_charge_date": row["last_charge_date"],
            "tags": "{" + ", ".join(f'"{k}": "{row[k]}"' for k in ("team", "project", "env") if row[k]) + "}",
        }
        for n, row in enumerate(charges)
    ]
    mixed.shuffle(groups)
    table(connection, "int_charges__groups", GROUP_COLUMNS, groups)
    uses = [
        {
            "billing_period": "2026-09",
            "feed": "kubernetes",
            "driver": "gpu_hours_used",
            "resource_id": resource,
            "stated_team": team,
        }
        for resource, words in given_policy["uses"].items()
        for team in words
    ]
    mixed.shuffle(uses)
    table(connection, "int_drivers__daily", USE_COLUMNS, uses)
    table(connection, "int_drivers__quantities", USE_COLUMNS, [])
    table(connection, "int_drivers__version_runs", ["model_version", "stated_team", "stated_project", "tags"], [])
    for name, text in models:
        sql = rendered(connection) if name == "int_ownership__value_matches" else text
        connection.execute(f'create table "{name}" as {sql}')
    return connection.execute(
        "select charge_group_id::int, valid_from, valid_to, pool_id, team_id, project_id, lifecycle_stage, owner_cause"
        " from int_ownership__owners order by all"
    ).fetchall()


GROUP_COLUMNS = [
    *("billing_period", "charge_group_id", "feed", "billing_account_id", "sub_account_id", "provider_name"),
    *("service_category", "service_name", "sku_id", "resource_id", "region_id", "charge_category", "tags"),
    *("stated_team", "stated_project", "stated_activity", "activity_hint", "unused_commitment_id", "pool_id"),
    *("first_charge_date", "last_charge_date"),
]


USE_COLUMNS = [
    *("billing_period", "usage_date", "feed", "driver", "measure", "account_id", "resource_id", "key_id", "model_name"),
    *("stated_team", "stated_project", "stated_stage", "stated_activity", "tags", "quantity"),
]


def matches(value: str, operator: str, pattern: str) -> bool:
    if operator == "regex":
        return bool(re.search(pattern, value))
    if operator == "equals":
        return value.lower() == pattern.lower()
    return bool(re.fullmatch(re.escape(pattern.lower()).replace("%", ".*").replace("_", "."), value.lower()))


def holds(row: dict, day: date) -> bool:
    return (row.get("valid_from") or BEFORE) <= day < (row.get("valid_to") or AFTER)


def linked_team(resource: str | None, uses: dict[str, list[str | None]]) -> str | None:
    """Whom all uses of a machine agree on, however it is written."""
    words = [word for used, said in uses.items() if resource and used.lower() == resource.lower() for word in said]
    named = {word and {"Red": "red", "Unallocated": None}.get(word, word) for word in words}
    return named.pop() if len(named) == 1 else None


def expected(row: dict, given_policy: dict, day: date) -> tuple:
    """Pool, team, project and stage of a charge on a day."""
    red_ends, moves, moved = (given_policy[key] for key in ("red_ends", "atlas_moves", "moved"))
    acting = {"red": "blue"} if red_ends and day >= red_ends else {}
    register = {"team": "red", "lifecycle_stage": "testing"}
    if moves and day >= moves:
        register = {"team": "green", "lifecycle_stage": None}
    said: list[tuple] = []
    atlas_named: list[tuple] = []
    red_named: list[tuple] = []

    def say(kind: str, cause: str, priority: int | None, answers: dict) -> None:
        place, kind_place = PLACES[kind]
        place = moved[1] if moved and kind == moved[0] else place
        # Rules are one kind: among them their priority comes first, and it says nothing beside other kinds.
        order = (min(kind_place, RULES), float("inf") if priority is None else priority, kind_place)
        span = (place, answers.get("valid_from") or BEFORE, answers.get("valid_to") or AFTER)
        for dimension, column in DIMENSIONS.items():
            if answers.get(column):
                said.append((dimension, place, 0, order, cause, 1, answers[column]))
                atlas_named.extend([span] if answers[column] == "atlas" else [])
                red_named.extend([(len(said) - 1, span)] if answers[column] == "red" else [])
        if answers.get("pool_id"):
            said.append(("team", place, 0, order, cause, 0, answers["pool_id"]))
        if answers.get("project_id") == "atlas":
            for dimension, answer in register.items():
                if answer:
                    said.append((dimension, place, 1, order, cause, 1, answer))

    own = given_policy["overrides"].get(row["resource"])
    if own and holds(own, day):
        say("override", "tag_overrides", None, own)
    for key, column in (("team", "team_id"), ("project", "project_id"), ("env", "lifecycle_stage")):
        word = row[key] and {"Red": "red", **STAGES, "odd": None}.get(row[key], row[key])
        if word:
            say("tag", key, 1, {column: word})
    for n, one in enumerate(given_policy["rules"]):
        value = row[one["field"]]
        if value and matches(value, one["operator"], one["pattern"]) and holds(one, day):
            kind = "id" if one["field"] == "resource" and one["operator"] == "equals" else EVIDENCE[one["field"]]
            say(kind, f"r{n}", one["priority"], one)
    link = {
        "team_id": linked_team(row["resource"], given_policy["uses"]),
        "valid_from": BEGINS if row["first_charge_date"] < BEGINS else None,
        "valid_to": ENDS if row["last_charge_date"] >= ENDS else None,
    }
    if holds(link, day):
        say("link", LINK, None, link)
    if acting:
        # Atlas was red's: what names both is of whoever answers for atlas, once red has ended.
        for n, (place, begins, ends) in red_named:
            if any(place == at and starts <= begins and stops >= ends for at, starts, stops in atlas_named):
                said[n] = (*said[n][:-1], register["team"])
    pools = [candidate[1] for candidate in said if candidate[-2] == 0]
    if pools:
        said = [(one[0], max(one[1], max(pools) + 1), *one[2:]) if one[-3] == LINK else one for one in said]
    answers = {}
    for dimension in DIMENSIONS:
        candidates = sorted(candidate[1:] for candidate in said if candidate[0] == dimension)
        answers[dimension] = candidates[0] if candidates else None
    owner, project, stage = answers.values()
    pool = owner[-1] if owner and owner[-2] == 0 else None
    team = "red" if pool else owner[-1] if owner else "unallocated"
    return (
        pool,
        acting.get(team, team),
        project[-1] if project else "unallocated",
        stage[-1] if stage else "unknown",
        owner[-3] if owner else None,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(charges=st.lists(charge, min_size=1, max_size=5), given_policy=policy, seed=st.integers(1, 9))
def test_every_charge_has_one_owner_a_day_and_it_is_the_one_that_the_policy_says(models, charges, given_policy, seed):
    rows = resolved(models, charges, given_policy, seed)
    assert rows == resolved(models, charges, given_policy, seed + 1), "the order of rows and rules decides nothing"
    for number, row in enumerate(charges):
        for day in [DAYS[0] - timedelta(1), *DAYS, DAYS[-1] + timedelta(40)]:
            found = [answer for n, begins, ends, *answer in rows if n == number and begins <= day < ends]
            assert [tuple(answer) for answer in found] == [expected(row, given_policy, day)], day


def test_a_rule_may_have_any_name():
    """A name is written into the model where its pattern is searched for: a quotation mark must not end it."""
    with duckdb.connect() as connection:
        table(connection, "ownership_rules", FILES["ownership_rules"].header, [
            {"rule_id": "ada's", "field": "resource", "operator": "regex", "pattern": "gpu'?-"}
        ])  # fmt: skip
        table(connection, "int_ownership__field_values", ["field", "field_value", "folded_value"], [
            {"field": "resource", "field_value": "gpu-1", "folded_value": "gpu-1"}
        ])  # fmt: skip
        assert connection.execute(rendered(connection)).fetchall() == [("ada's", "resource", "gpu-1")]
