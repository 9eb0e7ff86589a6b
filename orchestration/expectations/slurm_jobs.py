"""Jobs whose hours can be counted."""

from orchestration.expectations.rules import has_values, ties_out, where_none
from orchestration.feeds.slurm import JOBS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(JOBS),
            where_none("No job ends before it starts", '"End" < "Start"', '"JobIDRaw"', '"Start"', '"End"'),
            where_none("No job ran for less than nothing", '"ElapsedRaw" < 0', '"JobIDRaw"', '"ElapsedRaw"'),
            where_none(
                "A job that ran says when it started",
                '"ElapsedRaw" > 0 and "Start" is null',
                '"JobIDRaw"',
                '"ElapsedRaw"',
            ),
            where_none(
                "AllocTRES is a list of name=number",
                """not regexp_full_match("AllocTRES", '[^=,]+=[^=,]+(,[^=,]+=[^=,]+)*')""",
                '"JobIDRaw"',
                '"AllocTRES"',
            ),
            ties_out(parameters, "0"),
        ]
    }
