"""What moved the cost of a team, or of all, most, and why, as far as the marts have computed it.

The rules, in this order:
- money out of a pool that another policy, method or rung split than the month before: `policy`;
- money out of a pool by the same rule: what came of a changed `share` and what of a changed `pool`, the larger first
  (whether a share moved by use or by an edited target is in no mart);
- direct cost without any in one of the months: `began` or `ended`;
- all other direct cost: `amount`. Whether it was usage, price or mix is in no mart, so it is not said.
Restatements are a table of their own: the journal has teams, not projects.
"""

from __future__ import annotations

from decimal import Decimal

from orchestration.dashboard import words
from orchestration.dashboard.asking import Period
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

BEGAN, ENDED = "began: nothing the month before", "ended: nothing this month"

DIRECT = """
select
    project_id,
    cost_component,
    provider_name,
    sum(direct_cost) filter (month = $month) as direct_cost,
    sum(direct_cost) filter (month = $before) as direct_cost_before
from costs
where cast($team as varchar) is null or team_id = $team
group by all
"""

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
        key=lambda row: (-abs(row["amount"] - row["before"]), row["what"], row["how"]),
    )
    return Table(
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
        ],
        rows,
        empty="Nothing moved."
        if of.has_before
        else f"There are no delivered costs of {words.month_words(of.before)} to compare with.",
        limit=10,
    )


def direct(publication: Publication, of: Period, team: str | None) -> list[dict]:
    """Direct cost by project, component and provider."""
    found = publication.rows(f"with {of.costs} {DIRECT}", **of.values, team=team)
    rows = []
    for row in found:
        amount, before = row["direct_cost"] or Decimal(0), row["direct_cost_before"] or Decimal(0)
        project = publication.projects.get(row["project_id"], row["project_id"])
        rows.append(
            {
                "what": f"{project}, {words.label(row['cost_component'])}",
                "how": f"direct, {row['provider_name']}",
                "amount": amount,
                "before": before,
                "why": cause_of_direct(amount, before),
            }
        )
    return rows


def cause_of_direct(amount: Decimal, before: Decimal) -> str:
    """Why direct cost moved, by the rules above."""
    if not before:
        return BEGAN
    return "amount" if amount else ENDED


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
            why = cause(now, before) if key == "received" else "amount"
            given = [month["given"] if month else Decimal(0) for month in (now, before)]
            row = {"what": pool, "how": how, "amount": amounts[0], "before": amounts[1], "why": why}
            rows.append(row | {"given": given[0], "given_before": given[1]})
    return rows


def cause(now: dict | None, before: dict | None) -> str:
    """Why a team's part of a pool moved, by the rules above."""
    if not now or not now["received"]:
        return ENDED
    if not before or not before["received"]:
        return BEGAN
    if now["rules"] != before["rules"]:
        return f"policy: {rule(before)} became {rule(now)}"
    if not now["given"] or not before["given"]:
        return "amount"
    share, share_before = now["received"] / now["given"], before["received"] / before["given"]
    by_share = (share - share_before) * now["given"]
    by_pool = share_before * (now["given"] - before["given"])
    of_share = (
        f"share: {words.change(by_share)}, from {words.percent(share_before)} to {words.percent(share)} of the pool"
    )
    of_pool = f"pool: {words.change(by_pool)}, it gave {words.money(now['given'])} after {words.money(before['given'])}"
    return "\n".join([of_share, of_pool] if abs(by_share) >= abs(by_pool) else [of_pool, of_share])


def rule(month: dict) -> str:
    """The policies and methods of a month."""
    return ", ".join(
        f"{policy} ({method}{'' if rung in (None, '0') else f', fallback {rung}'})"
        for policy, method, rung in month["rules"]
    )
