"""What moved the cost of a team, or of all, most, and why, as far as the marts have computed it.

The rules, in this order:
- direct cost that another owner has than the month before though its charges say the same: `policy`, and what is left
  is compared as if it had been its new owner's before;
- direct cost that a bill charges for days before its month, corrections and late use: `restatement`;
- what is there in one of the months alone: `new` or `gone`;
- direct cost whose bill says how much was used: what came of `usage`, of `price` and of the `mix` of SKUs, the largest
  first, as showback.movers has them; all other direct cost is `not measured`;
- money out of a pool that another policy, method or rung split than the month before: `policy`;
- money out of a pool by the same rule: what came of a changed `share` and what of a changed `pool`, the larger first
  (whether a share moved by use or by an edited target is in no mart).
The parts are the whole change of the months as they stand. By how much a month was restated since it was first whole
is said beside them, for it is in them already.
"""

from __future__ import annotations

from decimal import Decimal

from orchestration.dashboard import words
from orchestration.dashboard.asking import Period
from orchestration.dashboard.cents import cents, rounded
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

# A word for what moved it, how much of the change that is where it can be a part, and what is behind it.
Cause = tuple[str, Decimal | None, str]

NEW: Cause = ("new", None, "nothing the month before")
GONE: Cause = ("gone", None, "nothing this month")
NOT_MEASURED: Cause = ("not measured", None, "the bill says no quantity above zero of both months")
NOT_MEASURED_POOL: Cause = ("not measured", None, "the pool gave nothing in all in one of the months")
GIVEN: Cause = ("pool", None, "another amount was charged to it and split")

DIRECT = """
select
    team_id,
    project_id,
    cost_component,
    provider_name,
    service_name,
    consumed_unit,
    direct_cost_before as before,
    direct_cost as amount,
    quantity_before,
    quantity,
    usage_change,
    price_change,
    mix_change,
    new_change,
    gone_change,
    unmeasured_change,
    policy_change,
    policy_reasons,
    restatement_change,
    restated_before,
    restated
from showback.movers
where month = $month and currency = $currency and ($team is null or team_id = $team)
"""

# What came of what, as showback.movers names it.
CHANGES = ("usage", "price", "mix", "new", "gone", "unmeasured", "policy", "restatement")

# By how much the two months are other than when they were first whole.
RESTATED = ("restated_before", "restated")

POOLS = """
select
    pool_id,
    posting_period as month,
    coalesce(sum(effective_cost) filter (posting_kind = 'pool_in' and team_id = $team), 0) as received,
    -coalesce(sum(effective_cost) filter (posting_kind = 'pool_out'), 0) as given,
    coalesce(sum(effective_cost) filter (posting_kind <> 'pool_in' and team_id = $team), 0) as given_here,
    list(distinct [policy_id, method, cast(rung as varchar)] order by [policy_id, method, cast(rung as varchar)])
        filter (posting_kind = 'pool_in' and team_id = $team) as rules
from showback.ledger
where posting_period in ($month, $before) and currency = $currency and pool_id is not null
    and posting_kind <> 'direct'
    and ($until is null or charge_date <= case when posting_period = $month then $until else $before_until end)
group by all
"""


def movers(publication: Publication, of: Period, team: str | None, whose: str) -> Table:
    """The changes of a team's cost, largest first. Of all teams only the direct: pools move money between teams."""
    rows = direct(publication, of, team) if of.has_before else []
    rows += pooled(publication, of, team) if of.has_before and team is not None else []
    rows = sorted(
        (row for row in rows if row["amount"] != row["before"]),
        key=lambda row: (-abs(row["amount"] - row["before"]), row["what"], row["how"], row.get("consumed_unit") or ""),
    )
    table = Table(
        "movers",
        "What moved most",
        f"Changes of effective cost{whose}, {of.currency}, {of.says} against {of.says_before}.",
        [
            Column("what", "What"),
            Column("how", "Cost"),
            Column("before", words.month_words(of.before), "money"),
            Column("amount", words.month_words(of.month), "money"),
            Column("change", "Change", "change", minus=("amount", "before")),
            Column("why", "Why"),
            Column("consumed_unit", "Unit", is_shown=False),
            Column("quantity_before", "Quantity before", "number", is_shown=False),
            Column("quantity", "Quantity", "number", is_shown=False),
            *(Column(f"{name}_change", name.capitalize(), "exact", is_shown=False) for name in CHANGES),
            *(Column(name, name.replace("_", " ").capitalize(), "exact", is_shown=False) for name in RESTATED),
        ],
        rows,
        empty="Nothing moved."
        if of.has_before
        else f"There are no delivered costs of {words.month_words(of.before)} to compare with.",
        limit=10,
    )
    for row in table.rows:
        row["why"] = "\n".join([*said(row["causes"], row["shown"]["change"]), *restated(of, row)])
    return table


def said(causes: list[Cause], change: Decimal) -> list[str]:
    """The causes of a change, the largest first, in cents that add up to it."""
    parts = [amount for _, amount, _ in causes if amount is not None]
    if not parts or causes[1:] == []:
        return [f"{cause}: {behind}" for cause, _, behind in causes]
    shown = cents(parts)
    by_size = sorted(range(len(parts)), key=lambda place: -abs(parts[place]))
    # The row itself may be a cent off, so that its table adds up.
    shown[by_size[0]] += change - sum(shown, Decimal(0))
    told = [place for place in by_size if shown[place]] or by_size[:1]
    return [f"{causes[place][0]}: {words.change(shown[place])}, {causes[place][2]}" for place in told]


def direct(publication: Publication, of: Period, team: str | None) -> list[dict]:
    """Direct cost by project, component, provider, service and unit; of all teams by team too."""
    rows = publication.rows(DIRECT, month=of.month, currency=of.currency, team=team)
    for row in rows:
        project = publication.projects.get(row["project_id"], row["project_id"])
        row["what"] = f"{project}, {words.label(row['cost_component'])}"
        if team is None:
            row["what"] = f"{publication.teams.get(row['team_id'], row['team_id'])}: {row['what']}"
        service = row["service_name"]
        row["how"] = f"direct, {service} ({row['provider_name']})" if service else f"direct, {row['provider_name']}"
        # Credits, taxes and fees beside the use of the same service.
        row["how"] += "" if row["consumed_unit"] else ", without a quantity"
        row["causes"] = causes_of_direct(row)
    return rows


def causes_of_direct(row: dict) -> list[Cause]:
    """Why direct cost moved, by the rules above."""
    whole = {"new_change": NEW, "gone_change": GONE, "unmeasured_change": NOT_MEASURED}
    causes = [(word, row[name], behind) for name, (word, _, behind) in whole.items() if row[name] is not None]
    if row["usage_change"] is not None:
        unit = words.name_words(row["consumed_unit"])
        used = f"from {words.number(row['quantity_before'])} to {words.number(row['quantity'])} {unit}"
        causes = [
            ("usage", row["usage_change"], used),
            ("price", row["price_change"], "the same SKUs at other prices"),
            ("mix", row["mix_change"], "other SKUs or in other proportions"),
        ]
    if row["policy_change"] is not None:
        causes.append(("policy", row["policy_change"], words.name_words(row["policy_reasons"])))
    if row["restatement_change"] is not None:
        causes.append(("restatement", row["restatement_change"], "on the bills of these months for days before them"))
    return causes


def restated(of: Period, row: dict) -> list[str]:
    """By how much either month is other than when it was first whole: no part of the change, but of its parts."""
    parts = ((of.before, row.get("restated_before")), (of.month, row.get("restated")))
    return [
        f"restated: {words.month_words(month)} by {words.change(amount)} since it was first whole, in the parts above"
        for month, amount in parts
        if amount and rounded(amount)
    ]


def pooled(publication: Publication, of: Period, team: str) -> list[dict]:
    """Cost out of pools, and what the team's own pools gave away."""
    values = {"until": None, "before_until": None} | of.values
    pools: dict[str, dict[str, dict]] = {}
    for row in publication.rows(POOLS, **values, team=team):
        pools.setdefault(row["pool_id"], {})[row["month"]] = row
    rows = []
    for pool, months in pools.items():
        now, before = months.get(of.month), months.get(of.before)
        for key, how in (("received", "shared, from a pool"), ("given_here", "given away by its own pool")):
            amounts = [month[key] if month else Decimal(0) for month in (now, before)]
            causes = causes_of_pool(now, before) if key == "received" else [GIVEN]
            given = [month["given"] if month else Decimal(0) for month in (now, before)]
            row = {"what": pool, "how": how, "amount": amounts[0], "before": amounts[1], "causes": causes}
            rows.append(row | {"given": given[0], "given_before": given[1]})
    return rows


def causes_of_pool(now: dict | None, before: dict | None) -> list[Cause]:
    """Why a team's part of a pool moved, by the rules above."""
    if not now or not now["received"]:
        return [GONE]
    if not before or not before["received"]:
        return [NEW]
    if now["rules"] != before["rules"]:
        return [("policy", None, f"{rule(before)} became {rule(now)}")]
    if not now["given"] or not before["given"]:
        return [NOT_MEASURED_POOL]
    share, share_before = now["received"] / now["given"], before["received"] / before["given"]
    by_pool = share_before * (now["given"] - before["given"])
    by_share = now["received"] - before["received"] - by_pool
    return [
        ("share", by_share, f"from {words.percent(share_before)} to {words.percent(share)} of the pool"),
        ("pool", by_pool, f"it gave {words.money(now['given'])} after {words.money(before['given'])}"),
    ]


def rule(month: dict) -> str:
    """The policies and methods of a month."""
    return ", ".join(
        f"{policy} ({method}{'' if rung in (None, '0') else f', fallback {rung}'})"
        for policy, method, rung in month["rules"]
    )
