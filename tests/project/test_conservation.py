"""No dollar is lost or invented: whoever joins, splits or filters money is tested against its input."""

from __future__ import annotations

import re

MONEY = re.compile(r"\b(billed_cost|effective_cost|total_cost|direct_cost|shared_cost|raw_cost)\b", re.IGNORECASE)

# Models that hold money and have no conserves_total of their own: the test that stands for it.
TESTED_OTHERWISE = {
    "int_charges__bill_days": "accepted_values_raw_vs_ledger_difference__False__0",
    "int_charges__daily": "assert_effective_cost_is_what_landing_counted",
    "int_charges__github_usage": "accepted_values_raw_vs_ledger_difference__False__0",
    "int_charges__seats_in_contracts": "seats_that_a_contract_pays_are_the_lines_of_copilots_seats",
    "int_charges__own_forms": "an_account_has_a_bill_in_its_vendors_own_form",
    "int_charges__raw_totals": "accepted_values_raw_vs_ledger_difference__False__0",
    "int_charges__resales": "what_a_cloud_bills_for_a_vendor_is_not_counted_again",
    "int_charges__vendor_sales": "a_bill_charges_for_a_vendor_by_its_publisher_or_its_service",
    "int_charges__license_days": "a_license_is_consumed_straight_line_and_its_last_day_takes_the_remainder",
    # In a second scan of the bills, whose sums nobody else has: a benefit without its use would not be conserved.
    "int_charges__covered_days": "direct_postings_hold_all_that_was_charged",
    "int_sharing__benefits": "direct_postings_hold_all_that_was_charged",
    "int_sharing__charges_owned": "direct_postings_hold_all_that_was_charged",
    "int_drivers__kubernetes_machine_bills": "assert_nodes_cost_what_their_machines_have_on_the_bill",
    "int_sharing__pool_postings": "assert_pools_give_what_their_targets_get",
    # Gross: a dollar is in each pool that it passes through.
    "int_sharing__pools_moved": "assert_pools_move_what_they_have",
    "int_sharing__left_over": "assert_rounding_is_only_rounding",
    "int_sharing__roundings": "assert_rounding_is_only_rounding",
    "int_sharing__pools_given": "assert_pools_give_what_their_targets_get",
    "int_sharing__remainders": "targets_get_what_pools_move",
    "int_sharing__parts": "targets_get_what_pools_move",
    "gpu_costs": "assert_gpu_costs_add_up_to_the_charges_of_their_pools",
    # What weighs, not what is charged.
    "int_sharing__even_weights": "even_over_everyone_weighs_each_team_of_the_day_once",
    "int_sharing__steps": "the_rungs_of_a_policy_are_its_method_and_its_fallbacks",
    "int_sharing__use": "what_owners_spent_and_used_may_weigh",
    "int_sharing__use_windows": "direct_cost_counts_within_its_bill_and_use_from_a_month_before",
    "int_sharing__team_changes": "assert_the_journal_of_changes_adds_up_to_the_ledger",
    "int_sharing__tie_out": "accepted_values_raw_vs_ledger_difference__False__0",
    "int_sharing__unowned_resources": "assert_untagged_resources_are_all_that_is_unallocated",
    # Parts of each other: their sum is no total.
    "budgets_spent": "a_budget_is_compared_with_what_it_is_of_up_to_the_day_that_is_reached",
    # Parts of coverage.ownership, which conserves the total.
    "conflicts": "two_strong_answers_are_listed_with_their_money",
    "rules": "a_rule_decides_is_shadowed_or_matches_nothing",
    "tag_compliance": "money_is_compliant_that_names_team_project_and_stage",
    "raw_vs_ledger": "accepted_values_raw_vs_ledger_difference__False__0",
    "int_sharing__first_figures": "a_month_is_kept_as_it_was_when_it_was_first_whole",
    "int_sharing__skus_reassigned": "assert_movers_are_the_whole_change_of_direct_cost",
    "int_sharing__things_compared": "assert_movers_are_the_whole_change_of_direct_cost",
    "int_sharing__skus_counted": "assert_movers_are_the_whole_change_of_direct_cost",
    "int_sharing__skus_compared": "assert_movers_are_the_whole_change_of_direct_cost",
    "movers": "assert_movers_are_the_whole_change_of_direct_cost",
    "restatements": "what_a_month_was_built_with_first_is_no_restatement",
    "stage_transitions": "a_project_that_moved_shows_what_its_days_cost_before_and_after",
    "untagged_resources": "assert_untagged_resources_are_all_that_is_unallocated",
    # The postings as they are in int_sharing__ledger, with a key.
    "ledger": "the_ledger_adds_up_to_what_was_consumed",
}

# As long as the bill: a test would read it all again. Its sums are tested when it is published.
TOO_LONG = {
    "int_charges__bills",
    "int_charges__bills_counted",
    "int_charges__cost_and_usage",
    "cost_and_usage",
    # Multiplied out on demand: tests/end_to_end/test_sharing.py.
    "allocation_lines",
    # tests/end_to_end/test_focus_allocated.py.
    "cost_and_usage_allocated",
}


def attached_tests(manifest: dict) -> dict[str, list[dict]]:
    """The data tests by the model they are attached to."""
    tests: dict[str, list[dict]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("attached_node"):
            tests.setdefault(node["attached_node"].rsplit(".", 1)[-1], []).append(node)
    return tests


def test_every_model_with_money_has_a_conservation_test(manifest, models):
    """An inner join that loses idle hours looks like a saving."""
    attached = attached_tests(manifest)
    names = {node["name"] for node in [*manifest["nodes"].values(), *manifest["unit_tests"].values()]}
    untested = []
    for model in models.values():
        if model["fqn"][1] == "staging" or model["name"] in TOO_LONG or not MONEY.search(model["raw_code"]):
            continue
        kinds = [test.get("test_metadata", {}).get("name") for test in attached.get(model["name"], [])]
        if "conserves_total" not in kinds and TESTED_OTHERWISE.get(model["name"]) not in names:
            untested.append(model["name"])
    assert untested == []


def test_no_exemption_has_outlived_its_model(models):
    """A list of exceptions that names the dead hides the living."""
    assert {*TESTED_OTHERWISE, *TOO_LONG} - set(models) == set()


def test_no_data_test_reads_the_bill_again(manifest):
    """One scan of a bill of 40 million rows is the whole budget."""
    models = manifest["nodes"]
    long = {"stg_aws_cur__charges", "stg_focus__charges", "int_charges__bill_days", *TOO_LONG}
    wrong = [
        f"{test['name']} reads {name}"
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        for name in test["depends_on"]["nodes"]
        if models.get(name, {}).get("name") in long or name.startswith("source.")
    ]
    assert wrong == []


def test_every_rule_of_ownership_and_sharing_has_an_example(manifest, models):
    """A rule without an example is an opinion."""
    exampled = {node["model"] for node in manifest["unit_tests"].values()}
    rules = [name for name, model in models.items() if model["fqn"][2] in ("ownership", "sharing")]
    assert sorted(set(rules) - exampled) == []
