"""Days that are not final: charges whose bill can still change, and use whose bill has not come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.dashboard import words
from orchestration.dashboard.asking import Period, last_day
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

PROVISIONAL = """
select
    sum(costs.total_cost) as amount,
    min(costs.charge_date) as first_day,
    max(costs.charge_date) as last_day,
    list(distinct costs.provider_name order by costs.provider_name) as providers
from showback.daily_costs as costs
inner join showback.provisional_days as days
    on costs.month = days.month
        and costs.charge_date = days.charge_date
        and costs.provider_name = days.provider_name
where costs.month = $month and costs.currency = $currency and costs.charge_date <= cast($until as date)
    and ($team is null or costs.team_id = $team)
having count(*) > 0
"""

# A month without any bill has no page of its own: its estimates stand on that of the last month that has.
ESTIMATES = """
select
    month,
    provider_name,
    {dimensions}
    currency,
    string_agg(distinct feed, ', ' order by feed) as feeds,
    concat(min(charge_date), ' to ', max(charge_date)) as days,
    sum(estimated_cost) as estimated_cost,
    sum(tokens_unpriced) as tokens_unpriced
from showback.estimates
where ($month is null or month = $month or ($is_newest and month > $month))
    and ($team is null or team_id = $team)
group by all
order by month, sum(estimated_cost) desc nulls last, provider_name, {dimensions} currency
"""


@dataclass(frozen=True)
class Provisional:
    """Charges of a month that can still change: how much, of which days, whose."""

    amount: Decimal
    first_day: date
    last_day: date
    providers: list[str]

    @property
    def days(self) -> str:
        """From when to when."""
        if self.first_day == self.last_day:
            return words.day_words(self.first_day)
        return f"{words.day_words(self.first_day)} to {words.day_words(self.last_day)}"


def provisional(publication: Publication, of: Period, team: str | None = None) -> Provisional | None:
    """What of a month's effective cost is on bills that can still change, by day and provider; None where none is."""
    until = last_day(of.month, of.day) if of.day else date.max
    found = publication.rows(PROVISIONAL, month=of.month, currency=of.currency, until=until, team=team)
    return Provisional(**found[0]) if found else None


def estimates(publication: Publication, of: Period | None, team: str | None = None, whose: str = "") -> Table:
    """What waits for its bill, by biller; of one team by project and stage too."""
    rows = publication.rows(
        ESTIMATES.format(dimensions="" if team is None else "project_id, lifecycle_stage,"),
        month=of and of.month,
        is_newest=of is not None and of.month == publication.newest_month,
        team=team,
    )
    of_owner = [
        Column("project_id", "Project", names=publication.projects),
        Column("lifecycle_stage", "Stage", "label"),
    ]
    return Table(
        "estimates",
        "Estimates of what is not billed yet",
        f"Use of model APIs{whose} whose bill has not come: tokens times their list prices, in the currency of those."
        " It is in no other number here, and each day goes when its bill comes. Unpriced tokens are in no amount.",
        [
            Column("month", "Month"),
            Column("provider_name", "Who will bill"),
            *([] if team is None else of_owner),
            Column("days", "Days"),
            Column("feeds", "Made from"),
            Column("estimated_cost", "Estimate", "money"),
            Column("currency", "Currency"),
            Column("tokens_unpriced", "Unpriced tokens", "number"),
        ],
        rows,
        empty="All use that was delivered has its bill.",
        has_total=len({row["currency"] for row in rows if row["currency"]}) == 1,
    )
