"""What a pool is made of and who pays, down to the deliveries: from the published tables alone.

`apportion explain` reads the warehouse, which a run must have for itself. So that a reader of the dashboard
never stands in the way of a run, this follows the same way through the marts: ledger, shares, evidence, deliveries.
"""

from __future__ import annotations

from orchestration.dashboard import words
from orchestration.dashboard.asking import Asked, Period, Unknown, currencies, period
from orchestration.dashboard.pages import Page
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table
from orchestration.explain.words import QUESTIONS, evidence

CHARGES_SHOWN = 20
FILES_SHOWN = 3

OF_POOL = "posting_period = $month and currency = $currency and pool_id = $pool"

AMOUNTS = f"""
select
    cost_component,
    provider_name,
    coalesce(
        sum(effective_cost) filter (posting_kind = 'pool_in' and team_id = $team and target_pool_id is null), 0
    ) as paid,
    coalesce(-sum(effective_cost) filter (posting_kind in ('pool_out', 'rounding')), 0) as given,
    coalesce(sum(effective_cost) filter (posting_kind = 'direct'), 0) as charged
from showback.ledger
where {OF_POOL}
group by all
order by abs(given) desc, cost_component, provider_name
"""

# A target's weights of the days of a month, added up: of an even or fixed split they say nothing more than the share.
WEIGHTS = """
select
    policy_id,
    case when rung > 0 then method || ' (fallback ' || rung || ')' else method end as method,
    drivers,
    project_id,
    lifecycle_stage,
    target_pool_id,
    count(distinct charge_date) as days,
    sum(weight) as weight,
    min(share) as lowest_share,
    max(share) as highest_share
from showback.shares
where billing_period = $month and pool_id = $pool and team_id = $team
group by all
order by weight desc, policy_id, method, project_id, lifecycle_stage, target_pool_id
"""

PASSED = """
select
    pool_id as from_pool_id,
    sum(effective_cost) as amount
from showback.ledger
where posting_period = $month and currency = $currency and posting_kind = 'pool_in' and target_pool_id = $pool
group by all
order by abs(sum(effective_cost)) desc, from_pool_id
"""

CHARGES = f"""
with

charges_totalled as (
    select
        billing_period,
        charge_group_id,
        cost_component,
        sum(effective_cost) as effective_cost
    from showback.ledger
    where {OF_POOL} and posting_kind = 'direct'
    group by all
),

charges_ranked as (
    select
        *,
        row_number() over (order by abs(effective_cost) desc, charge_group_id, cost_component) as place
    from charges_totalled
),

groups_described as (
    select
        month,
        charge_group_id,
        arg_max(struct_pack(
            feed,
            billing_account_id,
            provider_name,
            service_name,
            resource_id,
            {
    ", ".join(
        f"{question}_evidence, is_{question}_of_project, {question}_cause, has_{question}_conflict"
        for question in QUESTIONS
    )
}
        ), valid_from) as described
    from coverage.ownership
    where month in (select billing_period from charges_ranked where place <= $limit)
        and charge_group_id in (select charge_group_id from charges_ranked where place <= $limit)
    group by all
)

select
    charges_ranked.cost_component,
    charges_ranked.billing_period,
    charges_ranked.effective_cost,
    charges_ranked.place,
    sum(charges_ranked.effective_cost) over () as charged,
    groups_described.described
from charges_ranked
left join groups_described
    on charges_ranked.billing_period = groups_described.month
        and charges_ranked.charge_group_id = groups_described.charge_group_id
order by charges_ranked.place
"""

# An account of a feed in a month; a register (licenses) belongs to no month, and to no account of the bill.
DELIVERIES = """
with

accounts as (
    select distinct
        unnest($feeds) as feed,
        unnest($accounts) as account_id,
        unnest($periods) as billing_period
)

select
    deliveries.delivery_id,
    deliveries.feed,
    deliveries.account_id,
    deliveries.billing_period,
    deliveries.received_at,
    deliveries.rows,
    coalesce(list(distinct files.path order by files.path) filter (files.path is not null), []) as files
from ingestion.deliveries
inner join accounts
    on deliveries.feed = accounts.feed
        and (
            (deliveries.account_id = accounts.account_id and deliveries.billing_period = accounts.billing_period)
            or deliveries.billing_period is null
        )
left join ingestion.files
    on deliveries.delivery_id = files.delivery_id
where deliveries.status = 'current'
group by all
order by deliveries.feed, deliveries.account_id, deliveries.billing_period, deliveries.delivery_id
"""


def page(publication: Publication, asked: Asked) -> Page:
    """One pool, and one team's part of it when a team is asked for."""
    of = period(publication, asked)
    pool = asked.text("pool")
    if of is None or pool is None:
        raise Unknown("An explanation is of a pool: choose one on the page of shared costs.")
    team = asked.known("team", publication.teams)
    amounts = amounts_of(publication, of, pool, team)
    if not amounts.rows:
        raise Unknown(f"There is no pool {words.name_words(pool)} in {words.month_words(of.month)}.")
    tables = [
        amounts,
        *([weights_of(publication, of, pool, team)] if team else []),
        passed_to(publication, of, pool),
        *charges_of(publication, of, pool),
    ]
    name = publication.teams[team] if team else None
    return Page(
        f"{pool} and {name}" if name else pool,
        "explanation.html",
        tables,
        {
            "period": of,
            "currencies": currencies(publication, of.month),
            "pool": pool,
            "team": team,
            "team_name": name,
            "amounts": amounts,
            "sections": [table for table in tables if table.rows or table.key != "passed"],
        },
    )


def amounts_of(publication: Publication, of: Period, pool: str, team: str | None) -> Table:
    """The money of the pool by what it was spent on, and the team's part."""
    paid = [
        Column("paid", "Paid by the team", "money"),
        Column("part", "Part", "percent", ratio=("paid", "given")),
    ]
    return Table(
        "amounts",
        "The amount",
        f"Effective cost, {of.currency}, {words.month_words(of.month)}, as posted in showback.ledger.",
        [
            Column("cost_component", "Component", "label"),
            Column("provider_name", "Provider"),
            Column("charged", "Charged to the pool", "money"),
            Column("given", "Given by the pool", "money"),
            *(paid if team else []),
        ],
        publication.rows(AMOUNTS, month=of.month, currency=of.currency, pool=pool, team=team),
    )


def weights_of(publication: Publication, of: Period, pool: str, team: str) -> Table:
    """What the rule weighed."""
    rows = publication.rows(WEIGHTS, month=of.month, pool=pool, team=team)
    for row in rows:
        row["project_id"] = f"to pool {row['target_pool_id']}" if row["target_pool_id"] else row["project_id"]
    return Table(
        "weights",
        "The rule, and what it weighed",
        f"Days whose charges {words.month_words(of.month)} bills, also earlier ones. A weight is in the"
        " driver's own unit, a count, a share, or parts of a million of a mix, added up over the days; the shares are"
        " the lowest and the highest of a day.",
        [
            Column("policy_id", "Policy"),
            Column("method", "Method"),
            Column("drivers", "Driver"),
            Column("project_id", "Project", names=publication.projects),
            Column("lifecycle_stage", "Stage", "label"),
            Column("days", "Days", "number"),
            Column("weight", "Weight", "number"),
            Column("lowest_share", "Lowest share", "percent"),
            Column("highest_share", "Highest", "percent"),
        ],
        rows,
        empty="This team is no target of this pool in this month.",
        has_total=False,
        limit=30,
    )


def passed_to(publication: Publication, of: Period, pool: str) -> Table:
    """What other pools gave to this one."""
    rows = publication.rows(PASSED, month=of.month, currency=of.currency, pool=pool)
    for row in rows:
        row["link"] = words.link("/shared/explanation", month=of.month, currency=of.currency, pool=row["from_pool_id"])
    return Table(
        "passed",
        "Received from other pools",
        f"Effective cost, {of.currency}, {words.month_words(of.month)}.",
        [Column("from_pool_id", "From pool", link="link"), Column("amount", "Amount", "money")],
        rows,
    )


def charges_of(publication: Publication, of: Period, pool: str) -> list[Table]:
    """The largest charges in the pool, why each is there, and the deliveries that they came in."""
    found = publication.rows(CHARGES, month=of.month, currency=of.currency, pool=pool, limit=CHARGES_SHOWN)
    rows = []
    for row in found[:CHARGES_SHOWN]:
        described = (row["described"] or {}) | {"pool_id": pool}
        resource = [words.name_words(described["resource_id"])] if described.get("resource_id") else []
        source = ", ".join(
            words.name_words(described[key]) for key in ("provider_name", "service_name") if described.get(key)
        )
        rows.append(
            row
            | {
                "source": "\n".join([source, *resource]) or None,
                "evidence": evidence(described) if row["described"] else None,
                "feed": described.get("feed"),
                "account_id": described.get("billing_account_id"),
            }
        )
    rest = found[CHARGES_SHOWN:]
    if rest:
        rows.append(
            {"source": f"{len(rest):,} smaller charges", "effective_cost": sum(row["effective_cost"] for row in rest)}
            | dict.fromkeys(("cost_component", "evidence", "feed", "account_id", "described"))
        )
    charges = Table(
        "charges",
        "Largest charges in the pool",
        f"Effective cost of direct postings, {of.currency}, {words.month_words(of.month)}: what fell into the pool.",
        [
            Column("source", "Charge"),
            Column("cost_component", "Component", "label"),
            Column("evidence", "Evidence"),
            Column("feed", "Feed"),
            Column("account_id", "Account", "name"),
            Column("effective_cost", "Amount", "money", has_bar=False),
        ],
        rows,
        empty="No charge fell into this pool itself.",
    )
    return [charges, deliveries_of(publication, [row for row in rows if row["feed"]])]


def deliveries_of(publication: Publication, charges: list[dict]) -> Table:
    """The current deliveries of the accounts and months of some charges."""
    rows = publication.rows(
        DELIVERIES,
        feeds=[row["feed"] for row in charges],
        accounts=[row["account_id"] for row in charges],
        periods=[row["billing_period"] for row in charges],
    )
    for row in rows:
        more = len(row["files"]) - FILES_SHOWN
        row["paths"] = "\n".join([*row["files"][:FILES_SHOWN], *[f"and {more} more"] * (more > 0)])
        row["delivery"] = row["delivery_id"][:12]
    return Table(
        "deliveries",
        "Deliveries",
        "The current deliveries of these charges' feeds, accounts and months; each charge is in one of its account's."
        " The command apportion explain follows a single charge to its row.",
        [
            Column("delivery", "Delivery", "name"),
            Column("feed", "Feed"),
            Column("account_id", "Account", "name"),
            Column("billing_period", "Month"),
            Column("received_at", "Received", "time"),
            Column("rows", "Rows", "number"),
            Column("paths", "Files"),
        ],
        rows,
        empty="No delivery is known of these charges.",
        has_total=False,
    )
