"""The truth adds up to the exports, and the policy finds it wherever it can be found."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

BILL_MONEY = """
select
    strftime(BillingPeriodStart, '%Y-%m') as month,
    cast(ChargePeriodStart as date) as charge_date,
    provider as provider_name,
    BillingCurrency as billing_currency,
    case
        when ServiceCategory = 'Compute' then 'compute'
        when ServiceCategory in ('Storage', 'Databases') then 'storage'
        when ServiceCategory = 'Networking' then 'network'
        when ServiceCategory <> 'AI and Machine Learning' then 'other'
        when ConsumedUnit ilike '%token%' or PricingUnit ilike '%token%' then 'model_api'
        else 'compute'
    end as cost_component,
    sum(BilledCost) as billed_cost,
    sum(EffectiveCost) as effective_cost
from bills
group by all
"""

# A second reading of the policy, written for these tests only: tags first, then rules.
RESOLVED = """
create table resolved as
with

charges as (
    select row_number() over () as charge_no, * from bills
),

tags_listed as (
    select
        charge_no,
        tag_keys.dimension,
        min_by(json_extract_string(Tags, '$."' || tag.key || '"'), tag_keys.priority) as stated
    from charges, lateral (select unnest(json_keys(Tags)) as key) as tag
    inner join tag_keys on fold(tag.key) = fold(tag_keys.tag_key)
    where json_extract_string(Tags, '$."' || tag.key || '"') <> ''
    group by all
),

tags_meant as (
    select
        charge_no,
        tags_listed.dimension,
        coalesce(tag_values.canonical_value, teams.team_id, projects.project_id, stated) as meant
    from tags_listed
    left join tag_values
        on tags_listed.dimension = tag_values.dimension and fold(stated) = fold(tag_value)
    left join teams on tags_listed.dimension = 'team' and fold(stated) = fold(teams.team_id)
    left join projects
        on tags_listed.dimension = 'project' and fold(stated) = fold(projects.project_id)
),

tagged as (
    select
        charge_no,
        max(meant) filter (dimension = 'team') as team_id,
        max(meant) filter (dimension = 'project') as project_id,
        max(meant) filter (dimension = 'lifecycle_stage') as lifecycle_stage
    from tags_meant
    group by all
),

ruled as (
    select charge_no, min_by(rules, rules.priority) as rule
    from charges
    inner join rules
        on coalesce(rules.feed, 'focus') = 'focus'
            and cast(ChargePeriodStart as date) >= coalesce(rules.valid_from, date '0001-01-01')
            and cast(ChargePeriodStart as date) < coalesce(rules.valid_to, date '9999-12-31')
    where matches(
        case rules.field
            when 'account' then BillingAccountId
            when 'sub_account' then SubAccountId
            when 'service' then ServiceName
            when 'resource' then ResourceId
            when 'region' then RegionId
            when 'charge_category' then ChargeCategory
        end,
        rules.operator,
        rules.pattern
    )
    group by all
)

select
    strftime(BillingPeriodStart, '%Y-%m') as month,
    provider as provider_name,
    coalesce(tagged.team_id, projects.team_id, rule.team_id, pools.owner_team_id) as team_id,
    coalesce(tagged.project_id, rule.project_id) as project_id,
    coalesce(tagged.lifecycle_stage, rule.lifecycle_stage, 'unknown') as lifecycle_stage,
    case
        when coalesce(tagged.team_id, projects.team_id) is not null then 'tagged'
        when rule.pool_id is not null then 'pool:' || rule.pool_id
        when rule.team_id is not null then 'rule'
        when Tags like '%namespace%' then 'linked'
        else 'untagged'
    end as attribution,
    sum(BilledCost) as billed_cost,
    sum(EffectiveCost) as effective_cost
from charges
left join tagged using (charge_no)
left join ruled using (charge_no)
left join projects on tagged.project_id = projects.project_id
left join pools on rule.pool_id = pools.pool_id
group by all
"""

MACROS = """
create macro fold(word) as lower(regexp_replace(word, '[^A-Za-z0-9]', '', 'g'));
create macro matches(word, operator, pattern) as case operator
    when 'equals' then word = pattern
    when 'like' then word like pattern
    else regexp_matches(word, pattern)
end;
"""


@pytest.fixture(scope="module")
def resolved(books: duckdb.DuckDBPyConnection, company: Path) -> duckdb.DuckDBPyConnection:
    """The books with `resolved`: the money by owner, as tags and policy tell it."""
    books.execute(MACROS)
    for table in ("tag_keys", "tag_values", "teams", "projects", "pools"):
        books.execute(f"create table {table} as from '{company}/policy/{table}.csv'")
    books.execute(
        f"create table rules as from read_csv('{company}/policy/ownership_rules.csv',"
        " types = {'pattern': 'varchar', 'valid_from': 'date', 'valid_to': 'date'})"
    )
    books.execute(RESOLVED)
    return books


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return connection.sql(query).fetchall()


def test_the_truth_is_the_bills_to_the_last_decimal(books: duckdb.DuckDBPyConnection):
    """By month, day, provider, currency and component; of the restated month too."""
    truth = """
        select month, charge_date, provider_name, billing_currency, cost_component,
            sum(billed_cost) as billed_cost, sum(effective_cost) as effective_cost
        from truth_of_bills
        where cost_component not in ('licenses', 'people')
        group by all
    """
    assert rows(books, f"({truth}) except ({BILL_MONEY})") == []
    assert rows(books, f"({BILL_MONEY}) except ({truth})") == []


def test_tags_and_rules_lead_to_the_real_owner(resolved: duckdb.DuckDBPyConnection):
    """Where the bill says enough, the policy must not say something else than the truth."""
    columns = "month, provider_name, team_id, project_id, lifecycle_stage, attribution"
    truth = f"""
        select {columns}, sum(billed_cost), sum(effective_cost) from truth_of_bills
        where attribution in ('tagged', 'rule') group by all
    """
    found = f"select {columns}, billed_cost, effective_cost from resolved"
    found += " where attribution in ('tagged', 'rule')"
    assert rows(resolved, f"({truth}) except ({found})") == []
    assert rows(resolved, f"({found}) except ({truth})") == []


def test_pools_and_the_unallocated_hold_what_nobody_is_named_for(
    resolved: duckdb.DuckDBPyConnection,
):
    """What the truth calls untagged is found by no tag and no rule; pools by one each."""
    money = "attribution, month, provider_name, sum(billed_cost), sum(effective_cost)"
    where = "where (attribution = 'untagged' or attribution like 'pool:%')"
    bills_only = f"{where} and cost_component <> 'licenses'"
    truth = f"select {money} from truth_of_bills {bills_only} group by all"
    found = f"select {money} from resolved {where} group by all"
    assert rows(resolved, f"({truth}) except ({found})") == []
    assert rows(resolved, f"({found}) except ({truth})") == []


def test_about_a_twentieth_of_the_money_is_untagged(books: duckdb.DuckDBPyConnection):
    untagged, total = rows(
        books,
        """
        select sum(effective_cost) filter (attribution = 'untagged'), sum(effective_cost)
        from truth where cost_component not in ('licenses', 'people')
        """,
    )[0]
    assert 0.03 < untagged / total < 0.08


def test_the_company_is_large_enough(books: duckdb.DuckDBPyConnection):
    teams, projects, stages, components = rows(
        books,
        """
        select count(distinct team_id), count(distinct project_id),
            count(distinct lifecycle_stage) filter (lifecycle_stage <> 'unknown'),
            count(distinct cost_component)
        from truth
        """,
    )[0]
    assert (teams >= 8, projects >= 20, stages, components) == (True, True, 3, 7)


def test_the_truth_has_one_row_per_owner_and_day(books: duckdb.DuckDBPyConnection):
    repeated = rows(
        books,
        """
        select feed, month, charge_date, team_id, project_id, lifecycle_stage, attribution,
            cost_component, provider_name, billing_currency, resource_id
        from truth where billed_cost = 0 or cost_component <> 'licenses'
        group by all having count(*) > 1
        """,
    )
    assert repeated == []


def test_totals_are_the_truth_by_feed_month_and_provider(books: duckdb.DuckDBPyConnection, company: Path):
    with (company / "truth" / "totals.csv").open(newline="") as file:
        totals = {
            (row["feed"], row["month"], row["provider_name"], row["billing_currency"]): (
                Decimal(row["billed_cost"]),
                Decimal(row["effective_cost"]),
            )
            for row in csv.DictReader(file)
        }
    truth = rows(
        books,
        """
        select feed, month, provider_name, billing_currency, sum(billed_cost), sum(effective_cost)
        from truth group by all
        """,
    )
    assert totals == {row[:4]: row[4:] for row in truth}


def test_totals_count_the_charges(books: duckdb.DuckDBPyConnection, company: Path):
    counted = rows(
        books,
        f"""
        select month, provider_name, charges from '{company}/truth/totals.csv'
        where feed = 'focus'
        """,
    )
    billed = rows(
        books,
        "select strftime(BillingPeriodStart, '%Y-%m'), provider, count(*) from bills group by all",
    )
    assert sorted(counted) == sorted(billed)


def test_callers_pay_the_endpoint_in_full(books: duckdb.DuckDBPyConnection, company: Path):
    """On days without a call too: by the calls of the week before."""
    paid = f"""
        select charge_date, round(sum(effective_cost), 6) from '{company / "truth" / "endpoint_costs.parquet"}'
        group by all
    """
    charged = """
        select charge_date, round(sum(effective_cost), 6) from truth where attribution = 'pool:model_endpoint'
        group by all
    """
    assert rows(books, f"({charged}) except ({paid})") == rows(books, f"({paid}) except ({charged})") == []
