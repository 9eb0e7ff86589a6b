"""The model that tries values on rules, as dbt renders it: its SQL depends on the rules that are loaded."""

from __future__ import annotations

import re
from types import SimpleNamespace

import duckdb
from jinja2 import Environment

from orchestration.project import ROOT

MACROS = ("engine/matches", "engine/computed_once", "has_inner_wildcard", "searched_rules")
MODEL = ROOT / "models" / "intermediate" / "ownership" / "int_ownership__value_matches.sql"


def rendered(connection: duckdb.DuckDBPyConnection) -> str:
    """The SQL of the model for the table `ownership_rules` of the connection."""
    macros = "".join((ROOT / "macros" / f"{name}.sql").read_text() for name in MACROS).replace("duckdb__", "")
    returned: list[list[dict]] = []
    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {
        "execute": True,
        "load_relation": lambda name: name,
        "run_query": lambda sql: connection.execute(sql).fetchall(),
        "modules": SimpleNamespace(re=re),
        "return": returned.append,
        "ref": lambda name: name,
        "dbt": SimpleNamespace(
            string_literal=lambda text: f"'{text}'", escape_single_quotes=lambda text: text.replace("'", "''")
        ),
        # Each macro is followed by the one that it would dispatch to, of the same name here.
        "adapter": SimpleNamespace(dispatch=lambda *_: lambda *_: None),
    }
    environment.from_string(macros + "{% do searched_rules('ownership_rules') %}").render()
    model = MODEL.read_text().replace("searched_rules(ref('ownership_rules'))", "searched")
    return environment.from_string(macros + model).render(searched=returned[-1])
