"""The bill in FOCUS with its shared charges split, against the specification, the bill itself and the showback."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.conftest import query
from tests.end_to_end.conftest import Run

pytestmark = pytest.mark.slow

# Of FOCUS 1.4: what adds up, and is therefore split. All else a part has of its charge.
MEASURES = (
    "BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "PricingCurrencyEffectiveCost", "ConsumedQuantity",
    "PricingQuantity", "CommitmentDiscountQuantity",
)  # fmt: skip
OF_THE_PART = (
    "AllocatedMethodDetails", "AllocatedMethodId", "AllocatedResourceId", "AllocatedResourceName", "AllocatedTags",
)  # fmt: skip
OWNER = ("x_TeamId", "x_ProjectId", "x_LifecycleStage")


@pytest.fixture
def published(sample: Run) -> Path:
    return sample.current


@pytest.fixture(params=["warehouse", "published"])
def file(request: pytest.FixtureRequest, sample: Run) -> Path:
    """Both are asked by people."""
    return sample.warehouse if request.param == "warehouse" else sample.current


def sums(measures: tuple[str, ...]) -> str:
    return ", ".join(f'sum("{name}") as "{name}"' for name in measures)


def columns(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def test_the_parts_of_every_charge_are_the_charge(file: Path) -> None:
    """Each cost and each quantity, to the last decimal; no charge is lost, and none is there twice."""
    wrong = query(
        file,
        f"""
        select "x_ChargeId" from (
            select "x_ChargeId", {sums(MEASURES)} from focus.cost_and_usage_allocated group by all
        ) as parts
        full outer join (from focus.cost_and_usage) as whole using ("x_ChargeId")
        where row({", ".join(f'parts."{name}"' for name in MEASURES)})
            is distinct from row({", ".join(f'whole."{name}"' for name in MEASURES)})
            or parts."EffectiveCost" is null or whole."EffectiveCost" is null
        limit 3
        """,
    )
    assert wrong == []


def test_a_charge_has_one_part_for_each_owner_in_the_end(published: Path) -> None:
    counted = f"""
        select count(*) > count(distinct "x_ChargeId"), count(*) = count(distinct ("x_ChargeId", {columns(OWNER)})),
            bool_and("x_TeamId" is not null)
        from focus.cost_and_usage_allocated
    """
    assert query(published, counted) == [(True, True, True)]


def test_prices_tags_and_all_that_does_not_add_up_are_those_of_the_charge(published: Path) -> None:
    """A part that has lost the tags of its charge is lost to whoever searches by them."""
    same = f"* exclude ({columns((*MEASURES, *OF_THE_PART))})"
    rest = f"from focus.cost_and_usage_allocated select distinct {same}".replace(
        "exclude (", f"exclude ({columns((*OWNER, 'x_AiActivity', 'x_PoolId', 'x_BenefitPoolId', 'x_ChargeGroupId'))}, "
    )
    assert query(published, f"{rest} except select {same} from focus.cost_and_usage") == []


def test_what_is_split_says_how_and_what_is_not_says_nothing(published: Path) -> None:
    found = query(
        published,
        """
        select "AllocatedMethodId", "x_PoolId", count(*) > 0,
            count(*) = count("AllocatedMethodDetails") and count(*) = count("AllocatedResourceId")
            and count(*) = count("AllocatedTags")
        from focus.cost_and_usage_allocated where "AllocatedMethodId" is not null group by all order by all
        """,
    )
    assert found == [
        ("endpoint-by-tokens", "model_endpoint", True, True),
        ("gpu-by-hours", "gpu_platform", True, True),
        ("gpu-by-spend", "gpu_platform", True, True),
        ("observability-tiers", "observability", True, True),
        ("seats", None, True, True),
        ("support-fixed", "support_and_tax", True, True),
    ]
    told = """
        select count(*) from focus.cost_and_usage_allocated where "AllocatedMethodId" is null and coalesce(
            "AllocatedMethodDetails", "AllocatedResourceId", "AllocatedResourceName", "AllocatedTags") is not null
    """
    assert query(published, told) == [(0,)]
    tags = """
        select count(*) from focus.cost_and_usage_allocated where "AllocatedMethodId" is not null and (
            "AllocatedTags" ->> 'team' <> "x_TeamId" or "AllocatedTags" ->> 'project' <> "x_ProjectId"
            or "AllocatedTags" ->> 'stage' <> "x_LifecycleStage")
    """
    assert query(published, tags) == [(0,)]


def test_the_details_are_of_the_schema_of_the_specification(published: Path) -> None:
    """At least one element, ratios between 0 and 1, a unit with each quantity, and no other key but with x_."""
    known = {"AllocatedRatio", "UsageUnit", "UsageQuantity"}
    ways = 0
    for (details,) in query(
        published, 'select distinct "AllocatedMethodDetails" from focus.cost_and_usage_allocated using sample 2000'
    ):
        if details is None:
            continue
        told = json.loads(details, parse_float=Decimal)
        assert list(told) == ["Elements"] and told["Elements"]
        ways = max(ways, len(told["Elements"]))
        for element in told["Elements"]:
            assert 0 <= element["AllocatedRatio"] <= 1
            assert "UsageQuantity" not in element or element["UsageUnit"]
            assert all(re.fullmatch("x_[A-Z][a-zA-Z0-9]*", key) for key in element.keys() - known)
            assert json.loads(json.dumps(element, default=float)).keys() == element.keys()
    assert ways > 0


def test_the_ratios_of_a_charge_are_one(published: Path) -> None:
    """Exactly, in the digits that are published."""
    wrong = query(
        published,
        """
        select "x_ChargeId", sum(list_sum(list_transform(elements, lambda element: element."AllocatedRatio"))) as total
        from (
            select "x_ChargeId", from_json(
                "AllocatedMethodDetails", '{"Elements": [{"AllocatedRatio": "DECIMAL(38, 18)"}]}'
            )."Elements" as elements
            from focus.cost_and_usage_allocated where "AllocatedMethodId" is not null
        )
        group by all having total <> 1 limit 3
        """,
    )
    assert wrong == []


def test_a_part_can_be_computed_again_from_what_it_says(published: Path) -> None:
    """Passed on, times what the owner weighs there, of what all weigh: also over two pools."""
    rows = query(
        published,
        """
        select parts."AllocatedMethodDetails", parts."EffectiveCost", whole."EffectiveCost"
        from focus.cost_and_usage_allocated as parts
        inner join focus.cost_and_usage as whole using ("x_ChargeId")
        where parts."AllocatedMethodDetails" like '%"x_PoolId":"gpu_platform"%'
            and parts."x_PoolId" = 'support_and_tax' and abs(whole."EffectiveCost") > 1
        """,
    )
    assert len(rows) > 20
    for details, part, whole in rows:
        ratio = sum(
            Decimal(element["x_PassedRatio"])
            * Decimal(element["UsageQuantity"])
            / Decimal(element["x_TotalUsageQuantity"])
            for element in json.loads(details)["Elements"]
        )
        assert abs(whole * ratio - part) < Decimal("1e-9")


def test_owners_have_what_the_ledger_says(published: Path) -> None:
    """What nobody split exactly; what was split is rounded at each of two hops. The month and currency exactly."""
    dimensions = "billing_period, billing_currency, team_id, project_id, lifecycle_stage, ai_activity, cost_component"
    compared = query(
        published,
        f"""
        with parts as (
            select "x_BillingPeriod" as billing_period, "BillingCurrency" as billing_currency, "x_TeamId" as team_id,
                "x_ProjectId" as project_id, "x_LifecycleStage" as lifecycle_stage, "x_AiActivity" as ai_activity,
                "x_CostComponent" as cost_component, sum("EffectiveCost") as effective, sum("BilledCost") as billed,
                count("AllocatedMethodId") as parts
            from focus.cost_and_usage_allocated group by all
        ),
        postings as (
            select {dimensions}, sum(effective_cost_in_billing_currency) as effective_posted,
                sum(billed_cost_in_billing_currency) as billed_posted
            from showback.ledger group by all
        ),
        compared as (
            select billing_period, billing_currency, coalesce(parts, 0) * 0.000000000002 as rounding,
                coalesce(effective, 0) as effective, coalesce(effective_posted, 0) as effective_posted,
                coalesce(billed, 0) as billed, coalesce(billed_posted, 0) as billed_posted
            from parts full outer join postings using ({dimensions})
        )
        select count(*) > 1000, bool_and(abs(effective - effective_posted) <= rounding),
            bool_and(abs(billed - billed_posted) <= rounding)
        from compared
        union all
        select count(*) > 4, bool_and(effective = effective_posted), bool_and(billed = billed_posted)
        from (
            select billing_period, billing_currency, sum(effective) as effective, sum(billed) as billed,
                sum(effective_posted) as effective_posted, sum(billed_posted) as billed_posted
            from compared group by all
        )
        """,
    )
    assert compared == [(True, True, True), (True, True, True)]


def test_owners_have_what_the_showback_says(sample: Run, published: Path) -> None:
    """In the reporting currency, at the rate of the month, to a hundred-millionth."""
    compared = query(
        published,
        """
        with parts as (
            select "x_BillingPeriod" as month, "x_TeamId" as team_id, "x_ProjectId" as project_id,
                sum("EffectiveCost" * coalesce(rate, 1)) as effective, sum("BilledCost" * coalesce(rate, 1)) as billed
            from focus.cost_and_usage_allocated
            left join read_csv(?) as rates on month = "x_BillingPeriod" and from_currency = "BillingCurrency"
            group by all
        ),
        shown as (
            select month, team_id, project_id, sum(total_cost) as total_cost, sum(billed_cost) as billed_cost
            from showback.monthly_costs group by all
        )
        select count(*) > 50, max(abs(coalesce(effective, 0) - coalesce(total_cost, 0))) < 0.00000001,
            max(abs(coalesce(billed, 0) - coalesce(billed_cost, 0))) < 0.00000001
        from parts full outer join shown using (month, team_id, project_id)
        """,
        str(sample.exports / "policy" / "exchange_rates.csv"),
    )
    assert compared == [(True, True, True)]


def test_who_reads_one_month_has_no_other_multiplied_out(published: Path) -> None:
    """A year of a large bill is more than a machine holds: of bill and shares only the month is read."""
    with duckdb.connect(str(published), read_only=True) as connection:
        ((_, plan),) = connection.execute(
            "explain (format json) from focus.cost_and_usage_allocated where \"x_BillingPeriod\" = '2026-09'"
        ).fetchall()
    scans = [scan for scan in scans_of(json.loads(plan)) if re.search("read_parquet|shares|passages", scan.lower())]
    assert len(scans) > 4
    assert [scan for scan in scans if "= '2026-09'" not in scan] == []


def scans_of(nodes: list[dict]) -> list[str]:
    """What a plan reads, and where it stops to."""
    found = []
    for node in nodes:
        about = node["extra_info"]
        if "Table" in about or "Function" in about:
            found.append(f"{about.get('Table', about.get('Function'))} {about.get('Filters')}")
        found += scans_of(node["children"])
    return found
