"""Two ledgers of the same charges compared: what moved from whom to whom, and that nothing was lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.explain.explanation import Row
from orchestration.explain.reading import fetched
from orchestration.warehouse import connect, literal, tune

# A total may differ where these do: the same charge is then worth another amount, or is counted on another bill.
RATES = {"exchange_rates", "rate_card", "resales"}

# Each question that a charge is asked, and what its answer is by: the kind of evidence, and the rule or key.
REASON = "concat_ws(' ', case when is_{0}_of_project then 'project register, by' end, {0}_evidence, {0}_cause)"
REASONS = {question: REASON.format(question) for question in ("owner", "project", "stage", "activity")}

# The benefit of a commitment that is spread is compared as its pool's: what the use costs without it comes from there.
LEDGER = f"""
with

ledger as (
    select
        *,
        posting_kind = 'direct' and policy_id is not null as is_benefit
    from sharing.int_sharing__ledger
    where {{in_months}}
),

benefits as (
    select
        billing_period,
        charge_date,
        charge_group_id,
        pool_id,
        policy_id,
        sum(effective_cost) as effective_cost
    from ledger
    where is_benefit
    group by all
),

benefits_taken as (
    select
        charges.* replace (
            'pool_in' as posting_kind,
            benefits.pool_id as pool_id,
            benefits.policy_id as policy_id,
            -benefits.effective_cost as effective_cost,
            0 as billed_cost
        )
    from benefits
    inner join ledger as charges
        on benefits.billing_period = charges.billing_period
            and benefits.charge_date = charges.charge_date
            and benefits.charge_group_id = charges.charge_group_id
            and charges.posting_kind = 'direct'
            and not charges.is_benefit
),

benefits_summed as (
    select billing_period, charge_date, charge_group_id, sum(effective_cost) as benefit_cost
    from benefits
    group by all
),

charges_whole as (
    select ledger.* replace (ledger.effective_cost + coalesce(benefits_summed.benefit_cost, 0) as effective_cost)
    from ledger
    left join benefits_summed
        on ledger.billing_period = benefits_summed.billing_period
            and ledger.charge_date = benefits_summed.charge_date
            and ledger.charge_group_id = benefits_summed.charge_group_id
    where not ledger.is_benefit
),

postings as (
    select * from charges_whole
    union all by name
    select * replace ('pool_out' as posting_kind, null as charge_group_id) from ledger where is_benefit
    union all by name
    select * replace (null as charge_group_id) from benefits_taken
),

owners as (
    select
        billing_period,
        charge_group_id,
        valid_from,
        valid_to,
        {", ".join(f"{reason} as {question}_reason" for question, reason in REASONS.items())}
    from ownership.int_ownership__owners
)

select
    postings.posting_period as month,
    postings.billing_period,
    postings.charge_date,
    postings.charge_group_id,
    postings.posting_kind,
    postings.pool_id,
    postings.team_id,
    postings.project_id,
    postings.lifecycle_stage,
    postings.ai_activity,
    postings.cost_component,
    postings.currency,
    postings.effective_cost,
    postings.billed_cost,
    owners.owner_reason,
    owners.project_reason,
    owners.stage_reason,
    owners.activity_reason,
    concat_ws(
        ' ', postings.policy_id, postings.method,
        case when postings.rung > 0 then concat('(fallback ', postings.rung, ')') end
    ) as pool_reason
from postings
left join owners
    on postings.billing_period = owners.billing_period
        and postings.charge_group_id = owners.charge_group_id
        and postings.charge_date >= owners.valid_from
        and postings.charge_date < owners.valid_to
"""

MONTHLY_COSTS = """
select
    month,
    team_id,
    project_id,
    lifecycle_stage,
    ai_activity,
    cost_component,
    provider_name,
    currency,
    total_cost,
    billed_cost,
    current_team_id
from showback.monthly_costs
where {in_months}
"""

# The last of the months that were delivered: prepaid licenses reach into months to come.
LAST_MONTHS = """
select billing_period from (
    select distinct billing_period from ingestion.deliveries
    where status = 'current' and billing_period in (select month from showback.monthly_costs)
)
order by billing_period desc
limit ?
"""


def reason_of(side: str) -> str:
    """SQL for what the answer that changed is by, on one side."""
    cases = " ".join(f"when '{question}' then charges_{side}.{question}_reason" for question in REASONS)
    return f"case question {cases} end"


# A charge of a day has one direct posting on each side: what was its owner's before is its owner's after, and what its
# amount changed by, for another rate, is counted apart. What pools give out is compared as a whole, per receiver.
CHANGES = f"""
create table changes as
with

charges_before as (
    select * from before where posting_kind = 'direct'
),

charges_after as (
    select * from after where posting_kind = 'direct'
),

charges_compared as (
    select
        coalesce(charges_after.month, charges_before.month) as month,
        coalesce(charges_after.cost_component, charges_before.cost_component) as cost_component,
        coalesce(charges_after.currency, charges_before.currency) as currency,
        charges_before.pool_id as from_pool_id,
        charges_before.team_id as from_team_id,
        charges_before.project_id as from_project_id,
        charges_before.lifecycle_stage as from_lifecycle_stage,
        charges_before.ai_activity as from_ai_activity,
        charges_after.pool_id as to_pool_id,
        charges_after.team_id as to_team_id,
        charges_after.project_id as to_project_id,
        charges_after.lifecycle_stage as to_lifecycle_stage,
        charges_after.ai_activity as to_ai_activity,
        -- The answer that changed first: who pays a charge says more than what was done with it.
        case
            when (charges_before.pool_id, charges_before.team_id)
                is distinct from (charges_after.pool_id, charges_after.team_id) then 'owner'
            when charges_before.project_id is distinct from charges_after.project_id then 'project'
            when charges_before.lifecycle_stage is distinct from charges_after.lifecycle_stage then 'stage'
            else 'activity'
        end as question,
        {reason_of("before")} as from_reason,
        {reason_of("after")} as to_reason,
        coalesce(charges_before.effective_cost, 0) as effective_cost_before,
        coalesce(charges_after.effective_cost, 0) as effective_cost_after,
        coalesce(charges_before.billed_cost, 0) as billed_cost_before,
        coalesce(charges_after.billed_cost, 0) as billed_cost_after
    from charges_before
    full outer join charges_after
        on charges_before.billing_period = charges_after.billing_period
            and charges_before.charge_date = charges_after.charge_date
            and charges_before.charge_group_id = charges_after.charge_group_id
),

moved as (
    select
        'moved' as change,
        month,
        cost_component,
        currency,
        from_pool_id,
        from_team_id,
        from_project_id,
        from_lifecycle_stage,
        case when from_ai_activity <> to_ai_activity then from_ai_activity end as from_ai_activity,
        to_pool_id,
        to_team_id,
        to_project_id,
        to_lifecycle_stage,
        case when from_ai_activity <> to_ai_activity then to_ai_activity end as to_ai_activity,
        from_reason,
        to_reason,
        sum(effective_cost_before) as total_cost,
        sum(billed_cost_before) as billed_cost
    from charges_compared
    where from_team_id is not null
        and to_team_id is not null
        and (from_pool_id, from_team_id, from_project_id, from_lifecycle_stage, from_ai_activity)
        is distinct from (to_pool_id, to_team_id, to_project_id, to_lifecycle_stage, to_ai_activity)
    group by all
),

valued_otherwise as (
    select
        'valued otherwise' as change,
        month,
        cost_component,
        currency,
        case when to_team_id is null then from_pool_id else to_pool_id end as to_pool_id,
        coalesce(to_team_id, from_team_id) as to_team_id,
        coalesce(to_project_id, from_project_id) as to_project_id,
        coalesce(to_lifecycle_stage, from_lifecycle_stage) as to_lifecycle_stage,
        sum(effective_cost_after - effective_cost_before) as total_cost,
        sum(billed_cost_after - billed_cost_before) as billed_cost
    from charges_compared
    group by all
),

shares_posted as (
    select
        *,
        pool_reason as from_reason,
        null as to_reason,
        -effective_cost as effective_cost_change,
        -billed_cost as billed_cost_change
    from before where posting_kind <> 'direct'
    union all
    select *, null, pool_reason, effective_cost, billed_cost
    from after where posting_kind <> 'direct'
),

shared_otherwise as (
    select
        case posting_kind when 'pool_out' then 'given out otherwise' else 'shared otherwise' end as change,
        month,
        cost_component,
        currency,
        pool_id as from_pool_id,
        team_id as to_team_id,
        project_id as to_project_id,
        lifecycle_stage as to_lifecycle_stage,
        string_agg(distinct from_reason, ', ' order by from_reason) as from_reason,
        string_agg(distinct to_reason, ', ' order by to_reason) as to_reason,
        sum(effective_cost_change) as total_cost,
        sum(billed_cost_change) as billed_cost
    from shares_posted
    group by all
)

select * from moved where total_cost <> 0 or billed_cost <> 0
union all by name
select * from shared_otherwise where total_cost <> 0 or billed_cost <> 0
union all by name
select * from valued_otherwise where total_cost <> 0 or billed_cost <> 0
"""

NET = """
with

both_sides as (
    select *, total_cost as before, 0 as after, -billed_cost as billed_cost_change from costs_before
    union all by name
    select *, 0 as before, total_cost as after, billed_cost as billed_cost_change from costs_after
)

select
    month,
    {columns}
    currency,
    sum(before) as before,
    sum(after) as after,
    sum(after) - sum(before) as total_cost_change,
    sum(billed_cost_change) as billed_cost_change
from both_sides
group by all
"""

CHANGED = "having total_cost_change <> 0 or billed_cost_change <> 0 order by all"
OWNERS = NET.format(columns="team_id, project_id, lifecycle_stage, cost_component,") + CHANGED
TEAMS = NET.format(columns="team_id,") + CHANGED
TOTALS = NET.format(columns="") + "order by all"


# What keeps its owner of the day, and has another one in the organization of today.
TODAY = """
select
    'today' as change,
    month,
    cost_component,
    currency,
    costs_before.current_team_id as from_team_id,
    project_id as from_project_id,
    lifecycle_stage as from_lifecycle_stage,
    costs_after.current_team_id as to_team_id,
    project_id as to_project_id,
    lifecycle_stage as to_lifecycle_stage,
    sum(costs_before.total_cost) as total_cost,
    sum(costs_before.billed_cost) as billed_cost
from costs_before
inner join costs_after using (
    month, team_id, project_id, lifecycle_stage, ai_activity, cost_component, provider_name, currency
)
where costs_before.current_team_id <> costs_after.current_team_id
group by all
having sum(costs_before.total_cost) <> 0 or sum(costs_before.billed_cost) <> 0
order by all
"""

# What is written, by name; each as CSV and as Parquet.
WRITTEN = {
    "changes": "select * from changes union all by name select * from today order by all",
    "gains_and_losses": OWNERS,
    "totals": TOTALS,
}


@dataclass(frozen=True)
class Difference:
    """The changed files with their lines gone and new, each change of money, and what it comes to.

    `changes`: `moved` from one owner to another, `given out otherwise` and `shared otherwise` by a pool
    (`from_pool_id`), `valued otherwise` by a rate or a resale, each with what decided before (`from_reason`: the kind
    of evidence and its rule or key, or the pool's policy) and decides now (`to_reason`); together they are what each
    team's cost changes by (`teams`; `owners` by team, project, stage and component). `totals`: of every month and
    currency. `today`: what stays with its team, and moves from one `current_team_id` to another.
    """

    changed: dict[str, tuple[int, int]]
    notes: list[str]
    changes: list[Row] = field(default_factory=list)
    owners: list[Row] = field(default_factory=list)
    teams: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    today: list[Row] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Row]:
        """The changes of some kinds."""
        return [row for row in self.changes if row["change"] in kinds]

    @property
    def unequal(self) -> list[Row]:
        """The months whose totals are not those of before."""
        return [row for row in self.totals if row["total_cost_change"] or row["billed_cost_change"]]

    @property
    def unexplained(self) -> list[Row]:
        """Those of them that other rates do not make unequal by just so much. There are none, or a dollar is lost."""
        return [row for row in self.unequal if not RATES & self.changed.keys() or self.rest(row) != (0, 0)]

    def rest(self, total: Row) -> tuple[Decimal, Decimal]:
        """What other rates leave of the change of a total, in effective and in billed cost."""
        rows = [
            row
            for row in self.of("valued otherwise")
            if (row["month"], row["currency"]) == (total["month"], total["currency"])
        ]
        return (
            total["total_cost_change"] - sum(row["total_cost"] for row in rows),
            total["billed_cost_change"] - sum(row["billed_cost"] for row in rows),
        )


def compared(
    before: Path,
    after: Path,
    scratch: Path,
    changed: dict[str, tuple[int, int]],
    notes: list[str],
    months: list[str],
    to: Path | None,
) -> Difference:
    """The difference of two warehouses that are built from the same charges, in some months or (none named) in all.

    Writes its tables to the folder `to`, when one is named.
    """
    in_months = f"{{0}} in ({', '.join(map(literal, months))})" if months else "true"
    with duckdb.connect() as connection:
        tune(connection)
        for side, warehouse in (("before", before), ("after", after)):
            # Its views name their own database, so each side is opened by itself.
            with connect(warehouse, read_only=True) as built:
                for name, query, column in (
                    (side, LEDGER, "posting_period"),
                    (f"costs_{side}", MONTHLY_COSTS, "month"),
                ):
                    file = literal(scratch / f"{name}.parquet")
                    built.execute(
                        f"copy ({query.format(in_months=in_months.format(column))}) to {file} (format parquet)"
                    )
                    connection.execute(f"create view {name} as select * from read_parquet({file})")
        connection.execute(CHANGES)
        connection.execute(f"create table today as {TODAY}")
        if to is not None:
            write(connection, to)
        return Difference(
            changed,
            notes,
            changes=fetched(connection, "select * from changes order by all"),
            owners=fetched(connection, OWNERS),
            teams=fetched(connection, TEAMS),
            totals=fetched(connection, TOTALS),
            today=fetched(connection, "from today order by all"),
        )


def write(connection: duckdb.DuckDBPyConnection, to: Path) -> None:
    """Every change, who gains and loses by it, and the totals, with all decimals."""
    to.mkdir(parents=True, exist_ok=True)
    for name, query in WRITTEN.items():
        for form, options in (("csv", "format csv, header"), ("parquet", "format parquet")):
            connection.execute(f"copy ({query}) to {literal(to / f'{name}.{form}')} ({options})")
