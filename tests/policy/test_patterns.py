"""What one pattern is said to catch of another, against what the resolver's own SQL really matches."""

from __future__ import annotations

import re
from itertools import product

import duckdb

from orchestration.policy.patterns import patterns
from orchestration.policy.reading import Row
from orchestration.project import ROOT

VALUES = ["".join(signs) for length in range(5) for signs in product("aA1%_", repeat=length)]
TEXTS = ["".join(signs) for length in (1, 2, 3) for signs in product("a1%_", repeat=length)]
REGEXES = ["a", "1", "^1", "1$", "^1+$", "^11?$", "(?i)a", "[^a]", ".", "", "1|", "^_", "%"]


def values_matched(rules: list[Row]) -> list[set[str]]:
    """The values that each rule matches, by the macro that the resolver uses."""
    macro = (ROOT / "macros" / "engine" / "matches.sql").read_text()
    sql = re.search(r"case \{\{ operator \}\}.*?end\n", macro, re.DOTALL)[0]
    for argument in ("value", "operator", "pattern"):
        sql = sql.replace(f"{{{{ {argument} }}}}", argument)
    with duckdb.connect() as connection:
        connection.execute("create table listed as select unnest(?) as value", [VALUES])
        return [
            {
                value
                for (value,) in connection.execute(
                    f"select value from listed, (select ? as operator, ? as pattern) where {sql}",
                    [rule["operator"], rule["pattern"]],
                ).fetchall()
            }
            for rule in rules
        ]


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
