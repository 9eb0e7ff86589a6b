"""What one pattern is said to catch of another, against what the resolver's own SQL really matches."""

from __future__ import annotations

from itertools import product

import duckdb

from orchestration.policy.patterns import patterns
from orchestration.policy.reading import Row
from tests.ownership.value_matches import rendered

VALUES = ["".join(signs) for length in range(5) for signs in product("aA1%_", repeat=length)]
TEXTS = ["".join(signs) for length in (1, 2, 3) for signs in product("a1%_", repeat=length)]
REGEXES = ["a", "1", "^1", "1$", "^1+$", "^11?$", "(?i)a", "[^a]", ".", "", "1|", "^_", "%"]


def values_matched(rules: list[Row]) -> list[set[str]]:
    """The values that each rule matches, by the model that the resolver uses."""
    given = [{"rule_id": str(rule.line), "field": "any", **rule.values} for rule in rules]
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_ownership__field_values as"
            " select 'any' as field, unnest(?) as field_value, lower(field_value) as folded_value",
            [VALUES],
        )
        connection.execute("create table ownership_rules (rule_id text, field text, operator text, pattern text)")
        connection.executemany(
            "insert into ownership_rules values (?, ?, ?, ?)", [list(rule.values()) for rule in given]
        )
        sql = rendered(connection)
        found = connection.execute(f"select rule_id, list(field_value) from ({sql}) group by rule_id").fetchall()
    matched = {int(rule_id): set(values) for rule_id, values in found}
    return [matched.get(rule.line, set()) for rule in rules]


def test_a_pattern_that_covers_another_matches_all_that_it_matches():
    """A rule that is told to be without effect, and is removed for it, must have had none."""
    given = [("equals", text) for text in TEXTS] + [("like", text) for text in TEXTS]
    given += [("regex", text) for text in REGEXES]
    rules = [Row(line, {"operator": operator, "pattern": text}) for line, (operator, text) in enumerate(given)]
    found = list(zip(given, patterns(rules), values_matched(rules), strict=True))
    # A bill has no empty values.
    wrong = [
        (one, other)
        for (one, pattern, values), (other, narrower, fewer) in product(found, repeat=2)
        if pattern.covers(narrower) and not fewer - {""} <= values
    ]
    assert wrong == []
    covered = sum(1 for (_, one, _), (_, other, _) in product(found, repeat=2) if one.covers(other))
    assert covered > 2 * len(found), "it must see more than each pattern in itself"
