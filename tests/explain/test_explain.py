"""An explanation adds up to what it explains, on a warehouse that a real run has built."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.explain import ExplainError, explain_amount, explain_charge, render
from orchestration.explain.amount import DIRECT
from orchestration.explain.charge import CANDIDATES, OWNERS
from orchestration.explain.explanation import Column
from orchestration.explain.lookup import GROUP_COLUMNS
from orchestration.explain.pools import GIVEN, HANDED_ON, INSIDE, RECEIVED, Pools, sections
from orchestration.explain.words import candidate_reason, money, percent
from orchestration.project import ROOT

# They read a whole run.
pytestmark = pytest.mark.slow

APPORTION = Path(sys.executable).with_name("apportion")
TRICKY_TEAM = "[red]alert[/red]'; drop table x; --"
TRICKY_RESOURCE = "gpu-\x1b[31m[bold]7"

PERIOD = {"BillingPeriodStart": "2026-09-01T00:00:00Z", "BillingPeriodEnd": "2026-10-01T00:00:00Z"}

# day, cost, service category, service, resource, tags, currency
CHARGES = [
    (1, "60", "Compute", "Virtual Machines", "vm-1", {"team": "search", "project": "ranker", "env": "prod"}, "USD"),
    (1, "30", "Compute", "Virtual Machines", "vm-2", {"team": "vision", "project": "labels", "env": "dev"}, "USD"),
    (2, "10", "Storage", "Object Store", "bucket-1", {"team": "search", "project": "ranker", "env": "prod"}, "USD"),
    (2, "20", "Storage", "Object Store", "bucket-2", {"team": "vision", "project": "labels", "env": "dev"}, "USD"),
    (2, "0.000000000001", "Storage", "Object Store", "bucket-3", {"team": "search"}, "USD"),
    (1, "100", "Compute", "Shared Cluster", "node-1", {}, "USD"),
    (2, "0.1", "Compute", "Shared Cluster", "node-2", {}, "USD"),
    (1, "7", "Other", "Support Plan", None, {}, "USD"),
    (2, "-2.5", "Other", "Tax", None, {}, "USD"),
    (1, "10", "Compute", "Virtual Machines", "vm-eu", {"project": "ranker"}, "EUR"),
    (1, "12", "Other", "Base Plan", "base-1", {}, "USD"),
    (2, "5.5", "Compute", "Virtual Machines", TRICKY_RESOURCE, {"team": TRICKY_TEAM}, "USD"),
    (1, "8", "Networking", "Desk Plan", "desk-prod", {"env": "prod"}, "USD"),
    (1, "4", "Networking", "Desk Plan", "desk-dev", {"env": "dev"}, "USD"),
    (2, "11", "Networking", "Coach Plan", "coach-1", {}, "USD"),
    (2, "13", "Networking", "Gym Plan", "gym-1", {}, "USD"),
]

POLICY = {
    "teams": [
        *("team_id,team_name", "search,Search and Ranking", "vision,Vision", "platform,Platform", "core,Core"),
        *("desk,Desk", "help,Help"),
    ],
    "projects": ["project_id,project_name,team_id", "ranker,Ranker,search", "labels,Labels,vision"],
    "pools": [
        "pool_id,pool_name,owner_team_id",
        "cluster,Shared cluster,platform",
        "support,Support,platform",
        "base,Base,core",
        "tools,Tools,core",
        "desk,Desk,desk",
        "front,Front,desk",
        "coach,Coach,desk",
        "gym,Gym,desk",
    ],
    "pool_policies": [
        "policy_id,pool_id,method,partition_by,minimum_share",
        "cluster_by_spend,cluster,proportional,,",
        "support_by_contract,support,fixed,,",
        "base_on_to_tools,base,fixed,,",
        "tools_by_contract,tools,fixed,,",
        "desk_by_spend,desk,proportional,lifecycle_stage,",
        "front_on_to_desk,front,fixed,,",
        "coach_by_work,coach,summed,,",
        "gym_by_work,gym,tiered,,0.2",
    ],
    "pool_drivers": [
        "policy_id,driver,feed,weight",
        "coach_by_work,hours,timesheets,3",
        "coach_by_work,headcount,timesheets,",
        "gym_by_work,hours,timesheets,",
    ],
    # Of development nobody who takes part has spent anything.
    "pool_fallbacks": ["policy_id,place,method", "desk_by_spend,1,even"],
    "pool_targets": [
        "policy_id,team_id,project_id,lifecycle_stage,weight,target_pool_id",
        "cluster_by_spend,search,,,,",
        "cluster_by_spend,vision,,,,",
        "support_by_contract,search,,,0.7,",
        "support_by_contract,vision,,,0.2,",
        "support_by_contract,platform,,,0.1,",
        "base_on_to_tools,vision,labels,,0.5,",
        "base_on_to_tools,,,,0.5,tools",
        "tools_by_contract,search,ranker,production,0.75,",
        "tools_by_contract,vision,labels,,0.25,",
        "desk_by_spend,search,,production,,",
        "desk_by_spend,help,,development,,",
        "front_on_to_desk,,,,1,desk",
    ],
    "ownership_rules": [
        "rule_id,priority,feed,field,operator,pattern,team_id,project_id,lifecycle_stage,ai_activity,pool_id,"
        "valid_from,valid_to",
        "cluster_is_shared,10,,service,equals,Shared Cluster,,,,,cluster,,",
        "support_is_shared,20,,service,equals,Support Plan,,,,,support,,",
        "base_is_shared,30,,service,equals,Base Plan,,,,,base,,",
        "desk_is_shared,40,,service,equals,Desk Plan,,,,,desk,,",
        "coach_is_shared,50,,service,equals,Coach Plan,,,,,coach,,",
        "gym_is_shared,60,,service,equals,Gym Plan,,,,,gym,,",
    ],
    "exchange_rates": ["month,from_currency,to_currency,rate", "2026-09,EUR,USD,1.1"],
    "rate_card": ["role,currency,hourly_rate,valid_from,valid_to", "engineer,USD,90,,"],
}


def as_focus(day, cost, category, service, resource, tags, currency) -> dict[str, object]:
    """A row of a FOCUS 1.0 bill, for a day of September."""
    return {
        **PERIOD,
        "ChargePeriodStart": f"2026-09-{day:02}T00:00:00Z",
        "ChargePeriodEnd": f"2026-09-{day + 1:02}T00:00:00Z",
        "BillingAccountId": f"account-{currency}",
        "BillingCurrency": currency,
        "ChargeCategory": "Usage",
        **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), cost),
        **dict.fromkeys(("ProviderName", "InvoiceIssuerName"), "Cloud"),
        "ServiceCategory": category,
        "ServiceName": service,
        "ResourceId": resource,
        "Tags": json.dumps(tags),
    }


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company of two teams and a shared platform, run from its exports to its publication."""
    home = tmp_path_factory.mktemp("explained")
    focus = home / "exports" / "focus"
    focus.mkdir(parents=True)
    with (focus / "bill.csv").open("w", newline="") as stream:
        rows = [as_focus(*charge) for charge in CHARGES]
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for path, lines in {
        "timesheets/hours.csv": [
            "worked_on,person,role,project,activity,hours",
            "2026-09-02,ann@example.com,engineer,Ranker,training,1.5",
        ],
        "licenses/license_contracts.csv": [
            "license_id,vendor,product,contract_id,currency,amount,term_start,term_end,billed_on,seats",
            "L1,Tools Inc,Editor,C1,USD,100.00,2026-09-01,2026-09-30,2026-09-01,3",
        ],
        "licenses/license_assignments.csv": [
            "license_id,team_id,project_id,seats,assigned_from,assigned_to",
            "L1,search,,1,2026-09-01,",
            "L1,vision,,1,2026-09-01,",
        ],
    }.items():
        file = home / "exports" / path
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines) + "\n")
    policy = home / "policy"
    policy.mkdir()
    for name in ("tag_keys", "tag_values"):
        (policy / f"{name}.csv").write_bytes((ROOT / "seeds" / "policy" / f"{name}.csv").read_bytes())
    for name, lines in POLICY.items():
        (policy / f"{name}.csv").write_text("\n".join(lines) + "\n")
    file = home / "w.duckdb"
    done = subprocess.run(
        [
            *(APPORTION, "run", "--exports", home / "exports", "--policy", policy),
            *("--warehouse", file, "--published", home / "published"),
        ],
        capture_output=True,
        text=True,
        cwd=home,
        env={**os.environ, "TERM": "dumb"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return file


def asked(warehouse: Path, statement: str, *values: object) -> list[tuple]:
    """Rows of the warehouse."""
    from orchestration.warehouse import connect

    with connect(warehouse, read_only=True) as connection:
        return connection.execute(statement, values).fetchall()


def charge_of(warehouse: Path, resource: str) -> str:
    ((charge_id,),) = asked(warehouse, 'select "x_ChargeId" from focus.cost_and_usage where "ResourceId" = ?', resource)
    return charge_id


def sum_of(rows: list[dict]) -> Decimal:
    return sum((row["amount"] for row in rows), Decimal(0))


@pytest.mark.parametrize("limit", [2, 100])
def test_every_cell_of_the_mart_is_explained_to_the_last_digit(warehouse, limit):
    """What is printed, and what is only counted, is the mart's amount: in every cell and at every limit."""
    cells = asked(
        warehouse,
        """
        select month, team_id, case when grouping(project_id) = 0 then project_id end,
            case when grouping(cost_component) = 0 then cost_component end, sum(total_cost)
        from showback.monthly_costs
        group by grouping sets (
            (month, team_id), (month, team_id, project_id), (month, team_id, cost_component),
            (month, team_id, project_id, cost_component)
        )
        """,
    )
    assert len(cells) > 10
    for month, team, project, component, total in cells:
        explanation = explain_amount(warehouse, month, team, project, component, limit)
        sources = [*explanation.rows(DIRECT), *explanation.rows(RECEIVED)]
        sources += explanation.rows(GIVEN)
        assert explanation.total == total
        assert sum_of(sources) + explanation.smaller_amount == total
        assert len(sources) <= limit
        assert "equals showback.monthly_costs: yes" in render(explanation)


def test_every_row_of_the_marts_can_be_asked_for(warehouse):
    """A cell is of a stage, an activity and a provider too, and that of daily_costs of a day."""
    rows = """
        select month, team_id, project_id, cost_component, lifecycle_stage, ai_activity, provider_name, total_cost
    """
    cells = [
        (None, *row)
        for row in asked(warehouse, f"{rows} from showback.monthly_costs where team_id in ('vision', 'desk')")
    ]
    cells += asked(
        warehouse, f"{rows.replace('month,', 'charge_date, month,')} from showback.daily_costs order by all"
    )[:12]
    assert len(cells) > 15 and len({cell[0] for cell in cells}) > 1
    for day, month, team, project, component, stage, activity, provider, total in cells:
        parts = {"stage": stage, "activity": activity, "provider": provider, "day": day and str(day)}
        explanation = explain_amount(warehouse, month, team, project, component, **parts)
        shown = [row for title in (DIRECT, RECEIVED, GIVEN) for row in explanation.rows(title)]
        assert explanation.total == total == sum_of(shown) + explanation.smaller_amount
        assert f"equals showback.{'daily' if day else 'monthly'}_costs: yes" in render(explanation)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"stage": "prod"}, "no stage prod of team search in 2026-09; there is production, "),
        ({"provider": "Clod"}, "no provider Clod of team search in 2026-09; there is Cloud, "),
        ({"day": "2026-9-2"}, "2026-9-2 is not a day; write it as YYYY-MM-DD"),
        ({"stage": "production", "day": "2026-09-30"}, "stage production on 2026-09-30 in 2026-09; there is 2026-09-0"),
        (
            {"stage": "production", "activity": "training"},
            "nothing of team search, stage production, activity training",
        ),
    ],
)
def test_a_cell_that_is_not_there_is_answered_with_what_is(warehouse, parts, words):
    """An amount of nothing would look as if nothing had been spent."""
    with pytest.raises(ExplainError) as caught:
        explain_amount(warehouse, "2026-09", "search", **parts)
    assert words in str(caught.value)


def test_a_direct_charge_names_its_evidence_delivery_and_file(warehouse):
    """A team that doubts an amount can open the file it came in."""
    row = explain_amount(warehouse, "2026-09", "search", component="storage").rows(DIRECT)[0]
    assert (row["amount"], row["resource_id"], row["owner_evidence"]) == (Decimal(10), "bucket-1", "tag")
    assert row["files"] == ["focus/bill.csv"]
    assert asked(warehouse, "select status from ingestion.deliveries where delivery_id = ?", row["delivery_ids"][0])
    rows = explain_amount(warehouse, "2026-09", "search").rows(DIRECT)
    (euro,) = [row for row in rows if row["resource_id"] == "vm-eu"]
    assert euro["amount"] == Decimal(11)
    assert euro["evidence"].splitlines()[0] == "team: project register, by tag project"


def test_a_pool_share_says_policy_method_share_and_what_is_in_the_pool(warehouse):
    """Seven tenths of 7 of support; of the cluster 71 of 101 on the first day (the EUR charge is 11)."""
    explanation = explain_amount(warehouse, "2026-09", "search")
    shares = {(row["pool_id"], row["cost_component"]): row for row in explanation.rows(RECEIVED)}
    support = shares["support", "other"]
    assert (support["policy_id"], support["method"]) == ("support_by_contract", "fixed")
    assert (support["pool_total"], support["amount"], support["share"]) == (Decimal(7), Decimal("4.9"), "70%")
    cluster = shares["cluster", "compute"]
    assert (cluster["method"], cluster["pool_total"]) == ("proportional", Decimal("100.1"))
    assert cluster["lowest_share"] < cluster["highest_share"]
    inside = [row for row in explanation.rows(INSIDE) if row["pool_id"] == "cluster"]
    assert [(row["amount"], row["resource_id"]) for row in inside] == [(100, "node-1"), (Decimal("0.1"), "node-2")]
    assert inside[0]["owner_cause"] == "cluster_is_shared"
    assert inside[0]["files"] == ["focus/bill.csv"]


@pytest.mark.parametrize(
    ("team", "stage", "rung", "amount", "of_all"),
    [("search", "desk-prod", 0, 8, "60 of 60"), ("help", "desk-dev", 1, 4, None)],
)
def test_what_is_in_a_pool_is_what_was_split_by_that_rung(warehouse, team, stage, rung, amount, of_all):
    """Two stages of a day on two rungs: the charges of each are in its own, and once. Another pool that gives to
    this one makes stages of it that have no money: what weighs there is no part of the numbers.
    """
    explanation = explain_amount(warehouse, "2026-09", team)
    [share] = [row for row in explanation.rows(RECEIVED) if row["pool_id"] == "desk"]
    assert (share["rung"], share["amount"], share["pool_total"]) == (rung, amount, amount)
    assert share["share"].splitlines() == ["100%", *([of_all] if of_all else [])]
    inside = [row for row in explanation.rows(INSIDE) if row["pool_id"] == "desk"]
    assert [(row["amount"], row["resource_id"]) for row in inside] == [(amount, stage)]


def test_a_mix_says_what_was_used_of_each_driver_and_how_often_it_counts(warehouse):
    """An hour and a half, three times, and one head are 5.5. Of a tier it is said what is alike."""
    shares = {
        row["pool_id"]: row["share"].splitlines()
        for row in explain_amount(warehouse, "2026-09", "search").rows(RECEIVED)
    }
    assert shares["coach"] == [
        *("100%", "5.5 of 5.5", "1.5 of 1.5 hours of timesheets, times 3", "1 of 1 headcount of timesheets")
    ]
    assert shares["gym"] == ["100%", "20% alike", "1.5 of 1.5 hours of timesheets"]


def test_what_dominant_compares_is_named():
    """The name of its measure is nothing that a policy has."""
    compared = [
        {"driver": "gpu_hours_requested of kubernetes", "mix_weight": Decimal("0.125000000000")},
        {"driver": "cpu_core_hours_requested of kubernetes", "mix_weight": Decimal(1)},
    ]
    row = dict.fromkeys(("target_pool_id", "window_days", "pool_total", "lowest_share", "provider_name"))
    row |= {"policy_id": "p1", "pool_id": "nodes", "method": "dominant", "rung": 0, "cost_component": "compute"}
    row |= {"drivers": "dominant:p1", "compared": compared, "posting_kind": "pool_in"}
    row |= {"weight": Decimal("1.5"), "total_weight": Decimal(6)}
    [received, *_] = sections(Column("amount", "Amount", "money"), Pools([row], [], []))
    assert received.rows[0]["policy"].splitlines()[-1] == (
        "by gpu_hours_requested of kubernetes, times 0.125, cpu_core_hours_requested of kubernetes"
    )


def test_the_owner_of_a_pool_sees_what_it_gave_away(warehouse):
    """The platform's own bill would otherwise look as if money had vanished."""
    explanation = explain_amount(warehouse, "2026-09", "platform")
    given = {row["pool_id"]: row["amount"] for row in explanation.rows(GIVEN)}
    assert given == {"cluster": Decimal("-100.1"), "support": Decimal("-7")}
    # Of its own support pool it keeps a tenth.
    assert [row["amount"] for row in explanation.rows(RECEIVED)] == [Decimal("0.7")]


def test_a_share_over_two_pools_is_explained_hop_by_hop(warehouse):
    """Of 12 half goes on to the tools: search has three quarters of that half, and vision 6 and the last quarter."""
    for cell, total, received in [
        (("search", "ranker", "other"), "4.5", {"tools": "4.5"}),
        (("vision", "labels", "other"), "7.5", {"base": "6", "tools": "1.5"}),
    ]:
        explanation = explain_amount(warehouse, "2026-09", *cell)
        rows = explanation.rows(RECEIVED)
        assert {row["pool_id"]: row["amount"] for row in rows} == {
            pool: Decimal(amount) for pool, amount in received.items()
        }
        assert sum_of(rows) == explanation.total == Decimal(total)
    explanation = explain_amount(warehouse, "2026-09", "search", "ranker", "other")
    (share,) = explanation.rows(RECEIVED)
    assert (share["policy_id"], share["share"], share["pool_total"]) == ("tools_by_contract", "75%", Decimal(6))
    (hop,) = explanation.rows(HANDED_ON)
    assert (hop["pool_id"], hop["target_pool_id"], hop["policy_id"]) == ("base", "tools", "base_on_to_tools")
    assert (hop["amount"], hop["share"], hop["pool_total"]) == (6, "50%", 12)
    assert [(row["pool_id"], row["amount"], row["resource_id"]) for row in explanation.rows(INSIDE)] == [
        ("base", 12, "base-1")
    ]


def test_what_a_pool_gave_is_its_charges_and_what_others_gave_to_it(warehouse):
    """Who redoes a share finds every dollar of the pool's total, at every hop."""
    for (team,) in asked(warehouse, "select distinct team_id from showback.monthly_costs"):
        explanation = explain_amount(warehouse, "2026-09", team)
        hops, received = explanation.rows(HANDED_ON), explanation.rows(RECEIVED)
        came, given = {}, {}
        for row in explanation.rows(INSIDE):
            key = row["pool_id"], row["cost_component"]
            came[key] = came.get(key, 0) + row["amount"]
        for row in hops:
            key = row["target_pool_id"], row["cost_component"]
            came[key] = came.get(key, 0) + row["amount"]
        for row in hops + received:
            given[row["pool_id"], row["cost_component"]] = row["pool_total"]
        assert came == given


def test_the_owner_of_a_chain_sees_what_came_in_and_went_on(warehouse):
    """What is only on its way leaves nothing at the owner of the pools, and both hops are in sight."""
    explanation = explain_amount(warehouse, "2026-09", "core")
    (on_its_way,) = explanation.rows(RECEIVED)
    assert (on_its_way["pool_id"], on_its_way["target_pool_id"], on_its_way["amount"]) == ("base", "tools", Decimal(6))
    assert {row["pool_id"]: row["amount"] for row in explanation.rows(GIVEN)} == {
        "base": Decimal(-12),
        "tools": Decimal(-6),
    }
    assert explanation.total == 0


def test_a_charge_over_two_pools_went_to_those_at_the_end(warehouse):
    """Each part says by which pool it came, and with what ratio of the charge."""
    owners = explain_charge(warehouse, charge_of(warehouse, "base-1")).rows(OWNERS)
    assert {(row["team_id"], row["via_pool_id"], row["policy_id"], row["amount"], row["share"]) for row in owners} == {
        ("vision", "base", "base_on_to_tools", Decimal(6), Decimal("0.5")),
        ("search", "tools", "tools_by_contract", Decimal("4.5"), Decimal("0.375")),
        ("vision", "tools", "tools_by_contract", Decimal("1.5"), Decimal("0.125")),
    }
    assert {(row["team_id"], row["via_pool_id"]): row["made_of"].splitlines() for row in owners} == {
        ("vision", "base"): ["0.5 of 1"],
        ("search", "tools"): ["0.75 of 1", "of 50% that comes there"],
        ("vision", "tools"): ["0.25 of 1", "of 50% that comes there"],
    }


def test_names_match_in_any_case_and_by_full_name(warehouse):
    """Nobody knows how a team is spelled in the register."""
    expected = explain_amount(warehouse, "2026-09", "search", "ranker", "compute").total
    assert explain_amount(warehouse, "2026-09", "SEARCH and ranking", "RANKER", "Compute").total == expected


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("2026-9", "search"), "write it as YYYY-MM"),
        (("2026-13", "search"), "write it as YYYY-MM"),
        (("2025-01", "search"), "there is 2026-09"),
        (("2026-09", "serch"), "no team serch in 2026-09; there is search, "),
        (("2026-09", "search' or 1=1 --"), "no team search' or 1=1 --"),
        (("2026-09", "x\x1b[2J"), r"no team x\x1b[2J"),
        (("2026-09", "search", "rankr"), "no project rankr of team search in 2026-09; there is ranker, "),
        (("2026-09", "search", None, "gpu"), "no component gpu of team search in 2026-09"),
        (("2026-09", "search", "ranker", "licenses"), "of project ranker of team search in 2026-09; there is "),
    ],
)
def test_an_unknown_name_is_answered_with_those_that_exist(warehouse, names, words):
    """A misspelled team is never shown as a team that spent nothing."""
    with pytest.raises(ExplainError) as caught:
        explain_amount(warehouse, *names)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


def test_names_that_look_like_sql_or_markup_are_only_names(warehouse):
    """A tag is written by anybody: it is neither run, nor does it color or move the terminal."""
    explanation = explain_amount(warehouse, "2026-09", TRICKY_TEAM)
    assert explanation.total == Decimal("5.5")
    text = render(explanation)
    assert TRICKY_TEAM in text
    assert r"gpu-\x1b[31m[bold]7" in text
    assert "\x1b" not in text
    assert r"gpu-\x1b[31m[bold]7" in render(explain_charge(warehouse, charge_of(warehouse, TRICKY_RESOURCE)))


def test_the_parts_of_every_charge_are_the_charge(warehouse):
    """Any charge of any feed, in the currency of the report, at whoever paid for it."""
    charges = asked(
        warehouse,
        """
        select "x_ChargeId", "EffectiveCost" * case when "BillingCurrency" = 'EUR' then 1.1 else 1 end, "x_Feed"
        from focus.cost_and_usage
        where "x_Feed" <> 'licenses' or "ChargePeriodStart" < '2026-09-03'
        """,
    )
    assert {feed for _, _, feed in charges} == {"focus", "licenses", "timesheets"}
    for charge_id, effective_cost, _ in charges:
        explanation = explain_charge(warehouse, charge_id)
        assert explanation.total == effective_cost
        assert sum_of(explanation.rows(OWNERS)) == effective_cost
        assert "equals the charge's effective cost: yes" in render(explanation)


def test_the_charges_of_a_day_went_where_the_ledger_posted_them(warehouse):
    """The explanation of a pooled charge is the ledger's own, not another calculation."""
    owners = explain_charge(warehouse, charge_of(warehouse, "node-1")).rows(OWNERS)
    posted = asked(
        warehouse,
        """
        select team_id, project_id, lifecycle_stage, effective_cost from showback.ledger
        where pool_id = 'cluster' and posting_kind = 'pool_in' and charge_date = '2026-09-01'
        """,
    )
    shown = [(row["team_id"], row["project_id"], row["lifecycle_stage"], row["amount"]) for row in owners]
    assert sorted(shown) == sorted(posted)
    assert len(shown) > 1
    assert {row["policy_id"] for row in owners} == {"cluster_by_spend"}


def test_a_charge_names_its_delivery_file_row_and_group(warehouse):
    """From any charge, what a person needs to find it in the provider's export."""
    charge_id = charge_of(warehouse, "bucket-2")
    facts = dict(explain_charge(warehouse, charge_id).facts)
    assert facts["File, row"] == f"focus/bill.csv, row {charge_id.rsplit('-', 1)[1]}"
    assert facts["Owner"] == "team vision, project labels"
    assert facts["Evidence"].splitlines() == ["team: tag team", "project: tag project", "stage: tag env"]
    said = explain_charge(warehouse, charge_id).rows(CANDIDATES)
    assert (said[0]["said"], said[0]["reason"], said[0]["belief"]) == ("vision", "tag team", "strong")
    ((group,),) = asked(
        warehouse, "select charge_group_id from charges.int_charges__groups where resource_id = 'bucket-2'"
    )
    assert facts["Charge group"] == group


def test_a_day_of_a_license_went_to_its_seats(warehouse):
    """One charge, three holders: two teams, and the pool of the seat that nobody uses."""
    owners = explain_charge(warehouse, "license-L1-2026-09-01").rows(OWNERS)
    assert {(row["team_id"], row["pool_id"]) for row in owners} == {
        ("search", None),
        ("vision", None),
        ("unallocated", "unused_seats"),
    }
    assert sum_of(owners) == Decimal("3.333333333333")


@pytest.mark.parametrize(
    ("charge", "damage"),
    [
        (
            "license-L1-2026-09-01",
            "delete from charges.int_charges__daily where feed = 'licenses' and stated_team = 'vision'",
        ),
        ("node-1", "delete from sharing.int_sharing__weights where team_id = 'vision'"),
        ("bucket-2", "update sharing.int_sharing__direct_postings set team_id = 'search' where team_id = 'vision'"),
    ],
)
def test_what_the_ledger_lacks_is_not_explained_away(warehouse, tmp_path, charge, damage):
    """The largest part takes the remainder: what another lost would go to it, and the sum would still fit."""
    charge_id = charge if charge.startswith("license") else charge_of(warehouse, charge)
    damaged = tmp_path / "damaged.duckdb"
    shutil.copyfile(warehouse, damaged)
    with duckdb.connect(str(damaged)) as connection:
        connection.execute(damage)
    with pytest.raises(ExplainError, match="is not in the ledger as it is in its bill"):
        explain_charge(damaged, charge_id)


def test_an_hour_is_explained_without_its_person(warehouse):
    """The project that a timesheet states decides, and nothing tells who it was."""
    ((charge_id,),) = asked(warehouse, "select charge_id from staging.stg_timesheets__hours")
    explanation = explain_charge(warehouse, charge_id)
    assert [(row["team_id"], row["amount"]) for row in explanation.rows(OWNERS)] == [("search", Decimal(135))]
    ((person,),) = asked(warehouse, "select person_hash from staging.stg_timesheets__hours")
    assert person not in render(explanation)


@pytest.mark.parametrize(
    "charge_id", ["", "x", "0123456789abcdef-1", "0123456789abcdef-01", "license-L1-2026-13-01", "' or 1=1 --\x07"]
)
def test_an_unknown_charge_is_an_error(warehouse, charge_id):
    """A typo is not explained as zero."""
    with pytest.raises(ExplainError, match="no charge") as caught:
        explain_charge(warehouse, charge_id)
    assert str(caught.value).isprintable()


def test_a_row_beyond_the_file_is_an_error(warehouse):
    """A row that the file does not have."""
    file_id = charge_of(warehouse, "vm-1").rsplit("-", 1)[0]
    with pytest.raises(ExplainError, match="no current delivery holds that row"):
        explain_charge(warehouse, f"{file_id}-999")


def test_a_missing_an_empty_or_a_broken_warehouse_is_said(tmp_path):
    """Before the first run there is nothing to explain, and that is what is said."""
    import duckdb

    with pytest.raises(ExplainError, match="no such warehouse; run `apportion run` first"):
        explain_amount(tmp_path / "none.duckdb", "2026-09", "search")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(ExplainError, match="nothing is built in it yet"):
        explain_amount(tmp_path / "empty.duckdb", "2026-09", "search")
    (tmp_path / "broken.duckdb").write_text("not a database" * 1000)
    with pytest.raises(ExplainError, match="cannot be read"):
        explain_charge(tmp_path / "broken.duckdb", "0123456789abcdef-1")


def test_a_warehouse_that_a_run_holds_is_said(warehouse):
    """While a run writes, its half-built tables are nobody's to read."""
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script, warehouse], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ExplainError, match="another process is writing to it"):
            explain_amount(warehouse, "2026-09", "search")
        holder.stdin.close()


def test_sources_that_do_not_add_up_are_refused(warehouse, tmp_path):
    """A mart that was changed by hand is not explained away."""
    import shutil

    import duckdb

    copy = tmp_path / "w.duckdb"
    shutil.copy(warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update showback.monthly_costs set total_cost = total_cost + 0.000000000001")
    with pytest.raises(ExplainError, match=r"but showback\.monthly_costs says"):
        explain_amount(copy, "2026-09", "search")


@pytest.mark.parametrize("columns", ["20", "80", "200"])
def test_numbers_are_whole_at_any_width(warehouse, monkeypatch, columns):
    """An amount over two lines is two wrong amounts."""
    monkeypatch.setenv("COLUMNS", columns)
    explanation = explain_amount(warehouse, "2026-09", "search")
    text = render(explanation)
    for row in [*explanation.rows(DIRECT), *explanation.rows(RECEIVED)]:
        assert re.search(rf"(?<![\d.]){re.escape(money(row['amount']))}(?![\d.])", text)
    assert max(map(len, text.splitlines())) <= max(int(columns), 100)


def test_a_group_is_found_by_the_columns_that_make_it():
    """A column added to the group's key and forgotten here would find the wrong owner."""
    macro = (ROOT / "macros" / "charge_group_columns.sql").read_text()
    assert re.findall(r"'(\w+)'", macro) == list(GROUP_COLUMNS)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0E-12", "0.00"),
        ("-0.000000000000", "0.00"),
        ("16.000000000000", "16.00"),
        ("1234.500000000000", "1,234.50"),
        ("-0.000000000001", "-0.000000000001"),
        ("12345678901234567890123456.123456789012", "12,345,678,901,234,567,890,123,456.123456789012"),
    ],
)
def test_money_is_exact_and_short(amount, text):
    assert money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("share", "text"), [(1, "100%"), (0, "0%"), (0.5, "50%"), (1 / 3, "33.3333%"), (1e-9, "about 0%")]
)
def test_a_share_is_a_percentage(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("kind", "cause", "is_of_project", "text"),
    [
        ("tag", "env", False, "tag env"),
        ("account", "r1", False, "rule r1 (account)"),
        ("link", "namespace in kubernetes", False, "link of namespace in kubernetes"),
        ("link", "run in mlflow", True, "project register, by link of run in mlflow"),
        ("override", "tag_overrides", False, "override"),
    ],
)
def test_evidence_is_said_as_what_it_is(kind, cause, is_of_project, text):
    """Whoever is told of a rule looks for it in ownership_rules.csv: a link is none."""
    assert candidate_reason({"evidence": kind, "cause": cause, "is_of_project": is_of_project}) == text
