"""Shared costs: each pool, who pays what of it, and by which rule."""

from __future__ import annotations

from orchestration.dashboard import words
from orchestration.dashboard.asking import Asked, Period, currencies, period
from orchestration.dashboard.pages import Page
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

# What a pool has: charges that fell into it, and what other pools gave it. What no rule splits stays with its owner.
POOLS = """
with

postings as (
    select *
    from showback.ledger
    where posting_period = $month and currency = $currency and pool_id is not null
),

received_from_pools as (
    select
        target_pool_id as pool_id,
        sum(effective_cost) as received
    from postings
    where posting_kind = 'pool_in' and target_pool_id is not null
    group by all
),

pools_totalled as (
    select
        pool_id,
        coalesce(sum(effective_cost) filter (posting_kind = 'direct'), 0) as charged,
        coalesce(-sum(effective_cost) filter (posting_kind in ('pool_out', 'rounding')), 0) as given,
        coalesce(
            any_value(team_id) filter (posting_kind = 'pool_out'), any_value(team_id) filter (posting_kind = 'direct')
        ) as owner_team_id,
        count(distinct team_id) filter (posting_kind = 'pool_in' and target_pool_id is null) as payers
    from postings
    group by all
)

select
    pools_totalled.*,
    coalesce(received_from_pools.received, 0) as received,
    pools_totalled.charged + coalesce(received_from_pools.received, 0) - pools_totalled.given as kept
from pools_totalled
left join received_from_pools
    on pools_totalled.pool_id = received_from_pools.pool_id
order by abs(pools_totalled.charged) desc, pools_totalled.pool_id
"""

PAYERS = """
select
    pool_id,
    case when target_pool_id is null then team_id end as team_id,
    target_pool_id,
    sum(effective_cost) as paid
from showback.ledger
where posting_period = $month and currency = $currency and posting_kind = 'pool_in'
group by all
order by abs(sum(effective_cost)) desc, pool_id, team_id, target_pool_id
"""

RULES = """
select
    pool_id,
    policy_id,
    method,
    rung,
    drivers,
    window_days,
    min(charge_date) as first_day,
    max(charge_date) as last_day,
    count(distinct charge_date) as days,
    string_agg(distinct nullif(split_stage, ''), ', ' order by nullif(split_stage, '')) as stages
from showback.shares
where billing_period = $month
group by all
order by pool_id, first_day, policy_id, rung
"""


def page(publication: Publication, asked: Asked) -> Page:
    """All pools of a month."""
    of = period(publication, asked)
    if of is None:
        return Page("Shared costs", "shared.html", shows={"period": None})
    pools = pools_of(publication, of)
    paid = publication.rows(PAYERS, month=of.month, currency=of.currency)
    for row in paid:
        row["payer"] = row["team_id"] or f"pool {row['target_pool_id']}"
        row["link"] = words.link(
            "/shared/explanation",
            month=of.month,
            currency=of.currency,
            pool=row["target_pool_id"] or row["pool_id"],
            team=row["team_id"],
        )
    payers = [
        payers_of(of, pool["pool_id"], [row for row in paid if row["pool_id"] == pool["pool_id"]], publication.teams)
        for pool in pools.rows
    ]
    return Page(
        "Shared costs",
        "shared.html",
        [pools, rules_of(publication, of), *payers],
        {
            "period": of,
            "currencies": currencies(publication, of.month),
            "pools": pools,
            "rules": rules_of(publication, of),
            "payers": [table for table in payers if table.rows],
        },
    )


def pools_of(publication: Publication, of: Period) -> Table:
    """What each pool has, gives and keeps."""
    rows = publication.rows(POOLS, month=of.month, currency=of.currency)
    for row in rows:
        row["link"] = words.link("/shared/explanation", month=of.month, currency=of.currency, pool=row["pool_id"])
    return Table(
        "pools",
        "Pools",
        f"Effective cost, {of.currency}, {words.month_words(of.month)}. Charged: what fell into the pool itself."
        " Kept: charged and received less given; what no rule found a target for on its day stays with the owner,"
        " and a refund of such a day is below zero.",
        [
            Column("pool_id", "Pool", link="link"),
            Column("owner_team_id", "Owner", names=publication.teams),
            Column("charged", "Charged", "money", has_bar=True),
            Column("received", "Received from pools", "money"),
            Column("given", "Given", "money"),
            Column("kept", "Kept by the owner", "money"),
            Column("payers", "Payers", "number"),
        ],
        rows,
        empty=f"Nothing was shared in {words.month_words(of.month)}: no charge fell into a pool.",
        # What goes from pool to pool is in several of them.
        has_total=False,
    )


def rules_of(publication: Publication, of: Period) -> Table:
    """By which rule each pool was split, and on how many days."""
    rows = publication.rows(RULES, month=of.month)
    for row in rows:
        row["method"] = f"{row['method']} (fallback {row['rung']})" if row["rung"] else row["method"]
        row["weighed"] = weighed(row)
        row["on"] = f"{row['days']}, from {words.day_words(row['first_day'])} to {words.day_words(row['last_day'])}"
    return Table(
        "rules",
        "Rules",
        f"The rules that split pools on the days whose charges {words.month_words(of.month)} bills, also earlier ones."
        " A fallback is taken where the policy's own method found nothing to weigh.",
        [
            Column("pool_id", "Pool"),
            Column("policy_id", "Policy"),
            Column("method", "Method"),
            Column("weighed", "Weighs"),
            Column("stages", "Stages split apart", "label"),
            Column("on", "Days"),
        ],
        rows,
        empty=f"No pool was split in {words.month_words(of.month)}.",
        has_total=False,
    )


def weighed(row: dict) -> str | None:
    """What a rule weighs, and over how many days."""
    what = row["drivers"] or {"proportional": "direct cost of the same day", "even": "each alike"}.get(row["method"])
    days = row["window_days"] or 1
    return f"{what}, over {days} days" if what and days > 1 else what


def payers_of(of: Period, pool: str, rows: list[dict], names: dict[str, str]) -> Table:
    """Who pays what of one pool."""
    return Table(
        f"payers-{pool}",
        words.name_words(pool),
        f"Who pays what of this pool: effective cost, {of.currency}, {words.month_words(of.month)}. A payer"
        " leads to the explanation.",
        [
            Column("payer", "Payer", link="link", names=names),
            Column("paid", "Pays", "money", has_bar=True),
            Column("part", "Part", "percent", part_of="paid"),
        ],
        rows,
        empty="Nobody pays: no rule found a target, and the money stays with the owner.",
    )
