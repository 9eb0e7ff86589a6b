"""From a charge forward: to the owners of its money, in the reporting currency."""

from __future__ import annotations

from pathlib import Path

from orchestration.explain.explanation import Column, ExplainError, Explanation, Row, Section, present
from orchestration.explain.lookup import GROUP_COLUMNS, find_charge
from orchestration.explain.reading import evidence_of, fetched, join_owners, reading
from orchestration.explain.words import (
    candidate_reason,
    drivers_of,
    evidence,
    exact,
    joined,
    money,
    percent,
    policy,
    shown,
)

OWNERS = "Where it went"
CANDIDATES = "What was said of it"

# The provider's month and currency decide the rate, as for the ledger.
RATE = """
create or replace temp table rate as
select
    rates.rate,
    cast(charge.effective_cost * rates.rate as decimal(38, 12)) as amount,
    (
        select any_value(currency)
        from showback.monthly_costs
        where month = charge.billing_period
    ) as currency
from charge
inner join charges.int_charges__rates as rates
    on charge.billing_period = rates.billing_period
        and charge.billing_currency = rates.billing_currency
"""

# A license's day is one charge that several groups hold, one for each holder of its seats. Where what a commitment
# saves is spread, the use is one part, at what it would have cost, and the benefit in its pool is another.
PARTS = f"""
create or replace temp table parts as
with

license_days as (
    select
        daily.billing_period,
        daily.charge_date,
        daily.charge_group_id,
        null as benefit_pool_id,
        sum(daily.effective_cost) as effective_cost
    from charge
    inner join charges.int_charges__daily as daily
        on charge.billing_period = daily.billing_period
            and charge.charge_date = daily.charge_date
            and charge.feed = daily.feed
            and charge.resource_id = daily.resource_id
            and charge.charge_category = daily.charge_category
            and charge.delivery_id = daily.delivery_id
    where charge.feed = 'licenses' and charge.billing_account_id = 'licenses' and charge.charge_category = 'Usage'
    group by all
),

amounts as (
    select null as benefit_pool_id, coalesce(covered_cost, effective_cost) as effective_cost from charge
    union all
    select benefit_pool_id, effective_cost - covered_cost from charge where benefit_pool_id is not null
),

groups_of_one as (
    select distinct
        groups.billing_period,
        charge.charge_date,
        groups.charge_group_id,
        amounts.benefit_pool_id,
        amounts.effective_cost
    from charge
    inner join charges.int_charges__groups as groups
        on charge.billing_period = groups.billing_period
            and {" and ".join(f"charge.{name} is not distinct from groups.{name}" for name in GROUP_COLUMNS)}
    cross join amounts
    where not (charge.feed = 'licenses' and charge.billing_account_id = 'licenses' and charge.charge_category = 'Usage')
),

all_groups as (
    select * from license_days
    union all
    select * from groups_of_one
),

parts_ranked as (
    select
        *,
        row_number() over (
            order by abs(effective_cost) desc, charge_group_id, benefit_pool_id nulls first
        ) as part_number,
        cast(effective_cost * (select rate from rate) as decimal(38, 12)) as amount
    from all_groups
)

select
    parts_ranked.billing_period,
    parts_ranked.charge_date,
    parts_ranked.charge_group_id,
    parts_ranked.part_number,
    parts_ranked.benefit_pool_id,
    parts_ranked.effective_cost,
    parts_ranked.amount + case
        when parts_ranked.part_number = 1
            then (select amount from rate) - sum(parts_ranked.amount) over ()
        else 0
    end as amount,
    coalesce(parts_ranked.benefit_pool_id, owners.pool_id) as pool_id,
    case
        when parts_ranked.benefit_pool_id is null then owners.team_id
        else coalesce(pools.owner_team_id, 'unallocated')
    end as team_id,
    case when parts_ranked.benefit_pool_id is null then owners.project_id else 'unallocated' end as project_id,
    owners.lifecycle_stage,
    owners.ai_activity,
    {evidence_of("owners")}
from parts_ranked
{join_owners("parts_ranked")}
left join policy.pools as pools
    on parts_ranked.benefit_pool_id = pools.pool_id
"""

# The ledger's own splitting, on one charge: the largest part takes what rounding left.
WENT = f"""
create or replace temp table went as
with

parts_split as (
    select
        parts.part_number,
        parts.amount as whole,
        parts.pool_id,
        parts.benefit_pool_id,
        lines.via_pool_id,
        lines.policy_id,
        lines.rung,
        lines.method,
        lines.drivers,
        lines.window_days,
        lines.weight,
        lines.total_weight,
        lines.passed,
        lines.share as share_of_pool,
        coalesce(lines.team_id, parts.team_id) as team_id,
        coalesce(lines.project_id, parts.project_id) as project_id,
        coalesce(lines.lifecycle_stage, parts.lifecycle_stage) as lifecycle_stage,
        parts.ai_activity,
        {evidence_of("parts")},
        coalesce(lines.allocated_ratio, 1) as share,
        row_number() over (
            partition by parts.part_number
            order by lines.allocated_ratio desc, lines.via_pool_id, lines.team_id, lines.project_id,
                lines.lifecycle_stage
        ) = 1 as takes_remainder,
        cast(cast(parts.amount as double) * cast(lines.allocated_ratio as double) as decimal(38, 12)) as rounded_amount
    from parts
    left join showback.allocation_lines as lines
        on parts.billing_period = lines.billing_period
            and parts.charge_date = lines.charge_date
            and parts.charge_group_id = lines.charge_group_id
            and parts.pool_id = lines.pool_id
            and (parts.benefit_pool_id is null) = (lines.benefit_policy_id is null)
)

select
    * exclude (whole, takes_remainder, rounded_amount),
    cast(
        case
            when takes_remainder
                then whole - coalesce(
                    sum(case when not takes_remainder then rounded_amount end) over (partition by part_number),
                    0
                )
            else rounded_amount
        end
        as decimal(38, 12)
    ) as amount
from parts_split
"""

# What the largest part would hide by taking the remainder: a part or a share that is missing, and
# an owner that the ledger does not have.
IS_WHOLE = """
select
    (select sum(effective_cost) from parts) is not distinct from (select effective_cost from charge)
    and not exists (select 1 from went group by part_number having abs(sum(share) - 1) > 0.000000000001)
    and not exists (
        from parts
        anti join sharing.int_sharing__direct_postings as postings
            on parts.billing_period = postings.billing_period
                and parts.charge_date = postings.charge_date
                and parts.charge_group_id = postings.charge_group_id
                and parts.team_id = postings.team_id
                and parts.pool_id is not distinct from postings.pool_id
    ) as is_whole
"""

FILES_OF_CHARGE = """
select distinct path
from ingestion.files
where file_id = $file_id and delivery_id = $delivery_id
"""


# What was believed, and below it what was not.
SAID = """
select ranking.dimension, ranking.place, ranking.answer, ranking.is_pool, ranking.evidence, ranking.is_of_project,
    ranking.cause, ranking.confidence
from parts
inner join ownership.int_ownership__ranking as ranking
    on parts.billing_period = ranking.billing_period
        and parts.charge_group_id = ranking.charge_group_id
        and parts.charge_date >= ranking.valid_from
        and parts.charge_date < ranking.valid_to
where parts.benefit_pool_id is null
order by
    array_position(['team', 'project', 'lifecycle_stage', 'ai_activity'], ranking.dimension),
    parts.charge_group_id, ranking.place
"""


def explain_charge(warehouse: Path, charge_id: str) -> Explanation:
    """The owners that a charge's effective cost went to, and the delivery that it came in.

    Raises `ExplainError` when no current delivery holds it, there is no warehouse to read,
    or when the parts do not add up to the charge.
    """
    charge_id = charge_id.strip()
    with reading(warehouse) as connection:
        place = find_charge(connection, charge_id)
        for statement in (RATE, PARTS, WENT):
            connection.execute(statement)
        rates = fetched(connection, "select * from rate")
        parts = fetched(connection, "select * from parts order by abs(amount) desc, charge_group_id")
        if not rates or rates[0]["rate"] is None or not parts or any(part["team_id"] is None for part in parts):
            raise ExplainError(f"charge {shown(charge_id)} is landed but not built: run `apportion build`")
        (charge,) = fetched(connection, "select * from charge")
        (whole,) = fetched(connection, IS_WHOLE)
        (sums,) = fetched(connection, "select cast(sum(amount) as decimal(38, 12)) as total from went")
        went = fetched(connection, "select * from went order by abs(amount) desc, team_id, project_id, lifecycle_stage")
        said = fetched(connection, SAID)
        origin = []
        if place:
            file_id, source_row = place
            values = {"file_id": file_id, "delivery_id": charge["delivery_id"]}
            paths = [shown(row["path"]) for row in fetched(connection, FILES_OF_CHARGE, values)]
            origin = [*paths, f"row {source_row}"] if paths else []
    (rate,) = rates
    if sums["total"] != rate["amount"] or not whole["is_whole"]:
        raise ExplainError(
            f"charge {shown(charge_id)} of {money(rate['amount'])} {rate['currency']} is not in the ledger as it is"
            f" in its bill: build {charge['billing_period']} again"
        )
    for row in went:
        row["evidence"] = evidence(row)
        row["stage"] = f"{shown(row['lifecycle_stage'])}\n{shown(row['ai_activity'])}"
        row["way"] = "\n".join([*joined(row, "via_pool_id").splitlines(), *policy(row).splitlines(), *drivers_of(row)])
        row["made_of"] = "\n".join(made_of(row))
    for row in said:
        row["said"] = f"pool {shown(row['answer'])}" if row["is_pool"] else shown(row["answer"])
        row["reason"] = candidate_reason(row)
        row["belief"] = shown(row["confidence"]) if row["place"] == 1 else f"not believed, {shown(row['confidence'])}"
    facts = facts_of(charge, rate)
    facts += [
        ("Delivery", shown(charge["delivery_id"])),
        ("File, row", ", ".join(origin)),
        ("Charge group", "\n".join(dict.fromkeys(shown(part["charge_group_id"]) for part in parts))),
    ]
    columns = [
        Column("amount", f"Amount {rate['currency']}", "money"),
        Column("share", "Share", "share"),
        Column("team_id", "Team"),
        Column("project_id", "Project"),
        Column("stage", "Stage, activity"),
    ]
    if any(row["made_of"] for row in went):
        columns.insert(2, Column("made_of", "Which is"))
    if len(parts) == 1:
        (part,) = parts
        facts += [
            ("Owner", f"team {shown(part['team_id'])}, project {shown(part['project_id'])}"),
            ("Evidence", evidence(part)),
        ]
        if len({(row["via_pool_id"], row["policy_id"], row["rung"]) for row in went}) > 1:
            columns.append(Column("way", "Through pool, policy, method"))
        elif went[0]["policy_id"]:
            facts.append(("Policy, method", ", ".join([*policy(went[0]).splitlines(), *drivers_of(went[0])])))
        elif part["pool_id"]:
            facts.append(("Policy, method", "no target on that day, it stays with its owner"))
    else:
        columns += [Column("way", "Through pool, policy, method"), Column("evidence", "Evidence")]
    return Explanation(
        title=f"Charge {shown(charge_id)}",
        currency=rate["currency"],
        total=sums["total"],
        check="equals the charge's effective cost: yes",
        facts=[(label, value) for label, value in facts if value],
        sections=present(
            Section(OWNERS, tuple(columns), went),
            Section(
                CANDIDATES,
                (
                    Column("dimension", "Of", "name"),
                    Column("said", "Answer"),
                    Column("reason", "Evidence"),
                    Column("belief", "Confidence"),
                ),
                said,
            ),
        ),
    )


def made_of(row: Row) -> list[str]:
    """What an owner weighs of all in the pool, and how much of the charge comes to that pool from others."""
    # The weights of a mix are parts of a million, and where nothing else is told its share stands there already.
    is_mix = row["method"] in ("weighted", "tiered")
    if row["weight"] is None or (is_mix and row["passed"] == 1):
        return []
    lines = [percent(row["share_of_pool"]) if is_mix else f"{exact(row['weight'])} of {exact(row['total_weight'])}"]
    if row["passed"] != 1:
        lines.append(f"of {percent(row['passed'])} that comes there")
    return lines


def facts_of(charge: Row, rate: Row) -> list[tuple[str, str]]:
    """What the bill says of the charge, in the bill's currency, and the rate to the reporting currency."""
    billing_currency = shown(charge["billing_currency"])
    facts = [
        ("Provider, service", joined(charge, "provider_name", "service_name", by=", ")),
        ("Resource", shown(charge["resource_id"])),
        ("Description", shown(charge["charge_description"])),
        ("Category, component", f"{shown(charge['charge_category'])}, {shown(charge['cost_component'])}"),
        ("Billing period, day", f"{shown(charge['billing_period'])}, {charge['charge_date']}"),
        ("Account", shown(charge["billing_account_id"])),
        ("Tags", shown(charge["tags"])),
        ("Billed cost", f"{money(charge['billed_cost'])} {billing_currency}"),
        ("Effective cost", f"{money(charge['effective_cost'])} {billing_currency}"),
    ]
    if rate["currency"] != charge["billing_currency"]:
        facts.append(("Exchange rate", f"{money(rate['rate'])} {rate['currency']}"))
    return facts
