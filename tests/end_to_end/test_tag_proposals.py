"""Tags hidden from the sample company, proposed again, and dropped into its policy."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.policy import prepare
from orchestration.project import Project, project
from tests.bench.proposals import AFFECTED, compared, dbt, hidden
from tests.conftest import apportion, query
from tests.end_to_end.conftest import Run

pytestmark = pytest.mark.slow

FLOOR = Decimal("0.98")
OVERRIDES = [
    "resource_id",
    "team_id",
    "project_id",
    "lifecycle_stage",
    "ai_activity",
    "valid_from",
    "valid_to",
    "reason",
]

OWNERS = """
select sum(postings.effective_cost) filter (postings.team_id = truth.team_id), sum(postings.effective_cost)
from sharing.int_sharing__direct_postings as postings
inner join charges.int_charges__groups as groups using (billing_period, charge_group_id)
inner join (select distinct month, resource_id, service_name, team_id from truth) as truth
    on postings.billing_period = truth.month
        and groups.resource_id = truth.resource_id
        and groups.service_name = truth.service_name
where list_contains($resources, groups.resource_id)
"""


@pytest.fixture(scope="module")
def company(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample company's warehouse, in a folder of our own."""
    paths = project(sample.exports, sample.warehouse, sample.published, sample.exports / "policy")
    own = project(sample.exports, tmp_path_factory.mktemp("proposals") / "w.duckdb", sample.published, paths.policy)
    shutil.copyfile(paths.warehouse, own.warehouse)
    shutil.copytree(paths.seeds, own.seeds)
    return own


@pytest.fixture(scope="module")
def late(company: Project) -> Project:
    """The tags of a tenth of the resources came late, or were lost."""
    return hidden(company, seed=5, way="some months")


def test_what_was_never_tagged_is_proposed_to_its_real_owner(sample: Run, tmp_path: Path) -> None:
    """A machine that nobody tagged, beside tagged ones with names alike: the truth knows whose it really is."""
    fixes = tmp_path / "tag_fixes.csv"
    apportion("fix-tags", "--warehouse", sample.warehouse, "--to", fixes)
    with fixes.open(newline="") as stream:
        proposed = {row["resource_id"]: (row["team_id"], row["project_id"]) for row in csv.DictReader(stream)}
    truth = query(
        sample.current,
        "select distinct resource_id, team_id, project_id from read_parquet(?) where attribution = 'untagged'",
        str(sample.exports / "truth" / "costs.parquet"),
    )
    owners = {resource: (team, project) for resource, team, project in truth}
    assert len(proposed) > 50
    assert {resource: team for resource, (team, _) in proposed.items()} == {
        resource: owners[resource][0] for resource in proposed
    }
    assert [owner for resource, owner in proposed.items() if owner[1] and owner != owners[resource]] == []


@pytest.mark.parametrize("way", ["always", "some months"])
def test_a_strong_proposal_is_right(company: Project, late: Project, way: str) -> None:
    """Whoever adds strong proposals to the policy unread must not charge the wrong team."""
    strong, *_ = compared(late if way == "some months" else hidden(company, seed=5))
    assert strong.resources > 0
    assert strong.resources_right >= FLOOR * strong.resources
    assert strong.money_right >= FLOOR * strong.money


def test_what_was_tagged_in_other_months_is_recovered(late: Project) -> None:
    """A tag that came late is the commonest hole, and the easiest to mend."""
    bands = compared(late)
    assert bands[0].money_right > Decimal("0.9") * sum(band.money for band in bands)


def test_a_fix_holds_from_the_first_untagged_day_until_somebody_owns_it_again(late: Project, tmp_path: Path) -> None:
    """A tag applied late is dated back to the first charge, and the fix ends where the tag begins."""
    fixes = tmp_path / "fixes.csv"
    apportion("fix-tags", "--warehouse", late.warehouse, "--to", fixes)
    with fixes.open(newline="") as stream:
        dates = {row["resource_id"]: (row["valid_from"], row["valid_to"]) for row in csv.DictReader(stream)}
    expected = query(
        late.warehouse,
        """
        with days as (
            select
                groups.resource_id,
                min(first_charge_date) filter (owners.team_id = 'unallocated') as untagged_from,
                max(last_charge_date) filter (owners.team_id = 'unallocated') as untagged_until,
                list(first_charge_date) filter (owners.team_id <> 'unallocated') as owned_from
            from charges.int_charges__groups as groups
            inner join ownership.int_ownership__owners as owners using (billing_period, charge_group_id)
            group by groups.resource_id
        )
        select resource_id, cast(untagged_from as varchar),
            coalesce(cast(list_min(list_filter(owned_from, lambda day: day > untagged_until)) as varchar), '')
        from days where list_contains(?, resource_id)
        """,
        list(dates),
    )
    assert {resource: (start, end) for resource, start, end in expected} == dates
    assert {bool(end) for _, end in dates.values()} == {True, False}


def test_the_fixes_pass_the_policys_checks_and_give_the_money_back(late: Project, tmp_path: Path) -> None:
    """The totals stay, unallocated money goes to whom the hidden tags named, and nothing is left to propose."""
    fixes = tmp_path / "tag_fixes.csv"
    said = apportion("fix-tags", "--warehouse", late.warehouse, "--to", fixes).stdout
    with fixes.open(newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == OVERRIDES
    assert f"{len(rows)} rows of confidence strong" in said
    assert all(row[1] and row[5] and ("history: " in row[7] or "names: " in row[7]) for row in rows)
    assert any("history: " in row[7] for row in rows)

    policy = tmp_path / "policy"
    shutil.copytree(late.policy, policy)
    shutil.copyfile(fixes, policy / "tag_overrides.csv")
    before = query(late.warehouse, "select sum(effective_cost) from sharing.int_sharing__direct_postings")
    prepare(policy, late.seeds)
    dbt(late, "seed", "--select", "tag_overrides", "--full-refresh")
    dbt(late, "run", "--full-refresh", *AFFECTED)

    assert query(late.warehouse, "select sum(effective_cost) from sharing.int_sharing__direct_postings") == before
    ((right, money),) = query(late.warehouse, OWNERS.replace("$resources", "?"), [row[0] for row in rows])
    assert right >= FLOOR * money > 0
    again = tmp_path / "again.csv"
    said = apportion("fix-tags", "--warehouse", late.warehouse, "--to", again).stdout
    assert again.read_text().count("\n") == 1
    assert "next: try --confidence weak" in said


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--confidence", "sure"], 2, "--confidence is one of strong, medium, weak"),
        (["--month", "2026-13"], 2, "2026-13 is not a month"),
        (["--warehouse", "nowhere.duckdb"], 1, "no such warehouse"),
    ],
)
def test_wrong_usage_is_said_in_words(options: list[str], status: int, words: str, tmp_path: Path) -> None:
    """A typing error must not look like a company without untagged resources."""
    done = apportion("fix-tags", "--to", tmp_path / "fixes.csv", *options, check=False)
    assert (done.returncode, words in done.stderr) == (status, True)
    assert not (tmp_path / "fixes.csv").exists()


def test_the_policy_is_not_overwritten(sample: Run, tmp_path: Path) -> None:
    """Proposals are reviewed before they are policy."""
    policy = tmp_path / "tag_overrides.csv"
    policy.write_text("mine")
    done = apportion("fix-tags", "--warehouse", sample.warehouse, "--to", policy, check=False)
    assert done.returncode == 2
    assert policy.read_text() == "mine"
