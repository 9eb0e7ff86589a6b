"""Trust: does it tie out, what was promised and kept, what arrived, what changed later, what was refused."""

from __future__ import annotations

import json

from orchestration.dashboard import words
from orchestration.dashboard.asking import Asked, period
from orchestration.dashboard.pages import Page
from orchestration.dashboard.publication import Publication
from orchestration.dashboard.tables import Column, Table

TIE_OUTS = """
select
    feed,
    account,
    currency,
    raw,
    charges,
    ledger,
    difference
from reconciliation.raw_vs_ledger
where month = $month
order by difference <> 0 desc, abs(raw) desc, feed, account, currency
"""

ALL_TIE_OUTS = """
select
    count(*) as compared,
    count(*) filter (difference <> 0) as differing
from reconciliation.raw_vs_ledger
"""

LAST_CHECKS = """
with

checks_ranked as (
    select
        *,
        row_number() over (
            partition by door, suite, batch, relation, promise
            order by checked_at desc
        ) = 1 as is_last
    from reconciliation.checks
)
"""

CHECKS = f"""
{LAST_CHECKS}

select
    door,
    suite,
    count(distinct batch) as batches,
    count(*) as promises,
    count(*) filter (not is_kept) as broken,
    max(checked_at) as checked_at
from checks_ranked
where is_last
group by all
order by broken desc, door desc, suite
"""

BROKEN = f"""
{LAST_CHECKS}

select
    checked_at,
    suite,
    batch,
    promise,
    observed,
    unexpected_count,
    examples
from checks_ranked
where is_last and not is_kept
order by checked_at desc, suite, batch, promise
"""

DELIVERIES = """
select
    feed,
    account_id,
    billing_period,
    status,
    received_at,
    files,
    rows,
    case when currency is not null then billed_cost end as billed_cost,
    currency
from ingestion.deliveries
where billing_period = $month or billing_period is null
order by billing_period is null, received_at desc, feed, account_id, delivery_id
"""

HELD = """
select
    received_at,
    feed,
    account_id,
    billing_period,
    status,
    reason
from ingestion.deliveries
where status in ('quarantined', 'incomplete')
order by received_at desc, feed, account_id
"""

RESTATED = """
select
    restated_at,
    month,
    team_id,
    currency,
    total_cost_before,
    total_cost,
    total_cost_change,
    billed_cost_change
from reconciliation.restatements
order by restated_at desc, month desc, abs(total_cost_change) desc, team_id
"""

REPORTS = """
select
    feed,
    account,
    currency,
    report_cost,
    bill_currency,
    bill_cost,
    counted,
    decided_by
from reconciliation.reports_vs_bill
where month = $month
order by feed, account, currency
"""


def page(publication: Publication, asked: Asked) -> Page:
    """All that says whether the numbers can be trusted; also where there are no costs yet."""
    of = period(publication, asked)
    tables = {
        "broken": broken(publication),
        "held": held(publication),
        "checks": checks(publication),
        "restatements": restatements(publication),
    }
    if of is not None:
        tables |= {
            "tie_outs": tie_outs(publication, of.month),
            "reports": reports(publication, of.month),
            "deliveries": deliveries(publication, of.month),
        }
    return Page(
        "Trust",
        "trust.html",
        list(tables.values()),
        {
            "period": of,
            "tables": tables,
            "tied": publication.one(ALL_TIE_OUTS),
            "has_quality_pages": (publication.folder.parent / "data_quality" / "index.html").is_file(),
        },
    )


def tie_outs(publication: Publication, month: str) -> Table:
    """Landed, charges, ledger: to the last decimal."""
    return Table(
        "tie_outs",
        "Tie-outs",
        f"Billed cost of {words.month_words(month)} in each account's billing currency: as landed, as charges and in"
        " the ledger. A difference, in the 12th decimal, stops the publication.",
        [
            Column("feed", "Feed"),
            Column("account", "Account", "name"),
            Column("currency", "Currency"),
            Column("raw", "Landed", "money"),
            Column("charges", "Charges", "money"),
            Column("ledger", "Ledger", "money"),
            Column("difference", "Difference", "exact"),
        ],
        publication.rows(TIE_OUTS, month=month),
        empty=f"Nothing was billed in {words.month_words(month)}.",
        has_total=False,
    )


def checks(publication: Publication) -> Table:
    """Promises by suite."""
    rows = publication.rows(CHECKS)
    for row in rows:
        row["place"] = {"entry": "deliveries", "exit": "marts"}.get(row["door"], row["door"])
        row["kept"] = row["promises"] - row["broken"]
    return Table(
        "checks",
        "Checks",
        "Promises, each as it was judged last: of deliveries at the entry, of marts before they are published.",
        [
            Column("place", "Of"),
            Column("suite", "Suite"),
            Column("batches", "Batches", "number"),
            Column("promises", "Promises", "number"),
            Column("kept", "Kept", "number"),
            Column("broken", "Broken", "number"),
            Column("checked_at", "Last judged", "time"),
        ],
        rows,
        empty="Nothing was judged yet.",
        has_total=False,
    )


def quality_pages(publication: Publication) -> dict[tuple[str, str], str]:
    """Where the data-quality page of each suite and batch is, by their own list."""
    try:
        listed = json.loads((publication.folder.parent / "data_quality" / "batches.json").read_text(encoding="utf-8"))
        return {(each["suite"], each["batch"]): f"/quality/{each['link']}" for each in listed.values()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def broken(publication: Publication) -> Table:
    """What was promised and not kept."""
    rows = publication.rows(BROKEN)
    pages = quality_pages(publication) if rows else {}
    for row in rows:
        row["link"] = pages.get((row["suite"], row["batch"]))
    return Table(
        "broken",
        "Broken promises",
        "Promises that were broken the last time that they were judged. A file that breaks one is quarantined; marts"
        " that break one are not published.",
        [
            Column("checked_at", "When", "time"),
            Column("suite", "Suite"),
            Column("batch", "Batch", link="link"),
            Column("promise", "Promise"),
            Column("observed", "Found"),
            Column("examples", "Examples"),
        ],
        rows,
        empty="Every promise was kept.",
        has_total=False,
        limit=50,
    )


def held(publication: Publication) -> Table:
    """What arrived and is in no number."""
    return Table(
        "held",
        "Quarantine",
        "Deliveries that are in no number: refused at the entry, or not complete yet.",
        [
            Column("received_at", "Received", "time"),
            Column("feed", "Feed"),
            Column("account_id", "Account", "name"),
            Column("billing_period", "Month"),
            Column("status", "Status"),
            Column("reason", "Reason"),
        ],
        publication.rows(HELD),
        empty="No delivery is quarantined or incomplete.",
        has_total=False,
        limit=50,
    )


def deliveries(publication: Publication, month: str) -> Table:
    """What arrived."""
    return Table(
        "deliveries",
        "Deliveries",
        f"What arrived for {words.month_words(month)}, and registers that belong to no month. Billed cost in the"
        " currency beside it, where a delivery has money.",
        [
            Column("feed", "Feed"),
            Column("account_id", "Account", "name"),
            Column("billing_period", "Month"),
            Column("status", "Status"),
            Column("received_at", "Received", "time"),
            Column("files", "Files", "number"),
            Column("rows", "Rows", "number"),
            Column("billed_cost", "Billed cost", "money"),
            Column("currency", "Currency"),
        ],
        publication.rows(DELIVERIES, month=month),
        empty=f"Nothing was delivered for {words.month_words(month)}.",
        has_total=False,
        limit=60,
    )


def restatements(publication: Publication) -> Table:
    """What a month is, compared with what it was said to be."""
    return Table(
        "restatements",
        "Restatements",
        "By how much a newer delivery or an edited policy changed a month after it was first built, per team, in the"
        " currency beside it.",
        [
            Column("restated_at", "When", "time"),
            Column("month", "Month"),
            Column("team_id", "Team", names=publication.teams),
            Column("currency", "Currency"),
            Column("total_cost_before", "Effective before", "money"),
            Column("total_cost", "After", "money"),
            Column("total_cost_change", "Change", "change", minus=("total_cost", "total_cost_before")),
            Column("billed_cost_change", "Billed change", "change"),
        ],
        publication.rows(RESTATED),
        empty="No month was restated.",
        has_total=False,
        limit=50,
    )


def reports(publication: Publication, month: str) -> Table:
    """Where one purchase is in two reports."""
    return Table(
        "reports",
        "Purchases in two reports",
        f"Billed cost of {words.month_words(month)} that a vendor's own report and a cloud's bill may both have."
        " Counted, bill: the report is left out, for the bill has the same money; both: each is money of its own;"
        " contract: all of the report but the seats that a contract pays.",
        [
            Column("feed", "Report"),
            Column("account", "Account", "name"),
            Column("currency", "Currency"),
            Column("report_cost", "By the report", "money"),
            Column("bill_currency", "Bill in"),
            Column("bill_cost", "By the bill", "money"),
            Column("counted", "Counted"),
            Column("decided_by", "Because of", "label"),
        ],
        publication.rows(REPORTS, month=month),
        empty=f"No purchase of {words.month_words(month)} is in two reports.",
        has_total=False,
    )
