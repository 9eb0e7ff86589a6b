"""`apportion review`: what happened in a month, why, and what there is to decide, for all teams or for one."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
from markupsafe import Markup

from orchestration.dashboard import charts, words
from orchestration.dashboard.asking import Asked, Period, Unknown, Wrong, currencies, months_delivered, period
from orchestration.dashboard.pages import DIMENSIONS, overview
from orchestration.dashboard.pages import team as team_page
from orchestration.dashboard.pages.budgets import Budget, budgets, main_budget
from orchestration.dashboard.pages.comparing import by_month, compared, comparison
from orchestration.dashboard.pages.movers import movers
from orchestration.dashboard.pages.open_days import Provisional, provisional
from orchestration.dashboard.publication import NothingPublished, NotReadable, Publication, Publications
from orchestration.dashboard.server import HERE as DASHBOARD
from orchestration.dashboard.server import environment, file_name
from orchestration.dashboard.tables import Table
from orchestration.review import sentences
from orchestration.review.decisions import decisions
from orchestration.review.sentences import Sentence
from orchestration.review.statement import in_cents, statement

HERE = Path(__file__).parent

ALL = {"team_id": "teams", "project_id": "projects", "lifecycle_stage": "stages", "cost_component": "components"}

TEAMS = """
select distinct team_id
from showback.monthly_costs
where month in ($month, $before)
order by team_id
"""

# So long as a page is printed.
LIMIT = 25


class NotThere(Exception):
    """There is no such month or team. Says which there are."""


@dataclass(frozen=True)
class Written:
    """The files of a review."""

    page: Path
    statement: Path


def review(published: Path, month: str, team: str | None, to: Path) -> Written:
    """Write the review of a month. Both files are whole before either is there under its name."""
    try:
        publication = Publications(published).current()
        of = asked(publication, month, team)
        statements = {each: statement(publication, month, each, team) for each in currencies(publication, month)}
        html = page(publication, of, team, statements)
    except NothingPublished as error:
        raise NotReadable(str(error)) from error
    except duckdb.CatalogException as error:
        why = str(error).splitlines()[0]
        raise NotReadable(f"this publication is of another version; run `apportion run` again ({why})") from error
    name = "-".join([month, *([] if team is None else [called(team)])])
    written = Written(to / f"review-{name}.html", to / f"statement-{name}.csv")
    to.mkdir(parents=True, exist_ok=True)
    put({written.page: html, written.statement: in_cents(list(statements.values()))})
    return written


def put(texts: dict[Path, str]) -> None:
    """Write beside, then rename."""
    for path, text in texts.items():
        path.with_name(f".{path.name}.new").write_bytes(text.encode())
    for path in texts:
        os.replace(path.with_name(f".{path.name}.new"), path)


def called(team: str) -> str:
    """A team as a part of a file name: two whose names differ have two files."""
    name = file_name(team)
    return name if name == team else f"{name}-{hashlib.sha256(team.encode()).hexdigest()[:8]}"


def asked(publication: Publication, month: str, team: str | None) -> Period:
    """The month, checked like a link of the dashboard."""
    try:
        of = period(publication, Asked({"month": month}))
    except Wrong as error:
        raise NotThere(str(error)) from error
    except Unknown as error:
        there = ", ".join(sorted(row["month"] for row in publication.months if row["is_delivered"]))
        raise NotThere(f"{error} There are costs of {there or 'no month'}.") from error
    if of is None:
        raise NotThere("there are no costs at all in this publication")
    there = [row["team_id"] for row in publication.rows(TEAMS, month=of.month, before=of.before)]
    if team is not None and team not in there:
        listed = ", ".join(words.name_words(each) for each in there)
        raise NotThere(f"there is no team {words.name_words(team)} in {words.month_words(month)}; there are: {listed}")
    return of


def page(publication: Publication, of: Period, team: str | None, statements: dict[str, Table]) -> str:
    """The page, with everything that it needs in it."""
    where, values = ("true", {}) if team is None else ("team_id = $team", {"team": team})
    name = None if team is None else words.name_words(publication.teams.get(team, team))
    whose = "" if name is None else f" of {name}"
    names = {"team_id": publication.teams, "project_id": publication.projects}
    dimensions = [dimension for dimension in ALL if team is None or dimension != "team_id"]
    found = compared(publication, of, dimensions, where, **values)
    tables = {}
    for dimension, rows in zip(dimensions, found, strict=True):
        is_long = dimension in names
        table = comparison(ALL[dimension], of, dimension, rows, whose, is_long, names.get(dimension), not is_long)
        table.limit = LIMIT
        tables[dimension] = table
    moved = movers(publication, of, team, whose)
    main = tables[dimensions[0]]
    open_days = provisional(publication, of, team)
    budgeted = budgets(publication, of, whose, team)
    budget = main_budget(budgeted, team)
    whole = {currency: table.total["shown"]["total_cost"] for currency, table in statements.items()}
    templates = environment(HERE / "templates")
    return templates.get_template("review.html").render(
        title=f"{name or 'All teams'}, {words.month_words(of.month)}",
        style=Markup((DASHBOARD / "static" / "style.css").read_text() + (HERE / "print.css").read_text()),
        period=of,
        team=team,
        state=publication.state(),
        total=main.total,
        whole=whole[of.currency],
        others={each: whole[each] for each, table in statements.items() if each != of.currency and table.rows},
        happened=happened(publication, of, team, whose, tables, open_days, budget),
        budget=budget,
        budgets=budgeted,
        reasons=sentences.moved(of, moved, main),
        decisions=decisions(publication, of, team, budgeted),
        moved=moved,
        charts=drawings(publication, of, team, whose, where, values, open_days),
        long=[tables[dimension] for dimension in dimensions if dimension in names],
        short=[tables[dimension] for dimension in dimensions if dimension not in names],
    )


def happened(
    publication: Publication,
    of: Period,
    team: str | None,
    whose: str,
    tables: dict[str, Table],
    open_days: Provisional | None,
    budget: Budget | None,
) -> list[Sentence]:
    """What the month cost, and who most of it."""
    main = "project_id" if team is not None else "team_id"
    what = DIMENSIONS[main]
    found = [
        sentences.total(of, tables[main], whose),
        sentences.provisional(of, open_days),
        sentences.budget(of, budget, whose),
        sentences.parts(of, tables[main]) if team is not None else None,
        sentences.largest(of, tables[main], main, what),
        *sentences.risen_and_fallen(of, tables[main], main, what),
        sentences.split(of, tables["lifecycle_stage"], "lifecycle_stage", "stage"),
        sentences.split(of, tables["cost_component"], "cost_component", "component"),
        sentences.covered(of, overview.covered(publication, of).total) if team is None else None,
    ]
    return [sentence for sentence in found if sentence is not None]


def drawings(
    publication: Publication,
    of: Period,
    team: str | None,
    whose: str,
    where: str,
    values: dict,
    open_days: Provisional | None,
) -> list[charts.Chart]:
    """Two charts: how the month came about, and the months before."""
    months = months_delivered(publication, of.currency, of.month)
    if team is None:
        return [overview.days(publication, of, open_days), overview.components_by_month(publication, of, months)]
    components = charts.stacked_months(
        "Month by month, by component",
        f"Effective cost{whose} by component, {of.currency}, {words.period_words(months)}.",
        by_month(publication, of, "cost_component", months, where, **values),
        "cost_component",
        months,
        of.currency,
    )
    return [team_page.months(publication, of, team, whose), components]
