"""The marts are fit to be billed on: judged in the file that readers will open."""

import great_expectations.expectations as gxe

from orchestration.expectations.rules import none_of
from orchestration.policy.files import COMPONENTS, STAGES

CONFIDENCES = ["strong", "medium", "weak", "none"]
POSTING_KINDS = ["direct", "pool_in", "pool_out", "rounding"]
COST_KEY = "team_id, project_id, lifecycle_stage, ai_activity, cost_component, provider_name, currency"


def expectations(parameters: dict) -> dict:
    """The suite of one publication: `parameters` has the rows that each table was written with."""
    suites = {
        relation: [gxe.ExpectTableRowCountToEqual(value=rows, description=f"{relation} has all of its {rows} rows")]
        for relation, rows in parameters["rows"].items()
    }
    for relation, promises in PROMISES.items():
        suites.setdefault(relation, []).extend(promises)
    return suites


PROMISES = {
    "showback.monthly_costs": [
        none_of(
            "Every cost has a currency, a team, a month, and a known component and stage",
            f"""
            select * from {{batch}}
            where total_cost is null or direct_cost is null or shared_cost is null or billed_cost is null
                or currency is null or team_id is null or current_team_id is null
                or not regexp_full_match(month, '[0-9]{{{{4}}}}-[0-9]{{{{2}}}}')
                or cost_component not in ({", ".join(f"'{name}'" for name in COMPONENTS)})
                or lifecycle_stage not in ({", ".join(f"'{name}'" for name in STAGES)})
            """,
        ),
        none_of(
            "Each month, owner and kind of cost stands once",
            f"select month, {COST_KEY} from {{batch}} group by all having count(*) > 1",
        ),
        none_of(
            "The total is the direct and the shared cost",
            "select * from {batch} where total_cost <> direct_cost + shared_cost",
        ),
        none_of(
            "Each month adds up to its charges, as the ledger's direct postings have them",
            """
            select * from (
                select month, sum(total_cost) as total_cost, sum(billed_cost) as billed_cost from {batch} group by month
            ) as showback
            full outer join (
                select posting_period as month, sum(effective_cost) as charged, sum(billed_cost) as billed
                from showback.ledger where posting_kind = 'direct' group by posting_period
            ) as postings using (month)
            where total_cost is distinct from charged or billed_cost is distinct from billed
            """,
        ),
    ],
    "showback.daily_costs": [
        none_of(
            "Each day, owner and kind of cost stands once",
            f"select month, charge_date, {COST_KEY} from {{batch}} group by all having count(*) > 1",
        ),
        none_of(
            "Every month's days add up to the month",
            """
            select * from (
                select month, currency, sum(total_cost) as total_cost, sum(billed_cost) as billed_cost
                from {batch} group by all
            ) as days
            full outer join (
                select month, currency, sum(total_cost) as monthly_cost, sum(billed_cost) as monthly_billed
                from showback.monthly_costs group by all
            ) as months using (month, currency)
            where total_cost is distinct from monthly_cost or billed_cost is distinct from monthly_billed
            """,
        ),
    ],
    "showback.provisional_days": [
        none_of(
            "A day that is provisional stands once, and has money",
            """
            select month, charge_date, provider_name from {batch} group by all having count(*) > 1
            union all
            select days.month, days.charge_date, days.provider_name from {batch} as days
            anti join showback.daily_costs using (month, charge_date, provider_name)
            """,
        ),
    ],
    "showback.estimates": [
        none_of(
            "An estimate has a currency, and what has no price has none",
            """
            select * from {batch}
            where (estimated_cost is null) <> (currency is null) or (currency is not null and tokens_unpriced <> 0)
            """,
        ),
    ],
    "coverage.ownership": [
        none_of(
            "Each month's charges have one answer each, as the ledger's direct postings have them",
            """
            select * from (
                select month, sum(effective_cost) as answered, sum(billed_cost) as billed from {batch} group by month
            ) as ownership
            full outer join (
                select billing_period as month, sum(effective_cost) as charged, sum(billed_cost) as charged_billed
                from showback.ledger where posting_kind = 'direct' group by billing_period
            ) as postings using (month)
            where answered is distinct from charged or billed is distinct from charged_billed
            """,
        ),
    ],
    "showback.ledger": [
        none_of(
            "Every posting has a kind, an owner, a known component and stage, and both currencies",
            f"""
            select * from {{batch}}
            where posting_kind is null or posting_kind not in ({", ".join(f"'{kind}'" for kind in POSTING_KINDS)})
                or team_id is null or currency is null or billing_currency is null
                or cost_component not in ({", ".join(f"'{name}'" for name in COMPONENTS)})
                or lifecycle_stage not in ({", ".join(f"'{name}'" for name in STAGES)})
            """,
        ),
        none_of(
            "What a pool gives is what its targets get, every day and component",
            """
            select billing_period, charge_date, pool_id, cost_component, billing_currency,
                sum(effective_cost) as effective_cost, sum(billed_cost) as billed_cost
            from {batch} where posting_kind in ('pool_in', 'pool_out') group by all
            having sum(effective_cost) <> 0 or sum(billed_cost) <> 0
                or sum(effective_cost_in_billing_currency) <> 0
            """,
        ),
    ],
    "showback.shares": [
        none_of(
            "Of each pool and day, all shares are exactly one",
            """
            select billing_period, charge_date, pool_id, split_stage, sum(share) as shares
            from {batch} group by all having sum(share) <> 1
            """,
        ),
    ],
    "lifecycle.costs_by_stage": [
        none_of(
            "The stages of each month add up to its showback",
            """
            select * from (
                select month, currency, sum(total_cost) as total_cost from {batch} group by all
            ) as stages
            full outer join (
                select month, currency, sum(total_cost) as shown from showback.monthly_costs group by all
            ) as showback using (month, currency)
            where total_cost is distinct from shown
            """,
        ),
        none_of(
            "A quantity stands at the component that it belongs to, and what was not used is no zero",
            """
            select * from {batch}
            where (gpu_hours is not null and cost_component <> 'compute') or gpu_hours = 0
                or (tokens is not null and cost_component <> 'model_api') or tokens = 0
                or (runs is not null and cost_component <> 'compute') or runs = 0
                or (storage_gb_months is not null and cost_component <> 'storage')
                or (network_gb is not null and cost_component <> 'network')
            """,
        ),
    ],
    "lifecycle.stage_profiles": [
        none_of(
            "The mix of a stage adds up to all of it",
            """
            select *, list_value(
                compute_share, licenses_share, storage_share, network_share, people_share, model_api_share, other_share
            ) as mix
            from {batch}
            where abs(list_sum(mix) - 1) > 0.000001 * list_sum(list_transform(mix, lambda share: abs(share)))
            """,
        ),
    ],
    "lifecycle.stage_transitions": [
        none_of("A move is from one known stage to another", "select * from {batch} where from_stage = to_stage"),
    ],
    "coverage.untagged_resources": [
        none_of(
            "What is listed as untagged adds up to what nobody owns and no pool holds, month by month",
            """
            select * from (
                select month, sum(case when team_id = 'unallocated' then effective_cost else 0 end) as listed
                from {batch} group by month
            ) as resources
            full outer join (
                select billing_period as month, sum(effective_cost) as unallocated from showback.ledger
                where posting_kind = 'direct' and pool_id is null and team_id = 'unallocated' group by billing_period
            ) as postings using (month)
            where coalesce(listed, 0) <> coalesce(unallocated, 0)
            """,
        ),
        none_of(
            "A proposal has a team, a known confidence, and a score that is no certainty",
            f"""
            select * from {{batch}}
            where confidence not in ({", ".join(f"'{name}'" for name in CONFIDENCES)})
                or (confidence <> 'none' and proposed_team_id is null) or not (score >= 0 and score < 1)
            """,
        ),
    ],
    "focus.cost_and_usage": [
        none_of(
            "Each month and currency of the bill in FOCUS adds up to the ledger's direct postings",
            """
            select * from (
                select "x_BillingPeriod" as billing_period, "BillingCurrency" as billing_currency,
                    sum("BilledCost") as billed_cost, sum("EffectiveCost") as effective_cost
                from {batch} group by all
            ) as bill
            full outer join (
                select billing_period, billing_currency, sum(billed_cost_in_billing_currency) as billed_in_ledger,
                    sum(effective_cost_in_billing_currency) as effective_in_ledger
                from showback.ledger where posting_kind = 'direct' group by all
            ) as postings using (billing_period, billing_currency)
            where billed_cost is distinct from billed_in_ledger or effective_cost is distinct from effective_in_ledger
            """,
        ),
    ],
    "reconciliation.raw_vs_ledger": [
        none_of(
            "Raw, charges and ledger are the same for every month, feed, account and currency",
            "select * from {batch} where difference <> 0 or raw is distinct from ledger",
        ),
    ],
    "reconciliation.clusters_vs_bill": [
        none_of(
            "A machine on a bill has both costs and their currency, and one on no bill has none, not zero",
            """
            select * from {batch}
            where (status = 'not_on_bill') <> (billed_cost is null)
                or (status = 'not_on_bill') <> (effective_cost is null)
                or (status = 'not_on_bill') <> (currency is null)
            """,
        ),
        none_of(
            "Days and hours of a machine stand once, however many bills it is on",
            "select * from {batch} where (bill_number = 1) <> (days_seen is not null)"
            " or days_without_bill > days_seen or (bill_number > 1 and cpu_core_hours_requested is not null)",
        ),
    ],
    "reconciliation.reports_vs_bill": [
        none_of(
            "A report that is not counted has a bill that is, or a line of the policy",
            "select * from {batch} where counted = 'bill' and decided_by <> 'policy' and bill_cost is null",
        ),
    ],
    "reconciliation.gateway_vs_bill": [
        none_of(
            "An estimate has tokens that are priced and a currency, and a ratio both sides",
            """
            select * from {batch}
            where (tokens_priced > 0) <> (estimated_cost is not null)
                or (billed_over_estimated is not null) <> (billed_cost is not null and coalesce(estimated_cost, 0) > 0)
                or (estimated_cost is not null and currency is null)
            """,
        ),
    ],
    "ingestion.deliveries": [
        none_of(
            "Every delivery is registered once",
            "select delivery_id from {batch} where status in ('current', 'superseded', 'incomplete')"
            " group by delivery_id having count(*) > 1",
        ),
    ],
}
