"""Who reads a table can read what is in it."""

from __future__ import annotations

import pytest


def is_public(model: dict) -> bool:
    return model["fqn"][1] == "marts"


def test_every_model_and_source_is_described(manifest, models):
    """A name is not a description: what a row is, where it comes from, its unit, what null or zero means."""
    given = [*models.values(), *manifest["sources"].values(), *manifest["unit_tests"].values()]
    assert [node["name"] for node in given if not node["description"].strip()] == []


def test_every_public_column_is_described_and_typed(models):
    """What others depend on is written down."""
    wrong = [
        f"{model['name']}.{column['name']}"
        for model in models.values()
        if is_public(model)
        for column in model["columns"].values()
        if not column["description"] or not column["data_type"]
    ]
    assert wrong == []


def test_every_mart_has_an_enforced_contract(models):
    """A column that disappears from a mart breaks the dashboards of people we do not know."""
    marts = [model for model in models.values() if is_public(model)]
    assert marts
    assert [m["name"] for m in marts if not m["config"]["contract"]["enforced"] or not m["columns"]] == []


@pytest.mark.parametrize("layer", ["staging", "intermediate", "marts"])
def test_every_layer_has_models(models, layer):
    """The rules above would hold for an empty project too."""
    assert [model for model in models.values() if model["fqn"][1] == layer]
