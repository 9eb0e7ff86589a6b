"""Every page on the sample company: what it shows is what the marts say."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from orchestration.dashboard import words
from orchestration.dashboard.cents import CENT, rounded
from orchestration.dashboard.pages.movers import GONE, NEW, causes_of_pool, said
from tests.conftest import query

pytestmark = pytest.mark.slow

MONTH, BEFORE = "2026-09", "2026-08"
CHANGES = ("usage", "price", "mix", "new", "gone", "unmeasured", "policy", "restatement")
WORDS = (*CHANGES[:5], "not measured", *CHANGES[6:], "share", "pool")
PART = re.compile(rf"(?:{'|'.join(WORDS)}): ([+{words.MINUS}]?[\d,.]*\d), ")
PAGES = [
    "/",
    "/team",
    "/team?team=search",
    "/team?team=ml-platform",
    "/team?team=unallocated",
    "/project",
    "/project?project=shelf-scan",
    "/shared",
    "/shared/explanation?pool=gpu_platform",
    "/shared/explanation?pool=observability&team=search",
    "/explore",
    "/trust",
    "/?month=2026-06",
    "/?month=2026-12",
    "/team?team=search&month=2026-06",
]


def number(text: str) -> Decimal:
    """A shown number."""
    return Decimal(text.replace(",", "").replace(words.MINUS, "-").removeprefix("+").removesuffix("%"))


def is_shown(cell: str, exact: Decimal | None) -> bool:
    """A cent is given or taken so that columns add up; more is a wrong number."""
    return cell == words.NOTHING if exact is None else abs(number(cell) - exact) < CENT


def written(body: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body)))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_and_says_what_it_counts(site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 200
    text = answer.page.text
    assert "checks kept" in text and "Published 20" in text and "Last delivery 20" in text
    assert "None" not in text and "Decimal" not in text and "nan" not in text.split()


def test_every_link_leads_somewhere(site) -> None:
    """One of each kind: the same page with the same parameters, whatever their values."""
    seen, waiting = set(), list(PAGES)
    while waiting:
        path = waiting.pop()
        split = urlsplit(path)
        names = parse_qs(split.query)
        kind = (split.path, tuple(sorted(names)), names.get("csv", [""])[0].split("-")[0])
        if kind in seen or split.path.startswith(("/quality/", "/static/")):
            continue
        seen.add(kind)
        answer = site.get(path)
        assert answer.status == 200, path
        if "html" in answer.headers["content-type"]:
            waiting += [link for link in answer.page.links if link.startswith("/")]
    assert len(seen) > 40


@pytest.mark.parametrize(
    ("section", "dimension", "names"),
    [
        ("components", "cost_component", None),
        ("providers", "provider_name", None),
        ("stages", "lifecycle_stage", None),
        ("teams", "team_id", "select team_id, team_name from showback.teams"),
    ],
)
def test_the_overview_is_the_mart(site, sample, section: str, dimension: str, names: str | None) -> None:
    rows = site.get("/").page.rows(section)
    called = dict(query(sample.current, names)) if names else {}
    exact = query(
        sample.current,
        f"""select {dimension}, sum(direct_cost) filter (month = ?), sum(shared_cost) filter (month = ?),
            coalesce(sum(total_cost) filter (month = ?), 0), coalesce(sum(total_cost) filter (month = ?), 0)
        from showback.monthly_costs where month in (?, ?) group by all""",
        *(MONTH, MONTH, MONTH, BEFORE, MONTH, BEFORE),
    )
    assert len(rows) == len(exact) + 1
    for name, direct, shared, total, before in exact:
        cells = [*rows[called.get(name, words.label(name) if section != "providers" else name)]]
        if names:
            assert is_shown(cells.pop(0), direct)
            assert abs(number(cells.pop(0)) - shared) < 2 * CENT
        assert is_shown(cells[0], total) and is_shown(cells[1], before)
        assert number(cells[2]) == number(cells[0]) - number(cells[1])
    total = rows.pop("Total")
    for place, cell in enumerate(total[:-1]):
        assert number(cell) == sum(number(cells[place]) for cells in rows.values()), (
            "a total is the sum of what is shown"
        )
    place = 2 if names else 0
    assert number(total[place]) == rounded(sum(row[3] for row in exact))


def test_the_facts_of_the_overview(site, sample) -> None:
    text = site.get("/").page.text
    total, billed = query(
        sample.current, "select sum(total_cost), sum(billed_cost) from showback.monthly_costs where month = ?", MONTH
    )[0]
    unallocated = query(
        sample.current,
        "select sum(unallocated_cost) / sum(total_cost) from coverage.allocation_coverage where month = ?",
        MONTH,
    )[0][0]
    assert f"Effective cost, September 2026 {words.money(total)} USD" in text
    assert f"{words.money(billed)} USD what the invoices say" in text
    assert f"Unallocated {words.percent(unallocated)}" in text


def test_budgets_are_the_mart(site, sample) -> None:
    """What is spent of a budget is what the showback says of its team, project and component."""
    rows = {row["budget_id"]: row for row in written(site.get("/?csv=budgets").body)}
    assert {"company", "search", "search-models", "shelf-scan"} < set(rows)
    for budget, where in {
        "company": "true",
        "people": "cost_component = 'people'",
        "search": "team_id = 'search'",
        "search-models": "team_id = 'search' and cost_component = 'model_api'",
        "shelf-scan": "team_id = 'perception' and project_id = 'shelf-scan'",
    }.items():
        sql = f"select sum(total_cost) from showback.monthly_costs where month = ? and {where}"
        ((spent,),) = query(sample.current, sql, MONTH)
        row = rows[budget]
        monthly = Decimal(row["monthly_budget"])
        assert Decimal(row["spent_to_date"]) == spent and Decimal(row["remaining"]) == monthly - spent
        close = "within" if spent <= monthly * Decimal("0.95") else f"close: {words.money(monthly - spent)} left"
        assert row["state"] == (close if spent <= monthly else f"over by {words.money(spent - monthly)}")
    states = {budget: row["state"].split()[0] for budget, row in rows.items()}
    assert states["warehouse-routing"] == "over" and states["search-models"] == "close:"
    assert list(states.values()).count("over") == 1 and list(states.values()).count("within") > 4
    company = Decimal(rows["company"]["monthly_budget"])
    text = site.get("/").page.text
    assert f"Budget, September 2026 {words.money(company)} USD" in text
    assert f"{words.percent(Decimal(rows['company']['spent_to_date']) / company)} spent" in text
    team = {row["budget_id"] for row in written(site.get("/team?team=search&csv=budgets").body)}
    assert team == {"search", "search-models"}
    project = {row["budget_id"] for row in written(site.get("/project?project=shelf-scan&csv=budgets").body)}
    assert project == {"shelf-scan"}
    for path, said_ in (
        ("/team?team=risk", "The policy has no budget of Risk and Fraud for September 2026"),
        ("/team?team=robotics", "no budget of the whole team"),
        ("/?month=2026-12", "December 2026 has not begun: nothing is compared with its budgets"),
    ):
        assert said_ in site.get(path).page.text


def test_coverage_adds_up_both_ways(site) -> None:
    rows = site.get("/").page.rows("coverage")
    total = rows.pop("Total")
    for owned, _, shared, _, unallocated, _, whole in [*rows.values(), total]:
        assert number(owned) + number(shared) + number(unallocated) == number(whole)
    for place in (0, 2, 4, 6):
        assert number(total[place]) == sum(number(cells[place]) for cells in rows.values())


def test_a_team_is_the_mart(site, sample) -> None:
    rows = written(site.get("/team?team=search&csv=projects").body)
    exact = query(
        sample.current,
        """select project_id, coalesce(sum(direct_cost) filter (month = ?), 0),
            coalesce(sum(shared_cost) filter (month = ?), 0), coalesce(sum(total_cost) filter (month = ?), 0)
        from showback.monthly_costs where team_id = 'search' and month in (?, ?) group by all""",
        *(MONTH, MONTH, MONTH, MONTH, BEFORE),
    )
    downloaded = {
        (row["project_id"], *(Decimal(row[name]) for name in ("direct_cost", "shared_cost", "total_cost")))
        for row in rows
    }
    assert downloaded == set(exact), "a download is exact"


@pytest.mark.parametrize("team", ["search", "ml-platform", "workplace-it"])
def test_what_moved_is_all_that_moved(site, sample, team: str) -> None:
    rows = written(site.get(f"/team?team={team}&csv=movers").body)
    (moved,) = query(
        sample.current,
        """select sum(total_cost) filter (month = ?) - sum(total_cost) filter (month = ?)
        from showback.monthly_costs where team_id = ?""",
        *(MONTH, BEFORE, team),
    )[0]
    assert sum(Decimal(row["change"]) for row in rows) == moved
    changes = [abs(Decimal(row["change"])) for row in rows]
    assert changes == sorted(changes, reverse=True)
    assert all(row["why"].startswith(WORDS) for row in rows)
    for row in rows:
        parts = [Decimal(row[f"{name}_change"] or 0) for name in CHANGES]
        is_direct = row["how"].startswith("direct")
        assert sum(parts) == (Decimal(row["change"]) if is_direct else 0), "the parts are the whole change"
    parts = [f"{name}_change" for name in CHANGES]
    names = ("direct_cost_before", "direct_cost", *parts, "restated_before", "restated")
    direct = query(
        sample.current,
        f"""select coalesce(consumed_unit, ''), {", ".join(names)} from showback.movers
        where month = ? and team_id = ? and direct_cost_change <> 0""",
        *(MONTH, team),
    )
    columns = ("before", "amount", *names[2:])
    told = [
        (row["consumed_unit"], *(Decimal(row[name]) if row[name] else None for name in columns))
        for row in rows
        if row["how"].startswith("direct")
    ]
    assert sorted(told, key=str) == sorted(direct, key=str)


@pytest.mark.parametrize("team", ["search", "ml-platform"])
def test_the_words_of_a_change_add_up_to_it(site, team: str) -> None:
    """A reader adds what usage, price and mix are, or share and pool, and gets the change of the row."""
    table = site.get(f"/team?team={team}").page.tables["movers"]
    measured = 0
    for *_, change, why in table[1:-1]:
        parts = PART.findall(why)
        if parts:
            assert sum(map(number, parts)) == number(change), (change, why)
            measured += "usage" in why
    assert measured > 2


@pytest.mark.parametrize(("team", "other"), [("robotics", "from research"), ("research", "to robotics")])
def test_a_lab_that_a_rule_gives_to_another_team_is_policy(site, sample, team: str, other: str) -> None:
    """Neither new here nor gone there: its charges say what they said, on another invoice."""
    table = site.get(f"/team?team={team}&month=2026-07").page.tables["movers"]
    told = [(change, why) for *_, change, why in table[1:-1] if "policy: " in why and " became " not in why]
    assert told and all(f"{other}, " in why and "by rule lab-2" in why for _, why in told)
    for change, why in told:
        parts = PART.findall(why)
        assert not parts or sum(map(number, parts)) == number(change), (change, why)
    lab = """select sum(postings.effective_cost)
        from showback.ledger as postings
        inner join coverage.ownership as owners
            on postings.charge_group_id = owners.charge_group_id and postings.posting_period = owners.month
        where owners.month = '2026-06' and owners.owner_cause = 'lab-1' and postings.posting_kind = 'direct'
            and postings.charge_date between date '2026-06-01' and date '2026-06-30'
            and (owners.resource_id, owners.charge_category) in (
                select (resource_id, charge_category) from coverage.ownership
                where month = '2026-07' and owner_cause like 'lab-_'
            )"""
    moved = f"select sum(policy_change) from showback.movers where month = '2026-07' and team_id = '{team}'"
    ((june,),), ((change,),) = query(sample.current, lab), query(sample.current, moved)
    assert june > 0 and change == (june if team == "robotics" else -june), "what went on, and what is gone is gone"
    others = "select count(*) from showback.movers where month > '2026-07' and policy_reasons like '%rule lab-2%'"
    assert query(sample.current, others) == [(0,)], "it is handed on once"


def month(received: int, given: int, *rules: tuple[str, str, str]) -> dict:
    return {"received": Decimal(received), "given": Decimal(given), "rules": [list(rule) for rule in rules]}


def test_why_a_part_of_a_pool_moved() -> None:
    """No cause is named that was not computed."""
    by_hours, evenly = ("p1", "driver", "0"), ("p1", "even", "1")
    assert causes_of_pool(month(30, 100, by_hours), None) == [NEW]
    assert causes_of_pool(None, month(30, 100, by_hours)) == [GONE]
    policy = causes_of_pool(month(50, 100, evenly), month(30, 100, by_hours))
    assert said(policy, Decimal(20)) == ["policy: p1 (driver) became p1 (even, fallback 1)"]
    moved = causes_of_pool(month(60, 120, by_hours), month(20, 100, by_hours))
    assert said(moved, Decimal(40)) == [
        "share: +36.00, from 20.0% to 50.0% of the pool",
        "pool: +4.00, it gave 120.00 after 100.00",
    ], "of 40 more, 0.3 x 120 is the share's and 0.2 x 20 the pool's"


def test_the_cents_of_causes_add_up_to_the_change_that_is_shown() -> None:
    """Three parts of a third of a cent are a cent, and what is nothing in cents is not said."""
    third = Decimal("0.003333333333")
    causes = [("usage", Decimal(10) + third, "a"), ("price", third, "b"), ("mix", third, "c")]
    assert said(causes, Decimal("10.01")) == ["usage: +10.01, a"]
    assert said(causes, Decimal("10.02")) == ["usage: +10.02, a"]
    assert said([("usage", third, "a"), ("price", -third, "b"), ("mix", Decimal(0), "c")], Decimal(0)) == [
        "usage: 0.00, a"
    ]


def test_who_pays_a_pool(site, sample) -> None:
    exact = query(
        sample.current,
        """select pool_id, team_id, sum(effective_cost) from showback.ledger
        where posting_period = ? and posting_kind = 'pool_in' and target_pool_id is null group by all""",
        MONTH,
    )
    downloads = {
        pool: {row["payer"]: Decimal(row["paid"]) for row in written(site.get(f"/shared?csv=payers-{pool}").body)}
        for pool in {row[0] for row in exact}
    }
    assert {
        (pool, team, paid)
        for pool, payers in downloads.items()
        for team, paid in payers.items()
        if not team.startswith("pool ")
    } == set(exact)
    pools = written(site.get("/shared?csv=pools").body)
    for pool in pools:
        assert sum(downloads.get(pool["pool_id"], {}).values()) == Decimal(pool["given"])
        assert Decimal(pool["charged"]) + Decimal(pool["received"]) == Decimal(pool["given"]) + Decimal(pool["kept"])


def test_an_explanation_goes_down_to_the_deliveries(site, sample) -> None:
    path = "/shared/explanation?pool=observability&team=search"
    (paid,) = query(
        sample.current,
        """select sum(effective_cost) from showback.ledger where posting_period = ? and pool_id = 'observability'
        and posting_kind = 'pool_in' and team_id = 'search'""",
        MONTH,
    )[0]
    assert sum(Decimal(row["paid"]) for row in written(site.get(f"{path}&csv=amounts").body)) == paid
    (charged,) = query(
        sample.current,
        """select sum(effective_cost) from showback.ledger where posting_period = ? and pool_id = 'observability'
        and posting_kind = 'direct'""",
        MONTH,
    )[0]
    charges = written(site.get(f"{path}&csv=charges").body)
    assert sum(Decimal(row["effective_cost"]) for row in charges) == charged
    assert charges[0]["evidence"].startswith("team: ")
    deliveries = written(site.get(f"{path}&csv=deliveries").body)
    assert {row["feed"] for row in deliveries} == {row["feed"] for row in charges if row["feed"]}
    files = {path for row in deliveries for path in row["paths"].split("\n")}
    known = {row[0] for row in query(sample.current, "select path from ingestion.files")}
    assert files and files <= known


@pytest.mark.parametrize(
    ("asked", "sql"),
    [
        ("rows=team_id&columns=month", "true"),
        (
            "rows=project_id&columns=cost_component&provider_name=AWS&from=2026-08",
            "provider_name = 'AWS' and month > '2026-07'",
        ),
        ("rows=month&columns=lifecycle_stage&measure=billed_cost&team_id=search", "team_id = 'search'"),
        (
            "rows=provider_name&columns=none&measure=shared_cost&lifecycle_stage=production",
            "lifecycle_stage = 'production'",
        ),
    ],
)
def test_explore_sums_what_is_asked(site, sample, asked: str, sql: str) -> None:
    given = {name: values[0] for name, values in parse_qs(asked).items()}
    rows, columns, measure = given["rows"], given["columns"], given.get("measure", "total_cost")
    exact = query(
        sample.current,
        f"""select {rows}, {"''" if columns == "none" else columns}, sum({measure}) from showback.monthly_costs
        where month between '2026-07' and '2026-09' and {sql} group by all""",
    )
    downloaded = written(site.get(f"/explore?{asked}&csv=long").body)
    assert {(row[rows], row.get(columns, ""), Decimal(row[measure])) for row in downloaded} == set(exact)
    shown = site.get(f"/explore?{asked}").page.tables["pivot"]
    total = number(shown[-1][-1])
    assert total == rounded(sum(row[2] for row in exact))
    body = [[number(cell) for cell in row[1:] if cell.strip() != words.NOTHING] for row in shown[1:-1]]
    assert all(sum(cells[:-1]) == cells[-1] for cells in body) or columns == "none"
    assert sum(cells[-1] for cells in body) == total
    if columns != "none":
        assert sum(number(cell) for cell in shown[-1][1:-1]) == total


def test_a_project_is_the_mart(site, sample) -> None:
    rows = written(site.get("/project?project=shelf-scan&csv=stages").body)
    exact = query(
        sample.current,
        """select lifecycle_stage, sum(total_cost) from showback.monthly_costs
        where project_id = 'shelf-scan' and month = ? group by all""",
        MONTH,
    )
    assert {(row["lifecycle_stage"], Decimal(row["total_cost"])) for row in rows} == set(exact)
    units = written(site.get("/project?project=shelf-scan&csv=units").body)[0]
    assert units["month"] == MONTH
    runs = query(
        sample.current,
        """select sum(total_cost) filter (cost_component = 'compute'), sum(runs) from lifecycle.costs_by_stage
        where project_id = 'shelf-scan' and month = ? and ai_activity in ('training', 'fine_tuning', 'evaluation')""",
        MONTH,
    )
    assert runs == [(Decimal(units["run_cost"]), Decimal(units["runs"]))]
    assert abs(Decimal(units["cost_per_run"]) * Decimal(units["runs"]) - runs[0][0]) < Decimal("0.000001")
    per_hour = Decimal(units["compute_cost"]) / Decimal(units["gpu_hours"])
    assert abs(Decimal(units["cost_per_gpu_hour"]) - per_hour) < Decimal("0.000001")


def test_trust_tells_what_ties_out(site, sample) -> None:
    rows = written(site.get("/trust?csv=tie_outs").body)
    exact = query(sample.current, "select count(*), sum(raw) from reconciliation.raw_vs_ledger where month = ?", MONTH)
    assert (len(rows), sum(Decimal(row["raw"]) for row in rows)) == exact[0]
    assert {Decimal(row["difference"]) for row in rows} == {0}
    answer = site.get("/quality/index.html")
    assert answer.status == 200 and "style-src 'unsafe-inline'" in answer.headers["content-security-policy"]


def test_a_month_ahead_says_that_it_is_prepaid(site) -> None:
    assert "Nothing was delivered for December 2026" in site.get("/?month=2026-12").page.text
