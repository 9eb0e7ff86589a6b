"""A review is made of the marts' numbers and of nothing else, and opens anywhere."""

from __future__ import annotations

import csv
import html
import io
import re
from decimal import Decimal
from itertools import permutations

import pytest

from orchestration.dashboard import words
from orchestration.dashboard.cents import CENT, rounded
from orchestration.review.review import NotReadable, NotThere, review
from tests.conftest import apportion, query
from tests.review.conftest import BEFORE, MONEY, MONTH, PERCENT, number, told, written

pytestmark = pytest.mark.slow

EVIL = "=<script>alert(1)</script>\"'/../x"
TEAMS = [None, "speech", "ml-platform", "unallocated"]

# What the sample company has none of.
RESTATED = f"""
insert into reconciliation.restatements by name
select now() as restated_at, month, team_id, currency, 10.25 as total_cost_before, 12.5 as total_cost,
    2.25 as total_cost_change, 0 as billed_cost_before, 1 as billed_cost, 1 as billed_cost_change
from (select distinct month, team_id, currency from showback.monthly_costs where month = '{MONTH}')
"""
GPUS = f"""
insert into showback.gpu_costs by name
select '{MONTH}' as month, date '{MONTH}-03' as charge_date, 'gpu' as pool_id, 'search' as team_id, 'p' as project_id,
    'production' as lifecycle_stage, step, basis, 12.5 as gpu_hours, 'USD' as currency, 31.25 as effective_cost
from (values ('idle', 'allocation'), ('useful', 'allocation'), ('useful', 'usage')) as steps (step, basis)
"""


def rows_of(statement: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(statement)))


def every_sum(file, team: str | None) -> set[Decimal]:
    """All sums of the marts of two months, by every combination of what a sentence may speak of."""
    where = "true" if team is None else f"team_id = '{team}'"
    likely = "true" if team is None else f"proposed_team_id = '{team}' and confidence <> 'none'"
    found: set[Decimal] = {Decimal(0)}
    for statement in (
        f"""select sum(total_cost), sum(direct_cost), sum(shared_cost) from showback.monthly_costs
        where month in ('{MONTH}', '{BEFORE}') and {where}
        group by month, cube (team_id, project_id, lifecycle_stage, ai_activity, cost_component, provider_name)""",
        f"""select sum(effective_cost) filter (posting_kind = 'pool_in' and {where}),
            -sum(effective_cost) filter (posting_kind = 'pool_out'),
            sum(effective_cost) filter (posting_kind <> 'pool_in' and {where})
        from showback.ledger where pool_id is not null and posting_kind <> 'direct'
        group by posting_period, pool_id""",
        f"""select direct_cost_before, direct_cost, quantity_before, quantity, usage_change, price_change, mix_change,
            new_change, gone_change, unmeasured_change, policy_change, restatement_change, restated_before, restated
        from showback.movers where month = '{MONTH}' and {where}""",
        f"select monthly_budget, spent_to_date, expected_to_date from showback.budgets where month = '{MONTH}'",
        f"""select sum(unallocated_cost), sum(total_cost) from coverage.allocation_coverage
        where month = '{MONTH}'""",
        f"""select sum(effective_cost), sum(effective_cost) filter (confidence = 'strong'),
            count(*), count(*) filter (confidence = 'strong')
        from coverage.untagged_resources
        where month = '{MONTH}' and team_id = 'unallocated' and {likely}""",
        f"select effective_cost from coverage.untagged_resources where month = '{MONTH}'",
        f"""select sum(effective_cost), count(*) from coverage.conflicts where month = '{MONTH}'
            and {"true" if team is None else f"'{team}' in (answer, other_answer)"} group by dimension""",
        f"select effective_cost from coverage.conflicts where month = '{MONTH}'",
        f"""select sum(effective_cost), sum(gpu_hours) from showback.gpu_costs
        where month = '{MONTH}' and basis = 'allocation' and {where} group by rollup (step)""",
        f"""select sum(total_cost_change), sum(abs(total_cost_change)), count(distinct restated_at)
        from reconciliation.restatements where month = '{MONTH}' and {where}""",
        f"""select count(distinct machine_id), sum(days_without_bill) from reconciliation.clusters_vs_bill
        where month = '{MONTH}' and days_without_bill > 0 group by cluster_name""",
    ):
        for row in query(file, statement):
            found |= {Decimal(amount) for amount in row if amount is not None}
    return found


def derived(amounts: list[Decimal]) -> tuple[list[Decimal], list[Decimal]]:
    """What may be said of amounts: themselves and differences; and ratios, of both."""
    money = [*amounts, *(one - other for one, other in permutations(amounts, 2))]
    if len(amounts) == 4:
        # A share of a pool, before and now: what came of the share, and what of the pool.
        before, now, gave_before, gave = amounts
        if gave and gave_before:
            was, is_now = before / gave_before, now / gave
            money += [(is_now - was) * gave, was * (gave - gave_before)]
    ratios = [one / abs(other) for one in money for other in amounts if other]
    return money, ratios


@pytest.mark.parametrize("team", TEAMS)
def test_every_number_of_a_sentence_follows_from_the_marts(changed, tmp_path, team: str | None) -> None:
    published = changed(RESTATED, GPUS)
    page, _ = written(published, tmp_path, team)
    known = every_sum(published / "current" / "apportion.duckdb", team)
    sentences = told(page)
    assert len(sentences) > 10
    sources = {sentence.source for sentence in sentences}
    assert {"showback.monthly_costs", "showback.movers", "reconciliation.restatements"} <= sources
    for sentence in sentences:
        assert sentence.amounts, sentence
        money, ratios = derived(list(sentence.amounts.values()))
        if "whole change" in sentence.says:
            assert any(sentence.amounts["change"] == one - other for one in known for other in known)
        else:
            assert set(sentence.amounts.values()) <= known, sentence
        # Evidence and names may hold numbers of their own: what is said of money has cents.
        for text in MONEY.findall(sentence.says):
            assert any(abs(abs(number(text)) - abs(amount)) < 2 * CENT for amount in money), (text, sentence)
        for text in PERCENT.findall(sentence.says):
            assert any(abs(abs(number(text)) - abs(ratio) * 100) < Decimal("0.06") for ratio in ratios), (
                text,
                sentence,
            )


@pytest.mark.parametrize("team", TEAMS)
def test_the_page_and_the_statement_have_the_total_of_the_mart(sample, tmp_path, team: str | None) -> None:
    page, statement = written(sample.published, tmp_path, team)
    where = "true" if team is None else f"team_id = '{team}'"
    ((total, billed, count),) = query(
        sample.current,
        f"""select sum(total_cost), sum(billed_cost), count(*) from showback.monthly_costs
        where month = '{MONTH}' and {where}""",
    )
    assert f"<dd>{words.money(total)} USD</dd>" in page
    rows = rows_of(statement)
    assert len(rows) == count
    assert sum(Decimal(row["total_cost"]) for row in rows) == rounded(total)
    assert sum(Decimal(row["billed_cost"]) for row in rows) == rounded(billed)
    for row in rows:
        assert Decimal(row["direct_cost"]) + Decimal(row["shared_cost"]) == Decimal(row["total_cost"])
        assert all(len(row[name].partition(".")[2]) == 2 for name in ("direct_cost", "total_cost", "billed_cost"))


def test_the_changes_that_are_told_are_the_whole_change(sample, tmp_path) -> None:
    """A reason that is left out would be a change that nobody sees."""
    for team in (None, "search", "ml-platform"):
        page, _ = written(sample.published, tmp_path, team)
        sentences = told(page)
        end = next(place for place, each in enumerate(sentences) if "whole change" in each.says)
        changes = [list(each.amounts.values())[:2] for each in sentences[end - 5 : end]]
        rest, change = sentences[end].amounts.values()
        assert sum(now - before for before, now in changes) + rest == change
        before, now = (
            query(
                sample.current,
                "select sum(total_cost) from showback.monthly_costs where month = ? and coalesce(team_id = ?, true)",
                month,
                team,
            )[0][0]
            for month in (BEFORE, MONTH)
        )
        assert change == now - before


def test_a_budget_that_is_not_kept_is_a_decision(sample, changed, tmp_path) -> None:
    """And that there is none is said, in the place of a number."""
    over = query(
        sample.current,
        """select budget_id, monthly_budget, spent_to_date from showback.budgets
        where month = ? and spent_to_date > monthly_budget""",
        MONTH,
    )
    page, _ = written(sample.published, tmp_path / "all")
    found = {sentence.says.split()[1]: sentence for sentence in told(page) if "decide what is stopped" in sentence.says}
    assert set(found) == {budget for budget, *_ in over} != set()
    for budget, monthly, spent in over:
        assert f"over by {words.money(spent - monthly)}" in found[budget].says
    assert "The budget for September 2026 is" in page
    page, _ = written(changed("delete from showback.budgets"), tmp_path / "none")
    assert "The policy has no budget for September 2026" in page and "decide what is stopped" not in page


def test_the_page_needs_nothing_from_elsewhere(sample, tmp_path) -> None:
    page, _ = written(sample.published, tmp_path)
    without_namespaces = re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)
    assert "http://" not in without_namespaces and "https://" not in without_namespaces
    assert set(re.findall(r'(?:href|src)="([^"]*)"', page)) == {"data:,"}
    assert "<script" not in page and "@import" not in page and "url(" not in page
    assert "default-src 'none'" in page and "@media print" in page and page.count("<svg") == 2


def test_hostile_names_are_text(changed, tmp_path) -> None:
    literal = EVIL.replace("'", "''")
    published = changed(
        f"update showback.monthly_costs set team_id = '{literal}' where team_id = 'search'",
        f"update showback.movers set service_name = '{literal}', consumed_unit = '{literal}'",
        f"update showback.budgets set budget_id = '{literal}'",
        f"update showback.teams set team_name = '{literal}'",
    )
    to = tmp_path / "to"
    for team in (None, EVIL):
        page, statement = written(published, to, team)
        assert "<script" not in page
        assert html.escape(EVIL, quote=False).split("&lt;")[1] in page
        assert f"'{EVIL}" in {row["team_id"] for row in rows_of(statement)}
    assert len(list(to.iterdir())) == 4 and {path.parent for path in tmp_path.rglob("*.html")} == {to}


def test_another_currency_is_in_the_statement_and_is_told(changed, tmp_path) -> None:
    published = changed(
        f"""insert into showback.monthly_costs by name select * replace ('EUR' as currency)
        from showback.monthly_costs where month = '{MONTH}' and team_id = 'workplace-it'"""
    )
    page, statement = written(published, tmp_path)
    euros = sum(Decimal(row["total_cost"]) for row in rows_of(statement) if row["currency"] == "EUR")
    assert euros and f"The month also has {words.money(euros)} EUR" in page


def test_a_month_that_is_not_over_has_its_whole_total(changed, tmp_path) -> None:
    published = changed(
        f"update showback.months set is_open = true, until_date = date '{MONTH}-10' where month = '{MONTH}'",
        f"delete from showback.daily_costs where month = '{MONTH}' and charge_date > date '{MONTH}-10'"
        " and cost_component <> 'licenses'",
    )
    page, statement = written(published, tmp_path)
    total = sum(Decimal(row["total_cost"]) for row in rows_of(statement))
    assert f"<dd>{words.money(total)} USD</dd>" in page
    assert "September 2026 is not over" in page and "Effective cost in September 2026 up to day 10 is" in page
    first = told(page)[0]
    assert first.source == "showback.daily_costs"
    assert first.amounts["September 2026 up to day 10"] == sum(
        amount
        for (amount,) in query(
            published / "current" / "apportion.duckdb",
            f"""select total_cost from showback.daily_costs
            where month = '{MONTH}' and charge_date <= date '{MONTH}-10'""",
        )
    )


def test_the_first_month_is_compared_with_nothing(sample, tmp_path) -> None:
    """The month before has prepaid licenses alone: everything else would have begun."""
    page, _ = written(sample.published, tmp_path, month="2026-06")
    assert "There are no delivered costs of May 2026 to compare with" in page
    assert "rose most" not in page and "new: " not in page and "None" not in page


def test_what_is_not_there_is_told_with_what_is(sample, tmp_path) -> None:
    for month, team, message in (
        ("2026-13", None, "2026-13 is not a month"),
        ("1999-01", None, "There are costs of 2026-06, 2026-07, 2026-08, 2026-09."),
        (MONTH, "nobody", "there is no team nobody in September 2026; there are: customer-ai, data-platform"),
    ):
        with pytest.raises(NotThere, match=re.escape(message)):
            review(sample.published, month, team, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_the_command_says_it_by_its_status(sample, tmp_path) -> None:
    options = ("review", "--published", sample.published, "--to", tmp_path / "to")
    done = apportion(*options, "--month", MONTH, "--team", "search")
    assert done.stdout.splitlines() == [
        f"review:    {tmp_path}/to/review-{MONTH}-search.html",
        f"statement: {tmp_path}/to/statement-{MONTH}-search.csv",
    ]
    for wrong, status, said in (
        (("--month", "2026-9"), 2, "2026-9 is not a month"),
        (("--month", "1999-01"), 2, "There are costs of 2026-06"),
        (("--month", MONTH, "--published", tmp_path), 1, "There is no publication in"),
    ):
        done = apportion(*options, *wrong, check=False)
        assert done.returncode == status and said in done.stderr.splitlines()[-1]


def test_an_older_publication_is_told(changed, tmp_path) -> None:
    published = changed("drop table showback.gpu_costs")
    with pytest.raises(NotReadable, match="another version"):
        review(published, MONTH, None, tmp_path / "to")
    assert not (tmp_path / "to").exists()
