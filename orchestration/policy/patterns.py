"""What the patterns of ownership rules match, said only where it is certain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from orchestration.policy.reading import Row

# What matches each of these matches whatever a bill may say: every sign alone, and values of many kinds.
PROBES = [
    *(chr(code) for code in range(32, 127)),
    *("é", "漢", "🤖", "Übersetzung (Produktion)", "NVIDIA A100 80GB, on demand"),
    "arn:aws:sagemaker:eu-west-1:000123456789:endpoint/chat-v1.10",
    "/subscriptions/0f/resourceGroups/ml/providers/Microsoft.Compute/virtualMachines/gpu-7",
    "a long value " * 200,
]


@dataclass(frozen=True)
class Pattern:
    """What a rule matches: one `text` in any case, what is `like` it, what a `regex` finds, or `everything`.

    `texts`: those of the other rules that a regular expression matches.
    """

    kind: str
    text: str
    texts: frozenset[str] = frozenset()

    def covers(self, other: Pattern) -> bool:
        """Whether it certainly matches all that the other matches."""
        if self.kind == "everything":
            return True
        if self.kind == "like":
            return other.kind in ("text", "like") and like(self.text).fullmatch(other.text) is not None
        return (self.kind == other.kind and self.text == other.text) or (
            other.kind == "text" and other.text in self.texts
        )


def patterns(rules: list[Row]) -> list[Pattern]:
    """The pattern of each rule. The regular expressions among them are asked of DuckDB, which runs them."""
    regexes = {rule["pattern"] for rule in rules if rule["operator"] == "regex"}
    # `equals` takes any case and a regex one, so that only a text without letters is the same to both.
    texts = {rule["pattern"] for rule in rules if rule["pattern"].lower() == rule["pattern"].upper()}
    probed = matched(regexes, PROBES)
    found = matched(regexes, sorted(texts))

    def pattern(operator: str, text: str) -> Pattern:
        if operator == "regex":
            return Pattern("everything" if len(probed[text]) == len(PROBES) else "regex", text, found[text])
        if operator == "like" and not text.strip("%"):
            return Pattern("everything", text)
        return Pattern("like" if operator == "like" and set("%_") & set(text) else "text", text.lower())

    return [pattern(rule["operator"], rule["pattern"]) for rule in rules]


@cache
def like(pattern: str) -> re.Pattern[str]:
    """A LIKE pattern to be tried on another one: its `%` stands for any signs and wildcards, its `_` for no `%`."""
    return re.compile("".join({"%": ".*", "_": "[^%]"}.get(sign, re.escape(sign)) for sign in pattern), re.DOTALL)


def matched(regexes: set[str], values: list[str]) -> dict[str, frozenset[str]]:
    """The values that each regular expression matches; none for one that is not valid."""
    if not regexes:
        return {}
    import duckdb

    found: dict[str, frozenset[str]] = {}
    with duckdb.connect() as connection:
        connection.execute("create table listed as select unnest(?::varchar[]) as value", [values])
        for regex in regexes:
            try:
                rows = connection.execute("select value from listed where regexp_matches(value, ?)", [regex]).fetchall()
            except duckdb.Error:
                rows = []
            found[regex] = frozenset(value for (value,) in rows)
    return found
