"""A layer reads only its left neighbour, and a path is a sentence."""

from __future__ import annotations

STEPS = ["charges", "drivers", "ownership", "sharing"]

READS = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "marts", "seed"},
}

# The dimensions and budgets are the policy's own registers; no other mart may look behind the ledger.
MARTS_THAT_READ_SEEDS = {"budgets_spent", "team_directory", "team_history", "project_directory"}


def layer(node: dict) -> str:
    """The layer of a model, else what kind of resource it is."""
    return node["fqn"][1] if node["resource_type"] == "model" else node["resource_type"]


def step(node: dict) -> str:
    return node["fqn"][2]


def inputs(node: dict, manifest: dict) -> list[dict]:
    known = {**manifest["nodes"], **manifest["sources"]}
    return [known[name] for name in node["depends_on"]["nodes"]]


def test_a_layer_reads_only_its_left_neighbour(manifest, models):
    """A mart on staging would show money that ownership and sharing never saw."""
    wrong = [
        f"{model['name']} ({layer(model)}) reads {given['name']} ({layer(given)})"
        for model in models.values()
        for given in inputs(model, manifest)
        if layer(given) not in READS[layer(model)]
        or (layer(model) == "marts" and layer(given) == "seed" and model["name"] not in MARTS_THAT_READ_SEEDS)
    ]
    assert wrong == []


def test_the_steps_of_intermediate_run_in_the_order_of_their_names(manifest, models):
    """Ownership that looks at shares would turn the way of a dollar into a circle."""
    inner = [model for model in models.values() if layer(model) == "intermediate"]
    assert {step(model) for model in inner} <= set(STEPS)
    back = [
        f"{model['name']} reads {given['name']}"
        for model in inner
        for given in inputs(model, manifest)
        if layer(given) == "intermediate" and STEPS.index(step(given)) > STEPS.index(step(model))
    ]
    assert sorted(STEPS) == STEPS
    assert back == []


def test_a_staging_model_reads_one_source_table(manifest, models):
    """Staging renames and types one table; a join there hides a business rule."""
    wrong = [m["name"] for m in models.values() if layer(m) == "staging" and len(inputs(m, manifest)) != 1]
    assert wrong == []


def test_a_path_is_a_sentence(models):
    """Folder, model name and schema carry the same word."""
    prefixes = {"staging": "stg_{}__", "intermediate": "int_{}__"}
    wrong = []
    for model in models.values():
        prefix = prefixes.get(layer(model))
        if prefix and not model["name"].startswith(prefix.format(step(model))):
            wrong.append(model["name"])
        if not prefix and model["name"].startswith(("stg_", "int_", "fct_", "dim_")):
            wrong.append(model["name"])
        if layer(model) != "staging" and model["schema"] != step(model):
            wrong.append(f"{model['name']} is in schema {model['schema']}")
    assert wrong == []


def test_every_bill_is_among_the_bills(manifest, models):
    """A feed that was staged and never united would be a silent zero. A step between the two may leave lines out."""
    given = inputs(models["int_charges__bills"], manifest)
    united = {model["name"] for one in given for model in (one, *inputs(one, manifest))}
    assert {name for name in models if name.startswith("stg_") and name.endswith("__charges")} <= united


def test_what_is_read_as_a_view_has_all_months(manifest, models):
    """A view keeps the months of the run that made it: after a run of one month the hours of the others were missing
    on the bill in FOCUS, which then could not be published.
    """

    def views_of(node: dict) -> list[dict]:
        given = [it for it in inputs(node, manifest) if it["resource_type"] == "model"]
        return [node, *(view for it in given if it["config"]["materialized"] == "view" for view in views_of(it))]

    published = [it for it in models.values() if layer(it) == "marts" and it["config"]["materialized"] == "view"]
    assert len(published) > 3
    limited = [
        f"{mart['name']} reads {view['name']}"
        for mart in published
        for view in views_of(mart)
        if "in_periods(" in view["raw_code"]
    ]
    assert limited == []
