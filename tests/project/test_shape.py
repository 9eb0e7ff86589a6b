"""How a model is written."""

from __future__ import annotations

import re

MOST_LINES = 100

# Longer, and why.
LONGER = {
    "conflicts": "what is believed, what says otherwise, and their money",
    "cost_and_usage": "every column of FOCUS, once",
    "cost_and_usage_allocated": "a charge, what it is split by, and what rounding leaves of each of its measures",
    "int_charges__cost_and_usage": "every feed's columns, once, in FOCUS's words",
    "int_charges__daily": "one branch per feed",
    "int_charges__hours_judged": "how few people are too few, step by step",
    "int_ownership__resource_words": "ids, accounts and the labels of pods, each text read once",
    "int_sharing__closed_pools": "the powers of a matrix",
    "int_sharing__hours_paid": "hours by step, what others share of them, and who pays the rest",
    "int_sharing__matches": "eight ways to name an owner",
    "int_sharing__passages": "the powers of a matrix",
    "int_sharing__pools_moved": "a pool's own money and what passes, column by column",
    "int_sharing__unused_capacity": "a capacity, what is used of it, and where the rest goes",
    "ownership": "every answer with its evidence, once",
    "rules": "what is in force, what it matched, and what became of that",
    "stg_aws_cur__charges": "what a container takes, its instance gives up in the same place",
    "stg_azure_cost__charges": "every column of the bill, once, in FOCUS's words",
}


def test_a_model_has_at_most_100_lines(models):
    """A reviewer reads one screen at a time."""
    long = {name for name, model in models.items() if len(model["raw_code"].splitlines()) > MOST_LINES}
    assert long - set(LONGER) == set()


def test_no_allowance_has_outlived_its_need(models):
    """A model that has become short loses its excuse."""
    assert {name for name in LONGER if len(models[name]["raw_code"].splitlines()) <= MOST_LINES} == set()


def test_select_star_is_for_imports_unions_and_the_last_line(models):
    """Past the imports a star hides which columns a thought needs."""
    wrong = []
    for name, model in models.items():
        ctes, _, _ = model["raw_code"].rpartition("\n)\n")
        for block in re.split(r"\n\s*\n", ctes):
            is_import = re.search(r"\b(ref|source)\(|from {{", block)
            if re.match(r"\s*select \* from", block) and not is_import and "union all" not in block:
                wrong.append(f"{name}: {block.strip()}")
    assert wrong == []


LAST_LINE = re.compile(r"(^|\n)select \* from \w+( where .*)?(\nunion all\nselect \* from \w+)?\s*\Z")


def test_the_last_line_selects_the_last_thought(models):
    """Whoever debugs a model changes one word to see any step of it."""
    assert [name for name, model in models.items() if not LAST_LINE.search(model["raw_code"])] == []


def test_money_is_never_just_cost(models):
    """Two people who mean billed and effective by `cost` agree until the invoice comes."""
    plain = [name for name, model in models.items() if re.search(r"\bas cost\b", model["raw_code"])]
    assert plain == []
    assert [name for name, model in models.items() if {"cost", "amount"} & set(model["columns"])] == []
