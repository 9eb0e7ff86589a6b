"""What is wrong, empty or refused is told in words, and never as a number."""

from __future__ import annotations

import csv
import io
import shutil
import socket
import threading
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from orchestration.dashboard.publication import Publications
from orchestration.dashboard.server import NotServed, listening
from orchestration.publishing.refusal import tell, withdraw
from tests.conftest import query
from tests.dashboard.conftest import published_again, running

pytestmark = pytest.mark.slow

# What the models say of a month whose charges reach to its 10th.
OPEN = "update showback.months set is_open = true, until_date = date '2026-09-10' where month = '2026-09'"
EVIL = "<script>alert(1)</script>\"' or 1=1; drop table x --"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/?month=2026-99", 400, "2026-99 is not a month"),
        ("/?month=1999-01", 404, "There are no costs in January 1999"),
        ("/team?team=nobody", 404, "There is no team nobody"),
        ("/project?project=nothing", 404, "There is no project nothing"),
        ("/shared/explanation", 404, "choose one"),
        ("/shared/explanation?pool=none", 404, "There is no pool none"),
        ("/explore?rows=secret", 400, "Rows is one of"),
        ("/explore?from=2026-09&until=2026-06", 400, "is after"),
        ("/explore?provider_name=Nobody", 404, "There is no provider_name Nobody"),
        ("/?csv=nothing", 404, "no table nothing"),
        ("/nowhere", 404, "no such page"),
        ("/?currency=QQQ", 404, "There is no currency QQQ"),
        (f"/team?team={'x' * 5000}", 400, "team is no name"),
    ],
)
def test_a_bad_link_is_told_plainly(site, path: str, status: int, words: str) -> None:
    answer = site.get(path)
    assert answer.status == status
    assert words.lower() in answer.page.text.lower()
    assert "Traceback" not in answer.body


@pytest.mark.parametrize(
    "parameter",
    [
        *(
            "/?month=",
            "/?currency=",
            "/?csv=",
            "/team?team=",
            "/project?project=",
            "/shared/explanation?pool=",
            "/trust?month=",
        ),
        *(f"/explore?{name}=" for name in ("rows", "columns", "measure", "from", "until", "team_id", "provider_name")),
    ],
)
def test_injected_html_and_sql_are_harmless(site, parameter: str) -> None:
    """Nothing of a link is ever a part of the SQL or of the page's HTML."""
    for text in (EVIL, "2026-09'; drop table showback.monthly_costs; --", "%00", "../../etc/passwd"):
        answer = site.get(parameter + (text if text == "%00" else quote(text)))
        assert answer.status in (400, 404)
        assert "<script>alert" not in answer.body and "Traceback" not in answer.body


def test_names_in_the_data_are_text(changed) -> None:
    """A team, a project, a provider, a tag or a file may be called anything."""
    name = EVIL.replace("'", "''")
    published = changed(
        f"update showback.monthly_costs set team_id = '{name}', provider_name = '{name}' where team_id = 'search'",
        f"update showback.daily_costs set team_id = '{name}' where team_id = 'search'",
        f"update showback.teams set team_name = '=cmd()<b>{name}' where team_id = 'speech'",
        f"update showback.projects set project_name = '{name}'",
        f"update showback.ledger set pool_id = '{name}', provider_name = '{name}' where pool_id = 'observability'",
        f"update showback.movers set service_name = '{name}', consumed_unit = '{name}', provider_name = '{name}'",
        f"update showback.budgets set budget_id = '{name}' where budget_id = 'company'",
        f"update showback.shares set drivers = '{name}', policy_id = '{name}'",
        f"update coverage.untagged_resources set resource_id = '={name}', evidence = '{name}',"
        " proposed_team_id = 'speech'",
        f"update coverage.ownership set service_name = '{name}', resource_id = '{name}', owner_cause = '{name}'",
        f"update ingestion.files set path = '{name}'",
        f"update ingestion.deliveries set status = 'quarantined', reason = '{name}' where feed = 'openai'",
        f"update reconciliation.checks set is_kept = false, promise = '{name}', examples = '{name}'"
        " where suite = 'focus'",
    )
    evil = quote(EVIL, safe="")
    ours = [f"<b>{word}" for word in ("new", "gone", "usage", "price", "mix", "policy", "restatement", "share", "pool")]
    with running(published) as site:
        for path in (
            *("/", "/team", "/team?team=speech", "/project", "/project?project=shelf-scan", "/shared", "/trust"),
            *("/explore", "/explore?rows=provider_name&columns=team_id", f"/explore?team_id={evil}"),
            *(f"/team?team={evil}", f"/shared/explanation?pool={evil}&team=speech"),
        ):
            answer = site.get(path)
            assert answer.status == 200, path
            assert "<script>alert" not in answer.body, path
            assert answer.body.count("<b>") == sum(answer.body.count(tag) for tag in ours), path
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        lines = site.get("/team?team=speech&csv=untagged").body.split("\n")
        assert len(lines) > 3 and all(line.startswith(("\"'=", "'=")) for line in lines[1:-1] if line)
        download = site.get(f"/shared?csv={quote(f'payers-{EVIL}', safe='')}")
        assert download.status == 200 and "<" not in download.headers["content-disposition"]
        assert "checks broken" in site.get("/").page.text


def test_no_publication_is_told(tmp_path: Path) -> None:
    with running(tmp_path / "published") as site:
        for path in ("/", "/team", "/trust", "/explore?csv=long"):
            answer = site.get(path)
            assert answer.status == 503
            assert "There is no publication in" in answer.page.text
        assert site.get("/quality/index.html").status == 404
        (tmp_path / "published").mkdir()
        tell(tmp_path / "published", "projects.csv, line 3: no such team\nmore")
        assert "refused" in site.get("/").page.text and "projects.csv, line 3: no such team" in site.get("/").page.text


def test_a_damaged_publication_is_told(sample, tmp_path: Path) -> None:
    """Cut while it was copied, or not a database at all: which file, and what to do."""
    whole = sample.current.resolve().read_bytes()
    for name, content in (("20261001T000001000000Z", b"no database"), ("20261001T000002000000Z", whole[:3_000_000])):
        published_again(sample.current.resolve(), tmp_path / "published", name)
        (tmp_path / "published" / name / "apportion.duckdb").write_bytes(content)
        with running(tmp_path / "published") as site:
            answer = site.get("/")
        assert answer.status == 503 and "This publication cannot be read" in answer.page.text
        assert f"{name}/apportion.duckdb cannot be read" in answer.page.text and "apportion publish" in answer.page.text


def test_a_port_that_is_taken_is_told_before_it_is_announced() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NotServed, match=f"cannot answer on 127.0.0.1, port {port}: .*; end what answers there"):
            listening("127.0.0.1", port)


def test_an_empty_warehouse_is_told(sample, changed) -> None:
    tables = query(sample.current, "select schema_name, table_name from duckdb_tables()")
    with running(changed(*(f"delete from {schema}.{table}" for schema, table in tables))) as site:
        for path in ("/", "/team", "/project", "/shared", "/explore", "/trust"):
            answer = site.get(path)
            assert answer.status == 200
            assert "No costs yet" in answer.page.text
        assert "Nothing was checked yet" in answer.page.text and "Nothing was delivered yet" in answer.page.text


def test_a_month_without_another_to_compare_with_shows_no_zero(changed) -> None:
    kept = "'2026-09'"
    with running(
        changed(
            f"delete from showback.monthly_costs where month <> {kept}",
            f"delete from showback.daily_costs where month <> {kept}",
            f"delete from showback.ledger where posting_period <> {kept}",
        )
    ) as site:
        page = site.get("/team?team=search").page
        assert "There are no delivered costs of August 2026 to compare with" in page.text
        assert page.rows("stages")["Total"][-2:] == ["–", "–"]
        assert site.get("/").page.rows("components")["compute"][1:] == ["–", "–", "–"]


def test_a_currency_of_other_months_is_no_dead_end(changed) -> None:
    """The form of a page keeps the currency when another month is chosen, and Explore offers those of all months."""
    published = changed(
        *(
            f"update showback.{table} set currency = 'EUR' where month = '2026-08' and provider_name = 'AWS'"
            for table in ("monthly_costs", "daily_costs")
        )
    )
    with running(published) as site:
        other = site.get("/?month=2026-09&currency=EUR")
        assert other.status == 200 and "September 2026 has no costs in EUR: what is here is in USD" in other.page.text
        both = site.get("/team?team=search&month=2026-08").page.text
        assert "August 2026 also has costs in EUR, which are in no number here" in both
        assert "in no number here:" not in site.get("/?month=2026-09&currency=USD").page.text
        explored = site.get("/explore?rows=provider_name&currency=EUR")
        assert explored.status == 200 and list(explored.page.rows("pivot"))[:1] == ["AWS"]
        assert "EUR, August 2026" in explored.page.text
        assert "USD, July to September 2026" in site.get("/explore").page.text
        unknown = site.get("/explore?currency=GBP")
        assert unknown.status == 404 and "There is no currency GBP in this publication" in unknown.page.text


def test_a_month_that_is_not_over_is_compared_day_by_day(sample, changed) -> None:
    """Half a month less than a whole one is no saving."""
    published = changed(
        OPEN,
        "delete from showback.daily_costs where month = '2026-09' and charge_date > date '2026-09-10'",
        """create or replace table showback.monthly_costs as
        select month, team_id, project_id, lifecycle_stage, ai_activity, cost_component, provider_name, currency,
            sum(direct_cost) as direct_cost, sum(shared_cost) as shared_cost, sum(total_cost) as total_cost,
            sum(billed_cost) as billed_cost, team_id as current_team_id
        from showback.daily_costs group by all""",
    )
    before = query(
        sample.current,
        "select sum(total_cost) from showback.daily_costs where month = '2026-08' and charge_date <= date '2026-08-10'",
    )[0][0]
    with running(published) as site:
        page = site.get("/").page
        assert "September 2026 is not over: its charges reach to day 10" in page.text
        assert page.rows("components")["Total"][1] == f"{before:,.2f}"
        assert site.get("/team?team=search").status == 200


def test_what_moved_in_a_month_that_is_not_over_is_all_that_moved(sample, changed, tmp_path: Path) -> None:
    """The pages cut a month where the models do, or reasons would be of another change than the page's."""
    later = "charge_date > date '2026-09-10' and cost_component <> 'licenses'"
    # A view names the file that it was made in.
    warehouse = tmp_path / sample.warehouse.name
    shutil.copyfile(sample.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"delete from sharing.int_sharing__sku_days where billing_period = '2026-09' and {later}")
        connection.execute(
            """
            delete from sharing.int_sharing__sku_months where billing_period = '2026-09';
            insert into sharing.int_sharing__sku_months by name
            select
                * exclude (charge_date, direct_cost, consumed_quantity),
                charge_date < date '2026-09-01' as is_earlier, max(charge_date) as last_charge_date,
                sum(direct_cost) as direct_cost, sum(consumed_quantity) as consumed_quantity
            from sharing.int_sharing__sku_days where billing_period = '2026-09' group by all
            """
        )
        moved = connection.execute(
            """select team_id, coalesce(sum(direct_cost), 0) + coalesce(sum(earlier_cost), 0),
                coalesce(sum(direct_cost_before), 0) + coalesce(sum(earlier_cost_before), 0)
            from sharing.int_sharing__skus_compared where month = '2026-09' group by all"""
        ).fetchall()
        ((until, is_open),) = connection.execute(
            "select until_date, is_open from sharing.int_sharing__months_reached where month = '2026-09'"
        ).fetchall()
    judged = f"update showback.months set is_open = {is_open}, until_date = date '{until}' where month = '2026-09'"
    with running(changed(f"delete from showback.daily_costs where month = '2026-09' and {later}", judged)) as site:
        download = site.get("/?csv=teams").body
        assert "September 2026 up to day 10" in site.get("/").page.text
    rows = {row["team_id"]: Decimal(row["direct_cost"] or 0) for row in csv.DictReader(io.StringIO(download))}
    assert {team: now for team, now, _ in moved if now} == {team: now for team, now in rows.items() if now}
    before = query(
        sample.current,
        """select team_id, sum(direct_cost) from showback.daily_costs
        where month = '2026-08' and charge_date <= date '2026-08-10' group by all having sum(direct_cost) <> 0""",
    )
    assert {team: then for team, _, then in moved if then} == dict(before)


def test_a_policy_without_budgets_is_told(changed) -> None:
    with running(changed("delete from showback.budgets")) as site:
        for path in ("/", "/team?team=search"):
            text = site.get(path).page.text
            assert "The policy has no budget" in text and "Budget, September 2026 – no budget" in text


def test_budgets_of_whole_teams_stand_for_one_of_everything(sample, changed) -> None:
    """Some teams' budgets are compared with what these spent, never with what all did."""
    ((monthly, spent),) = query(
        sample.current,
        """select sum(monthly_budget), sum(spent_to_date) from showback.budgets
        where month = '2026-09' and budget_id in ('data-platform', 'language', 'perception', 'search')""",
    )
    with running(changed("delete from showback.budgets where budget_id = 'company'")) as site:
        text = site.get("/").page.text
    said = f"Budget, September 2026, of 4 teams {monthly:,.2f} USD {float(spent / monthly) * 100:.1f}% spent"
    assert said in text


def test_a_failed_gate_is_told_until_the_next_publication(sample, changed) -> None:
    published = changed()
    with running(published) as site:
        assert "All" in site.get("/").page.text and "refused" not in site.get("/").page.text
        tell(published, "showback.monthly_costs: The ledger ties out: 3 unexpected rows")
        for path in ("/", "/team?team=search", "/trust"):
            text = site.get(path).page.text
            assert "The last run was refused: these are the numbers before it" in text
            assert "The ledger ties out: 3 unexpected rows" in text
        withdraw(published)
        assert "refused" not in site.get("/").page.text


def test_a_broken_promise_leads_to_its_page(sample, changed) -> None:
    batch = query(sample.current, "select batch from reconciliation.checks where suite = 'focus' limit 1")[0][0]
    name = batch.replace("'", "''")
    published = changed(f"update reconciliation.checks set is_kept = false where suite = 'focus' and batch = '{name}'")
    shutil.copytree(sample.published / "data_quality", published / "data_quality")
    with running(published) as site:
        page = site.get("/trust").page
        (link,) = {link for link in page.links if link.startswith("/quality/batches/")}
        assert batch in page.text and site.get(link).status == 200


def test_what_was_refused_makes_no_number_newer(changed) -> None:
    """The time of the last delivery says how old the numbers are."""
    refused = "feed = 'focus', status = 'quarantined', received_at = timestamp '2031-01-01'"
    one = "select max(delivery_id) from ingestion.deliveries"
    published = changed(f"update ingestion.deliveries set {refused} where delivery_id = ({one})")
    with running(published) as site:
        text = site.get("/").page.text
        assert "some deliveries are held back" in text and "2031" not in text
        assert "2031-01-01 00:00 UTC" in site.get("/trust").page.text


def test_a_publication_of_another_version_is_told(changed) -> None:
    with running(changed("drop table coverage.allocation_coverage")) as site:
        answer = site.get("/")
        assert answer.status == 503 and "of another version" in answer.page.text
        assert site.get("/explore").status == 200


def test_a_new_publication_appears_without_a_restart(sample, changed) -> None:
    published = changed()
    with running(published) as site:
        before = site.get("/").page.rows("components")["compute"][0]
        changed(*doubled())
        after = site.get("/").page.rows("components")["compute"][0]
        assert round(float(after.replace(",", "")) / float(before.replace(",", "")), 4) == 2


def doubled() -> list[str]:
    """Every table of costs, twice as much: whoever mixes two publications sees it."""
    return [
        f"update showback.{table} set direct_cost = direct_cost * 2, shared_cost = shared_cost * 2,"
        " total_cost = total_cost * 2, billed_cost = billed_cost * 2"
        for table in ("monthly_costs", "daily_costs")
    ]


def test_twenty_readers_and_two_publications_at_once(sample, tmp_path: Path) -> None:
    """No error, and no page with numbers of two publications."""
    published = tmp_path / "published"
    source = sample.current.resolve()
    published_again(source, published, "20261001T000001000000Z")
    failures: list[object] = []
    seen: set[str] = set()
    ended = threading.Event()

    def read(number: int) -> None:
        paths = ["/", "/explore?rows=cost_component&columns=none&from=2026-09", "/shared", "/team?team=search"]
        while not ended.is_set():
            answer = site.get(paths[number % len(paths)])
            if answer.status != 200:
                failures.append((paths[number % len(paths)], answer.status))
            elif number % len(paths) == 0:
                page = answer.page
                totals = {page.rows(section)["Total"][0] for section in ("components", "providers", "stages")}
                seen.update(totals)
                if len(totals) != 1:
                    failures.append(totals)

    with running(published) as site:
        readers = [threading.Thread(target=read, args=(number,)) for number in range(20)]
        for reader in readers:
            reader.start()
        for number in (2, 3):
            published_again(source, published, f"20261001T00000{number}000000Z", *(doubled() if number == 2 else []))
        ended.set()
        for reader in readers:
            reader.join()
        assert site.get("/").page.rows("components")["Total"][0] in seen
    assert failures == []


def test_a_reader_keeps_its_publication(sample, changed) -> None:
    """A page that is being made while two more are published, and the folder removed, ends with its own numbers."""
    published = changed()
    publications = Publications(published)
    reader = publications.current()
    sql = "select sum(total_cost) as total_cost from showback.monthly_costs"
    before = reader.one(sql)
    changed(*doubled())
    newer = publications.current()
    assert newer is not reader and newer.one(sql)["total_cost"] == 2 * before["total_cost"]
    (reader.folder / "apportion.duckdb").unlink()
    assert reader.one(sql) == before
    with pytest.raises(duckdb.Error):
        newer.rows("create table t as select 1")


def test_another_name_of_this_machine_is_not_answered(changed) -> None:
    """A site whose name is pointed at 127.0.0.1 must not read along."""
    with running(changed(), ["127.0.0.1", "localhost"]) as site:
        assert site.get("/", host="evil.example").status == 400
        assert site.get("/", host="localhost").status == 200
