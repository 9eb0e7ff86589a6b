"""The policy folder: what is accepted, what is refused, and what the refusal says."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.policy import PolicyError, prepare
from orchestration.policy.files import CANONICAL, COMPONENTS, EVIDENCE, FILES
from orchestration.policy.names import fold, fold_without_prefix, model_key, name_key
from orchestration.policy.seeds import PROPERTIES
from orchestration.project import ROOT
from tests.policy.conftest import RULES, SOUND, folder, rule

DEFAULT = ROOT / "seeds" / "policy"


def refusals(policy: Path) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        prepare(policy, policy.parent / "seeds")
    assert not (policy.parent / "seeds").exists(), "a refused policy writes nothing"
    return str(refused.value).splitlines()


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_default_policy_is_ready_for_dbt_as_it_is(tmp_path):
    """Plain `dbt build` reads the default folder itself, so it must be what prepare writes."""
    assert prepare(DEFAULT, tmp_path) == []
    for name in [*(f"{name}.csv" for name in FILES), PROPERTIES.name]:
        assert (tmp_path / name).read_bytes() == (DEFAULT / name).read_bytes()


def test_every_column_of_a_seed_is_typed_and_described():
    """dbt takes a column that is empty in every row for a number, and a policy may leave any empty."""
    seeds = {seed["name"]: seed for seed in yaml.safe_load(PROPERTIES.read_text())["seeds"]}
    headers = {name: file.header for name, file in FILES.items()}
    assert {name: list(seed["config"]["column_types"]) for name, seed in seeds.items()} == headers
    assert {name: [column["name"] for column in seed["columns"]] for name, seed in seeds.items()} == headers
    assert all(column["description"].strip() for seed in seeds.values() for column in seed["columns"])


def test_the_default_mapping_knows_each_canonical_value(tmp_path):
    listed = {(row[0], row[1]) for row in rows(DEFAULT / "tag_values.csv")}
    for dimension, values in CANONICAL.items():
        for value in set(values) - {"unknown", "idle"}:
            assert (dimension, value) in listed


def test_a_sound_policy_is_written_in_the_order_of_the_seeds(tmp_path):
    assert prepare(folder(tmp_path / "policy"), tmp_path / "seeds") == []
    written = rows(tmp_path / "seeds" / "ownership_rules.csv")
    assert written[0] == FILES["ownership_rules"].header
    assert written[1] == [
        *("r1", "10", "", "sku", "regex", r"^gpu\d, (a|b)$"),
        *("red", "", "", "", "", "2026-01-01", "2026-02-01"),
    ]


def test_a_missing_file_means_none_and_is_said(tmp_path):
    absent = ("tag_keys", "ownership_rules", "pools", "pool_policies", "pool_targets")
    policy = folder(tmp_path / "policy", **dict.fromkeys(absent))
    notes = prepare(policy, tmp_path / "seeds")
    assert notes == [f"no tag_keys.csv in {policy}: no tag says whose a charge is"]
    for name in absent:
        assert rows(tmp_path / "seeds" / f"{name}.csv") == [FILES[name].header]


def test_an_empty_folder_is_a_policy(tmp_path):
    (tmp_path / "policy").mkdir()
    assert len(prepare(tmp_path / "policy", tmp_path / "seeds")) == 6
    assert len(list((tmp_path / "seeds").glob("*.csv"))) == len(FILES)


def test_a_folder_that_does_not_exist_is_refused(tmp_path):
    assert refusals(tmp_path / "nowhere") == [
        f"{tmp_path / 'nowhere'}: no such policy folder; create it or give another one"
    ]


def test_seeds_are_rewritten_only_when_they_change(tmp_path):
    """dbt parses anew every file that was touched."""
    policy, seeds = folder(tmp_path / "policy"), tmp_path / "seeds"
    prepare(policy, seeds)
    for path in seeds.iterdir():
        os.utime(path, (1, 1))
    prepare(policy, seeds)
    assert {path.stat().st_mtime for path in seeds.iterdir()} == {1}
    folder(policy, teams="team_id\nred\nblue\ngreen\n")
    prepare(policy, seeds)
    assert [path.name for path in seeds.iterdir() if path.stat().st_mtime != 1] == ["teams.csv"]


def test_what_spreadsheets_add_is_accepted(tmp_path):
    """A byte order mark, Windows line ends, spaces, empty lines, any case of header."""
    teams = "\ufeffTeam_ID, team_name\r\n\r\n red ,Red\r\nblue,Blue\r\n,\r\n"
    prepare(folder(tmp_path / "policy", teams=teams), tmp_path / "seeds")
    written = rows(tmp_path / "seeds" / "teams.csv")
    assert [row[:2] for row in written] == [line.split(",") for line in SOUND["teams"].splitlines()]


def test_accounts_of_two_feeds_may_have_one_name(tmp_path):
    """A company calls itself alike at every vendor; of one of them it would be asked which line holds."""
    lines = ["feed,account_id,counted,valid_from,valid_to", "licenses,acme,contract,,", "anthropic,acme,bill,,"]
    resales = "\n".join(lines) + "\n"
    assert prepare(folder(tmp_path / "policy", resales=resales), tmp_path / "seeds") == []
    twice = folder(tmp_path / "twice", resales=f"{resales}licenses,acme,both,2026-09-01,\n")
    with pytest.raises(PolicyError) as refused:
        prepare(twice, tmp_path / "other")
    assert "line 4: account_id 'acme' has overlapping dates, here and on line 2" in str(refused.value)


RULE = "rule_id,priority,field,operator,pattern,team_id,lifecycle_stage,ai_activity,pool_id\n"
POLICY = "policy_id,pool_id,method,valid_from,valid_to\n"
TARGET = "policy_id,team_id,weight\n"
RATE = "month,from_currency,to_currency,rate\n"
BUDGET = "budget_id,team_id,project_id,lifecycle_stage,cost_component,currency,monthly_budget,valid_from,valid_to\n"
CARD = "role,currency,hourly_rate,valid_from,valid_to\n"
KEY = "tag_key,dimension,priority\n"
NAMED = "team_id,team_name,successor_team_id,valid_from,valid_to\n"
TEAM = "team_id,parent_team_id,successor_team_id,valid_from,valid_to\n"
OVERRIDE = "resource_id,team_id,valid_from,valid_to\n"
VALUE = "dimension,tag_value,canonical_value\n"

# The changed file, its content, the line that is refused, and what the refusal says.
CONTRADICTIONS = {
    "empty id": ("teams", "team_id,team_name\nred,\nblue,\n,Nobody\n", 4, "team_id is empty"),
    "team twice": ("teams", "team_id\nred\nblue\nred\n", 4, "'red' is already on line 2"),
    "team in another spelling": (
        *("teams", "team_id\nred\nblue\nRed\n", 4),
        "'Red' compares equal to 'red' already on line 2",
    ),
    "project twice": ("projects", "project_id\nlab\nlab\n", 3, "project_id 'lab' is already"),
    "rule twice": (
        *("ownership_rules", RULE + "r,1,sku,equals,a,red,,,\nr,1,sku,equals,a,red,,,\n"),
        *(3, "rule_id 'r' is already on line 2"),
    ),
    "pool twice": ("pools", "pool_id\ngpus\ngpus\n", 3, "pool_id 'gpus' is already"),
    "policy twice": (
        "pool_policies",
        POLICY + "p1,gpus,even,,2026-01-01\np2,gpus,even,2027-01-01,\n" + "p2,gpus,even,2026-01-01,2026-02-01\n",
        4,
        "policy_id 'p2' is already on line 3",
    ),
    "key twice": (
        *("tag_keys", KEY + "cost_center,team,1\nuser:CostCenter,team,2\n", 3),
        "'user:CostCenter' compares equal to 'cost_center' already on line 2",
    ),
    "key of signs": ("tag_keys", KEY + "--,team,1\n", 2, "'--' has no letter or digit"),
    "value twice": (
        *("tag_values", VALUE + "team,Data,a\nproject,data,b\nteam,da-ta,c\n", 4),
        "'team', 'da-ta' compares equal to 'team', 'Data' already on line 2",
    ),
    "dimension": ("tag_keys", KEY + "team,owner,1\n", 2, "dimension cannot be 'owner'; write one"),
    "operator": (
        *("ownership_rules", RULE + "r,1,sku,is,a,red,,,\n", 2),
        "operator cannot be 'is'; write one of equals, like, regex",
    ),
    "field": (
        *("ownership_rules", RULE + "r,1,colour,like,a,red,,,\n", 2),
        "field cannot be 'colour'; write one of account,",
    ),
    "regex": (
        *("ownership_rules", RULE + "r,1,sku,regex,gpu(,red,,,\n", 2),
        "pattern 'gpu(' is not a regular expression, missing )",
    ),
    "regex of another language": (
        *("ownership_rules", RULE + "r,1,sku,regex,(?=x),red,,,\n", 2),
        "pattern '(?=x)' is not a regular expression",
    ),
    "regex with an open quotation": (
        *("ownership_rules", RULE + "r,1,sku,regex,\\Qa.b,red,,,\n", 2),
        "is not a regular expression, missing )",
    ),
    "priority": (
        *("ownership_rules", RULE + "r,high,sku,like,a,red,,,\n", 2),
        "priority cannot be 'high'; write a whole number",
    ),
    "stage of a rule": (
        *("ownership_rules", RULE + "r,1,sku,like,a,,staging,,\n", 2),
        "lifecycle_stage cannot be 'staging'; write one of development,",
    ),
    "activity of a rule": (
        *("ownership_rules", RULE + "r,1,sku,like,a,,,dreaming,\n", 2),
        "ai_activity cannot be 'dreaming'",
    ),
    "canonical stage": (
        *("tag_values", VALUE + "lifecycle_stage,prd,prod\n", 2),
        "canonical_value of lifecycle_stage cannot be 'prod'; write one of development,",
    ),
    "canonical activity": (
        *("tag_values", VALUE + "ai_activity,train,production\n", 2),
        "canonical_value of ai_activity cannot be 'production'",
    ),
    "rule without effect": (
        *("ownership_rules", RULE + "r,1,sku,like,a,,,,\n", 2),
        "rule 'r' assigns nothing",
    ),
    "pool of a rule": (
        *("ownership_rules", RULE + "r,1,sku,like,a,,,,cpus\n", 2),
        "unknown pool_id 'cpus'; add it to pools.csv",
    ),
    "pool of a policy": (
        *("pool_policies", POLICY + "p1,gpus,even,,2026-01-01\np2,cpus,even,,\n", 3),
        "unknown pool_id 'cpus'",
    ),
    "method": (
        *("pool_policies", POLICY + "p1,gpus,fair,,2026-01-01\np2,gpus,even,2026-01-01,\n", 2),
        "method cannot be 'fair'; write one of even, proportional, fixed",
    ),
    "overlap of policies": (
        *("pool_policies", POLICY + "p1,gpus,even,,2026-01-02\np2,gpus,even,2026-01-01,\n", 3),
        "pool_id 'gpus' has overlapping dates, here and on line 2",
    ),
    "day that is none": (
        *("pool_policies", POLICY + "p1,gpus,even,,2026-02-30\np2,gpus,even,2027-01-01,\n", 2),
        "valid_to cannot be '2026-02-30'; write a day as YYYY-MM-DD",
    ),
    "day in another style": (
        *("rate_card", CARD + "engineer,EUR,90,01/02/2026,\n", 2),
        "valid_from cannot be '01/02/2026'",
    ),
    "dates reversed": (
        *("rate_card", CARD + "engineer,EUR,90,2026-02-01,2026-02-01\n", 2),
        "valid_to 2026-02-01 is not after valid_from 2026-02-01",
    ),
    "targets of no policy": (
        *("pool_targets", TARGET + "p1,red,1\np9,red,1\n", 3),
        "unknown policy_id 'p9'; add it to pool_policies.csv",
    ),
    "target twice": (
        *("pool_targets", TARGET + "p1,red,0.5\np1,red,0.5\n", 3),
        "'p1', 'red' is already on line 2",
    ),
    "target of nobody": ("pool_targets", TARGET + "p1,red,1\np2,,\n", 3, "names nobody"),
    "target team": (
        *("pool_targets", TARGET + "p1,red,1\np2,green,\n", 3),
        "unknown team_id 'green'; add it to teams.csv",
    ),
    "weights below one": (
        *("pool_targets", TARGET + "p2,red,\np1,red,0.333\np1,blue,0.333\n", 3),
        "the weights of fixed policy 'p1' sum to 0.666",
    ),
    "weight missing": (
        *("pool_targets", TARGET + "p1,red,1\np1,blue,\n", 3),
        "weight is empty in fixed policy 'p1'",
    ),
    "weight negative": (
        *("pool_targets", TARGET + "p1,red,-0.5\np1,blue,1.5\n", 2),
        "weight cannot be '-0.5'",
    ),
    "weight finer than its column": (
        *("pool_targets", TARGET + "p1,red,0.3333333333333\np1,blue,0.7\n", 2),
        "weight cannot be '0.3333333333333'; write a plain number",
    ),
    "team of a project": ("projects", "project_id,team_id\nchat,rde\n", 2, "unknown team_id 'rde'"),
    "owner of a pool": (
        *("pools", "pool_id,owner_team_id\ngpus,ops\n", 2),
        "unknown owner_team_id 'ops'; add it to teams.csv",
    ),
    "team above itself": (
        *("teams", TEAM + "red,blue,,,\nblue,green,,,\ngreen,blue,,,\n", 3),
        "team 'blue' is above itself (blue under green under blue)",
    ),
    "successors that come back": (
        *("teams", TEAM + "red,,blue,,2026-01-01\nblue,,red,,2026-02-01\n", 2),
        "the successors of team 'red' come back to it (red to blue to red); correct one",
    ),
    "successor of a team without end": (
        *("teams", TEAM + "red,,blue,2026-01-01,\nblue,,,,\n", 2),
        "team 'red' has a successor but no end; write valid_to",
    ),
    "successor before the last line": (
        *("teams", TEAM + "red,,blue,,2026-01-01\nred,,,2026-01-01,\nblue,,,,\n", 2),
        "team 'red' goes on after this line, so nobody succeeds it yet; write it on the last line of the team, line 3",
    ),
    "unknown parent": ("teams", TEAM + "red,grey,,,\nblue,,,,\n", 2, "unknown parent_team_id 'grey'"),
    "unknown successor": (
        *("teams", TEAM + "red,,grey,,2026-01-01\nblue,,,,\n", 2),
        "unknown successor_team_id 'grey'; add it to teams.csv",
    ),
    "overlap of teams": (
        *("teams", TEAM + "red,,,,2026-02-02\nblue,,,,\nRed,,,2026-02-01,\n", 4),
        "team_id 'Red' has overlapping dates, here and on line 2",
    ),
    "team in two spellings": (
        *("teams", TEAM + "red,,,,2026-02-01\nblue,,,,\nRed,,,2026-02-01,\n", 4),
        "team_id 'Red' is written 'red' on line 2; write it alike on all of its lines",
    ),
    "project in two spellings": (
        *("projects", "project_id,team_id,valid_from,valid_to\nchat,red,,2026-02-01\nCHAT,blue,2026-02-01,\n", 3),
        "project_id 'CHAT' is written 'chat' on line 2",
    ),
    "two teams of one name": (
        *("teams", NAMED + "red,Same,,,\nblue,same,,,\n", 2),
        "team 'red' and team 'blue' on line 3 are both named 'Same' on the same days, so that a tag with it has two "
        "meanings; give one another name",
    ),
    "a team named as another's id": (
        *("teams", NAMED + "red,B lue,,,2026-02-02\nb-lue,,,2026-02-01,\nblue,,,,\n", 2),
        "team 'red' and team 'b-lue' on line 3 are both named 'B lue' on the same days",
    ),
    "a project named as another's id": (
        *("projects", "project_id,project_name\nchat,Chat\nlab,CHAT\n", 3),
        "project 'lab' and project 'chat' on line 2 are both named 'CHAT' on the same days",
    ),
    "overlap of projects": (
        *("projects", "project_id,team_id,valid_from,valid_to\nchat,red,,\nchat,blue,2026-02-01,\n", 3),
        "project_id 'chat' has overlapping dates, here and on line 2",
    ),
    "stage of a project": (
        *("projects", "project_id,lifecycle_stage\nchat,prod\n", 2),
        "lifecycle_stage cannot be 'prod'; write one of development,",
    ),
    "team of an override": (
        *("tag_overrides", OVERRIDE + "vm-1,grey,,\n", 2),
        "unknown team_id 'grey'; add it to teams.csv",
    ),
    "project of an override": (
        *("tag_overrides", "resource_id,project_id\nvm-1,chatt\n", 2),
        "unknown project_id 'chatt'; add it to projects.csv",
    ),
    "override without effect": (
        *("tag_overrides", OVERRIDE + "vm-1,,,\n", 2),
        "resource 'vm-1' assigns nothing; fill one of team_id",
    ),
    "overlap of overrides": (
        *("tag_overrides", OVERRIDE + "vm-1,red,,2026-02-02\nvm-1,blue,2026-02-01,\n", 3),
        "resource_id 'vm-1' has overlapping dates, here and on line 2",
    ),
    "override twice": (
        *("tag_overrides", OVERRIDE + "vm-1,red,,\nvm-1,blue,,\n", 3),
        "resource_id 'vm-1' is already on line 2",
    ),
    "kind of evidence": (
        *("evidence_order", "evidence,place\nrumour,1\n", 2),
        "evidence cannot be 'rumour'; write one of override,",
    ),
    "evidence without place": ("evidence_order", "evidence,place\ntag,\n", 2, "place is empty"),
    "evidence twice": ("evidence_order", "evidence,place\ntag,1\ntag,2\n", 3, "evidence 'tag' is already on line 2"),
    "feed of a rule": (
        *("ownership_rules", "rule_id,feed,field,operator,pattern,team_id\nr,focsu,sku,like,a,red\n", 2),
        "unknown feed 'focsu'; it is one of ",
    ),
    "feed of a resale": (
        *("resales", "feed,account_id,counted,valid_from,valid_to\nlicences,acme,both,,\n", 2),
        "unknown feed 'licences'; it is one of ",
    ),
    "contract of another feed": (
        *("resales", "feed,account_id,counted,valid_from,valid_to\nopenai,acme,contract,,\n", 2),
        "counted cannot be 'contract' for feed 'openai': only of GitHub's report (feed licenses)",
    ),
    "resale of the register": (
        *("resales", "feed,account_id,counted,valid_from,valid_to\nlicenses,licenses,bill,,\n", 2),
        "account_id 'licenses' is the register of contracts, which is no report; write the organization",
    ),
    "rate of zero": ("exchange_rates", RATE + "2026-01,EUR,USD,0\n", 2, "rate cannot be '0'"),
    "rate of a currency to itself": (
        *("exchange_rates", RATE + "2026-01,EUR,EUR,1\n2026-02,EUR,EUR,1.08\n", 3),
        "rate of EUR to itself cannot be '1.08'; remove the line, or write 1",
    ),
    "rate not finite": (
        "exchange_rates",
        RATE + "2026-01,EUR,USD,NaN\n",
        2,
        "rate cannot be 'NaN'",
    ),
    "month": ("exchange_rates", RATE + "2026-13,EUR,USD,1\n", 2, "month cannot be '2026-13'"),
    "currency": (
        *("exchange_rates", RATE + "2026-01,eur,USD,1\n", 2),
        "from_currency cannot be 'eur'; write three capital letters",
    ),
    "rate twice": (
        *("exchange_rates", RATE + "2026-01,EUR,USD,1.1\n2026-01,EUR,USD,1.2\n", 3),
        "'2026-01', 'EUR', 'USD' is already on line 2",
    ),
    "overlap of rates": (
        *("rate_card", CARD + "engineer,EUR,90,,\nlead,EUR,99,,\nEngineer,EUR,95,2026-02-01,\n", 4),
        "role 'Engineer' has overlapping dates, here and on line 2",
    ),
    "hourly rate": ("rate_card", CARD + "lead,EUR,-1,,\n", 2, "hourly_rate cannot be '-1'"),
    "budget of nobody": (
        *("budgets", BUDGET + "b,rde,,,,USD,10,,\n", 2),
        "unknown team_id 'rde'; add it to teams.csv, or correct it",
    ),
    "budget of nothing": (
        *("budgets", BUDGET + "b,red,chta,,,USD,10,,\n", 2),
        "unknown project_id 'chta'; add it to projects.csv",
    ),
    "budget that is no number": (
        *("budgets", BUDGET + 'b,red,,,,USD,"1,000",,\n', 2),
        "monthly_budget cannot be '1,000'",
    ),
    "budget below zero": ("budgets", BUDGET + "b,red,,,,USD,-1,,\n", 2, "monthly_budget cannot be '-1'"),
    "budget without an amount": ("budgets", BUDGET + "b,red,,,,USD,,,\n", 2, "monthly_budget"),
    "component of a budget": (
        *("budgets", BUDGET + "b,red,,,gpu,USD,10,,\n", 2),
        "cost_component cannot be 'gpu'; write one of compute, licenses,",
    ),
    "currency of a budget": (
        *("budgets", BUDGET + "a,red,,,,USD,10,,\nb,blue,,,,EUR,10,,\n", 3),
        "currency 'EUR' of budget 'b' is not the reporting currency; write USD, and the amount in it",
    ),
    "budget within a month": (
        *("budgets", BUDGET + "b,red,,,,USD,10,2026-02-15,\n", 2),
        "valid_from 2026-02-15 is within a month; write its first day, as 2026-02-01",
    ),
    "two amounts of a budget": (
        *("budgets", BUDGET + "b,red,,,,USD,10,,2026-03-01\nb,red,,,,USD,12,2026-02-01,\n", 3),
        "budget_id 'b' has overlapping dates, here and on line 2",
    ),
    "two budgets of one thing": (
        *("budgets", BUDGET + "a,red,chat,,,USD,10,,2026-03-01\nb,red,chat,,,USD,12,2026-02-01,\n", 3),
        "budget 'b' is of team_id 'red' and project_id 'chat', as is 'a' on line 2 in the same months; keep one",
    ),
    "two budgets of everything": (
        *("budgets", BUDGET + "a,,,,,USD,10,,\nb,,,,,USD,12,,\n", 3),
        "budget 'b' is of everything, as is 'a' on line 2",
    ),
    "unknown column": (
        *("teams", "team_id,nmae\nred,\nblue,\n", 1),
        "unknown column 'nmae'; known are team_id, team_name",
    ),
    "missing column": ("rate_card", "role,currency\nlead,EUR\n", 1, "missing column hourly_rate"),
    "column twice": ("rate_card", "role,role,currency,hourly_rate\n", 1, "column role is there 2"),
    "too many fields": (
        *("teams", "team_id,team_name\nred,Red, the first\nblue,\n", 2),
        "wrong number of fields, 3 where the header has 2",
    ),
    "after a record of two lines": (
        *("teams", 'team_id,team_name\nred,"Red,\nthe first"\n\nblue,\nblue,\n', 6),
        "'blue' is already on line 5",
    ),
    "not UTF-8": ("teams", b"team_id\nred\nblue\ngr\xfcn\n", 4, "is not UTF-8, byte 0xfc"),
    "not CSV": ("teams", 'team_id,team_name\nred,"Red\nblue,Blue\n', 2, "is not CSV"),
    "no header": ("rate_card", "", 1, "is empty; write a header line"),
    "unknown file": ("team", "team_id\n", 1, "unknown policy file; rename or move it"),
}


@pytest.mark.parametrize(("name", "content", "line", "message"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_contradiction_is_refused_by_file_and_line(tmp_path, name, content, line, message):
    """One message for one mistake: the change is all that is wrong with the sound policy."""
    targets = {"pool_targets": None} if name == "pool_policies" else {}
    problems = refusals(folder(tmp_path / "policy", **{**targets, name: content}))
    place = f"{tmp_path / 'policy' / name}.csv, line {line}: "
    assert [problem for problem in problems if problem.startswith(place) and message in problem]
    assert len(problems) == 1


def test_without_registers_a_name_is_written_alike_everywhere(tmp_path):
    """Tags take the policy's spelling: a target in another one is an owner that nothing is ever charged to."""
    named = {
        "tag_values": VALUE + "project,chatbot,Chat\n",
        "pools": "pool_id,owner_team_id\ngpus,Red\n",
        "pool_targets": "policy_id,team_id,project_id,weight\np1,red,,0.3\np1,Blue,chat,0.7\np2,Blue,,\n",
        "budgets": BUDGET + "b,BLUE,,,,USD,5,,\n",
    }
    unregistered = folder(tmp_path / "policy", teams=None, projects=None, ownership_rules=None, **named)
    told = [problem.split("policy/")[-1] for problem in refusals(unregistered)]
    assert told == [
        "pool_targets.csv, line 2: team_id 'red' is written 'Red' on line 2 of pools.csv; write it alike everywhere, "
        "or list it in teams.csv",
        "pool_targets.csv, line 3: project_id 'chat' is written 'Chat' on line 2 of tag_values.csv; write it alike "
        "everywhere, or list it in projects.csv",
        "budgets.csv, line 2: team_id 'BLUE' is written 'Blue' on line 3 of pool_targets.csv; write it alike "
        "everywhere, or list it in teams.csv",
    ]
    alike = {
        name: text.replace("red,", "Red,").replace("BLUE", "Blue").replace("chat,", "Chat,")
        for name, text in named.items()
    }
    prepare(folder(tmp_path / "policy", teams=None, projects=None, ownership_rules=None, **alike), tmp_path / "seeds")


def test_budgets_may_be_parts_of_each_other_and_follow_each_other(tmp_path):
    """A project's budget within its team's is no contradiction, nor is another amount from a month on."""
    lines = "all,,,,,USD,99,,\na,red,,,,USD,10,,2026-03-01\na,red,,,,USD,12,2026-03-01,\nb,red,chat,,,USD,5,,\n"
    lines += "c,red,,testing,compute,USD,0,,\nd,blue,,,,USD,7.5,2026-03-01,2026-04-01\n"
    assert prepare(folder(tmp_path / "policy", budgets=BUDGET + lines), tmp_path / "seeds") == []
    assert len(rows(tmp_path / "seeds" / "budgets.csv")) == 7


@pytest.mark.parametrize(
    "lines",
    [
        "red,Red,,,\nblue,Blue,,,\n",
        "red,Red,,,2026-02-01\nblue,Blue,,,\nred,Scarlet,,2026-02-01,\n",
        "blue,Same,red,,2026-02-01\nred,Same,,2026-02-01,\n",
        "blue,Same,amber,,2026-01-01\namber,,red,,2026-02-01\nred,Same,,2026-02-01,\n",
    ],
    ids=["its own", "its own on other days", "its predecessor's", "that of who was before its predecessor"],
)
def test_a_name_that_means_one_on_all_days_is_sound(tmp_path, lines):
    """A tag with the name of a team that ended goes to who carries on for it, so that both may have it."""
    policy = folder(tmp_path / "policy", teams=NAMED + lines)
    assert prepare(policy, tmp_path / "seeds") == []


def test_a_name_of_three_is_told_on_each_line_once(tmp_path):
    """A line names the one that the tag means today."""
    policy = folder(tmp_path / "policy", teams=NAMED + "red,Same,,,\nblue,Same,,,\namber,Same,,,\n")
    told = [re.search(r"line (\d): team '(\w+)' and team '(\w+)'", problem).groups() for problem in refusals(policy)]
    assert told == [("2", "red", "amber"), ("3", "blue", "amber")]


def test_a_fixed_policy_without_targets_is_refused(tmp_path):
    policy = folder(tmp_path / "policy", pool_targets=None)
    [problem] = refusals(policy)
    assert problem.startswith(f"{policy / 'pool_policies.csv'}, line 2: fixed policy 'p1' has no")


def test_all_problems_are_told_at_once_in_the_order_of_files_and_lines(tmp_path):
    policy = folder(
        tmp_path / "policy",
        rate_card=CARD + "lead,euro,1,,\n",
        teams="team_id\nred\nblue\nred\n",
        extra="a\n",
        pools="pool_id\ngpus\n\ngpus\n",
    )
    places = [problem.split(": ")[0] for problem in refusals(policy)]
    expected = ["teams.csv, line 4", "pools.csv, line 4", "rate_card.csv, line 2"]
    assert places == [f"{policy}{os.sep}{place}" for place in [*expected, "extra.csv, line 1"]]


def test_a_proportional_policy_may_mean_everyone(tmp_path):
    policy = folder(
        tmp_path / "policy",
        pool_policies=POLICY + "p1,gpus,proportional,,\n",
        pool_targets=TARGET + "p1,red,0.5\np1,,1\n",
    )
    assert prepare(policy, tmp_path / "seeds") == []


def test_teams_may_go_unregistered_altogether(tmp_path):
    policy = folder(tmp_path / "policy", teams="team_id,team_name\n")
    assert prepare(policy, tmp_path / "seeds") == []


def test_two_teams_may_change_places_in_the_tree(tmp_path):
    """Above each other on different days is a reorganization, on the same day a circle."""
    teams = TEAM + "red,blue,,,2026-01-01\nblue,,,,2026-01-01\nred,,,2026-01-01,\nblue,red,,2026-01-01,\n"
    assert prepare(folder(tmp_path / "policy", teams=teams), tmp_path / "seeds") == []


@pytest.mark.parametrize(
    "lines",
    [
        "red,,blue,,2025-03-01\nblue,,green,,2024-01-01\ngreen,,,,\n",
        "red,,blue,,2024-03-01\nblue,,,,2025-01-01\n",
        "red,blue,,,2025-01-01\nred,,,2025-01-01,\nblue,,,,2025-01-01\n",
    ],
    ids=["a way that leads on", "one that ended later", "a team moved in time"],
)
def test_a_reorganization_whose_days_fit_is_sound(tmp_path, lines):
    policy = folder(tmp_path / "policy", teams=TEAM + lines)
    assert prepare(policy, tmp_path / "seeds") == []


RED = {"team_id": "red"}
BLUE = {"team_id": "blue"}
LATER = {"valid_from": "2026-02-01"}
EARLIER = {"valid_to": "2026-02-01"}

# Two or more rules, and whether the last of them can never win.
SHADOWS = {
    "the same pattern": ([("sku", "equals", "A", RED), ("sku", "equals", "a", BLUE)], True),
    "the same regular expression": ([("sku", "regex", "^a+$", RED), ("sku", "regex", "^a+$", BLUE)], True),
    "a text caught by like": ([("sku", "like", "gpu-%", RED), ("sku", "equals", "GPU-7", BLUE)], True),
    "a longer prefix": ([("sku", "like", "gpu-%", RED), ("sku", "like", "gpu-a_0%", BLUE)], True),
    "a wildcard for a wildcard": ([("sku", "like", "a_c", RED), ("sku", "like", "a_c", BLUE)], True),
    "all that is left comes first": ([("sku", "like", "%", RED), ("sku", "regex", "x", BLUE)], True),
    "a number caught by regex": ([("account", "regex", "^00[0-9]+$", RED), ("account", "equals", "0012", BLUE)], True),
    "letters caught by regex in one case only": (
        [("sku", "regex", "^gpu", RED), ("sku", "equals", "gpu-7", BLUE)],
        False,
    ),
    "one sign is not many": ([("sku", "like", "a_c", RED), ("sku", "like", "a%c", BLUE)], False),
    "a shorter prefix": ([("sku", "like", "gpu-a%", RED), ("sku", "like", "gpu-%", BLUE)], False),
    "another field": ([("sku", "like", "%", RED), ("region", "equals", "a", BLUE)], False),
    "another feed": ([("sku", "equals", "a", RED | {"feed": "focus"}), ("sku", "equals", "a", BLUE)], False),
    "every feed": ([("sku", "equals", "a", RED), ("sku", "equals", "a", BLUE | {"feed": "focus"})], True),
    "gives more": ([("sku", "equals", "a", RED), ("sku", "equals", "a", BLUE | {"lifecycle_stage": "testing"})], False),
    "gives less": ([("sku", "equals", "a", RED | {"lifecycle_stage": "testing"}), ("sku", "equals", "a", BLUE)], True),
    "a pool is an owner": ([("sku", "equals", "a", {"pool_id": "gpus"}), ("sku", "equals", "a", BLUE)], True),
    "a project names its team": (
        [("sku", "equals", "a", {"project_id": "lab"}), ("sku", "equals", "a", {"project_id": "chat"})],
        False,
    ),
    "the same project": (
        [("sku", "equals", "a", {"project_id": "chat"}), ("sku", "equals", "a", {"project_id": "chat"})],
        True,
    ),
    "days that are left": ([("sku", "equals", "a", RED | LATER), ("sku", "equals", "a", BLUE)], False),
    "days one after the other": (
        [("sku", "equals", "a", RED | LATER), ("sku", "like", "a", RED | EARLIER), ("sku", "equals", "a", BLUE)],
        True,
    ),
    "an id before its name": ([("resource", "like", "gpu-%", RED), ("resource", "equals", "gpu-7", BLUE)], False),
}


@pytest.mark.parametrize(("given", "is_shadowed"), SHADOWS.values(), ids=SHADOWS)
def test_a_rule_that_can_never_win_is_told_with_those_that_win(tmp_path, given, is_shadowed):
    """It looks as if it had an effect. Told only where it is certain."""
    lines = [rule(f"r{place}", str(place), *found, **columns) for place, (*found, columns) in enumerate(given)]
    policy = folder(tmp_path / "policy", ownership_rules=RULES + "".join(lines))
    winners = " and ".join(f"{place + 2} (rule 'r{place}')" for place in range(len(lines) - 1))
    told = [
        f"{policy / 'ownership_rules.csv'}, line {len(lines) + 1}: rule 'r{len(lines) - 1}' can never win, "
        f"since what it matches is decided on line {winners}; "
        "remove it, narrow the better rule, or give this one a better priority"
    ]
    assert prepare(policy, tmp_path / "seeds") == (told if is_shadowed else [])


def test_the_order_of_the_file_is_not_the_order_of_the_rules(tmp_path):
    """The priority ranks, an empty one last, then the alphabet."""
    lines = [rule("b", "", "sku", "equals", "a", **RED), rule("a", "", "sku", "equals", "a", **BLUE)]
    lines += [rule("c", "5", "region", "like", "eu-%", **RED), rule("d", "-5", "region", "like", "%", **BLUE)]
    policy = folder(tmp_path / "policy", ownership_rules=RULES + "".join(lines))
    told = [re.findall(r"line (\d)", warning) for warning in prepare(policy, tmp_path / "seeds")]
    assert told == [["2", "3"], ["4", "5"]]


@pytest.mark.parametrize("pattern", [".*", "", "^", "gpu|", "x*", ".", "(?i)[a-z]?", r"\w|\W", "^.+$"])
def test_a_regular_expression_that_matches_everything_is_told(tmp_path, pattern):
    lines = RULES + rule("r", "1", "sku", "regex", pattern or "()", **RED)
    policy = folder(tmp_path / "policy", ownership_rules=lines)
    [warning] = prepare(policy, tmp_path / "seeds")
    assert warning.startswith(
        f"{policy / 'ownership_rules.csv'}, line 2: pattern {pattern or '()'!r} matches every sku"
    )


@pytest.mark.parametrize(
    ("operator", "pattern"), [("regex", "[^q]"), ("regex", "^.{1}$"), ("like", "%"), ("regex", "a")]
)
def test_what_leaves_something_or_means_everything_is_not_told(tmp_path, operator, pattern):
    policy = folder(tmp_path / "policy", ownership_rules=RULES + rule("r", "1", "sku", operator, pattern, **RED))
    assert prepare(policy, tmp_path / "seeds") == []


# The changed file, its content, the line that is warned of, and what the warning says.
SUSPICIONS = {
    "gap of a team": (
        *("teams", TEAM + "red,,,,2026-01-01\nblue,,,,\nred,,,2026-03-01,\n", 4),
        "team_id 'red' has no line from 2026-01-01 until 2026-03-01, after line 2; let one begin",
    ),
    "gap of a project": (
        "projects",
        "project_id,team_id,valid_from,valid_to\nchat,red,2026-03-02,\nchat,blue,,2026-03-01\n",
        *(2, "project_id 'chat' has no line from 2026-03-01 until 2026-03-02, after line 3"),
    ),
    "gap of an override": (
        *("tag_overrides", OVERRIDE + "vm-1,red,,2026-01-01\nvm-1,blue,2026-03-01,\n", 3),
        "resource_id 'vm-1' has no line from 2026-01-01",
    ),
    "gap of a pool": (
        *("pool_policies", POLICY + "p1,gpus,even,,2026-01-01\np2,gpus,even,2026-01-02,\n", 3),
        "pool_id 'gpus' has no line from 2026-01-01 until 2026-01-02",
    ),
    "gap of a role": (
        *("rate_card", CARD + "engineer,EUR,90,,2026-01-01\nEngineer,EUR,95,2026-02-01,\n", 3),
        "role 'Engineer' has no line from 2026-01-01",
    ),
    "gap of a budget": (
        *("budgets", BUDGET + "b,red,,,,USD,10,,2026-01-01\nb,red,,,,USD,12,2026-03-01,\n", 3),
        "budget_id 'b' has no line from 2026-01-01 until 2026-03-01",
    ),
    "a name handed on": (
        *("teams", NAMED + "red,Same,,,2026-02-01\nblue,Same,,2026-02-01,\n", 2),
        "team 'red' and team 'blue' on line 3 are both named 'Same', one after the other, and a tag with it "
        "means 'blue' on all days; give one another name",
    ),
    "an id that was a name": (
        "projects",
        "project_id,project_name,valid_from,valid_to\nlab,chat,,2026-02-01\nlab,Lab,2026-02-01,\nchat,,2026-02-01,\n",
        *(2, "project 'lab' and project 'chat' on line 4 are both named 'chat', one after the other"),
    ),
    "a team under one that has ended": (
        *("teams", TEAM + "red,green,,,\nblue,,,,\ngreen,,,,2025-06-01\ngreen,,,2025-06-01,2026-01-01\n", 2),
        "team 'red' is under team 'green' also after that has ended on 2026-01-01; give it a line",
    ),
    "a successor that ended before": (
        *("teams", TEAM + "red,,blue,,2025-03-01\nblue,,,,2024-01-01\n", 2),
        "successor_team_id 'blue' of team 'red' leaves all to team 'blue', which had ended by then, on 2024-01-01",
    ),
    "a successor whose successor ended before": (
        *("teams", TEAM + "red,,blue,,2026-01-01\nblue,,green,,2025-01-01\ngreen,,,,2024-01-01\n", 3),
        "successor_team_id 'green' of team 'blue' leaves all to team 'green', which had ended by then, on 2024-01-01",
    ),
    "a way of successors that ends too early": (
        *("teams", TEAM + "red,,blue,,2026-01-01\nblue,,green,,2024-01-01\ngreen,,,,2025-01-01\n", 2),
        "successor_team_id 'blue' of team 'red' leaves all to team 'green', which had ended by then, on 2025-01-01",
    ),
    "months without a rate": (
        *("exchange_rates", RATE + "2026-03,EUR,USD,1.1\n2025-11,EUR,USD,1.1\n2026-03,GBP,USD,1.3\n", 2),
        "EUR to USD has no rate from 2025-12 until 2026-03, after line 3; add the months between",
    ),
    "team of a rule": (
        *("ownership_rules", RULES + rule("r", "1", "sku", "like", "a", team_id="rde"), 2),
        "team 'rde' is not in teams.csv; add it there, or correct it",
    ),
    "project of a rule": (
        *("ownership_rules", RULES + rule("r", "1", "sku", "like", "a", project_id="Chat"), 2),
        "project 'Chat' is not in projects.csv",
    ),
    "team of a tag value": (
        *("tag_values", VALUE + "team,r,red\nteam,default,unallocated\nteam,g,green\n", 4),
        "team 'green' is not in teams.csv",
    ),
}


@pytest.mark.parametrize(("name", "content", "line", "message"), SUSPICIONS.values(), ids=SUSPICIONS)
def test_what_is_suspicious_is_told_and_works(tmp_path, name, content, line, message):
    """One warning for one suspicion, and the seeds are written."""
    targets = {"pool_targets": None} if name == "pool_policies" else {}
    policy = folder(tmp_path / "policy", **{**targets, name: content})
    [warning] = prepare(policy, tmp_path / "seeds")
    assert warning.startswith(f"{policy / name}.csv, line {line}: {message}")
    assert (tmp_path / "seeds" / f"{name}.csv").exists()


def in_sql(macro: str, value: str) -> str:
    """What a comparison macro makes of a value."""
    body = (ROOT / "macros" / "engine" / f"{macro}.sql").read_text()
    sql = re.search(r"^ *(regexp_replace.*)$", body, re.MULTILINE)[1]
    sql = re.sub(r"{{ \w+ }}", "$value", sql)
    # All of it: a result that is not read to its end keeps the connection that other tests share.
    ((answer,),) = duckdb.execute(f"select {sql}", {"value": value}).fetchall()
    return answer


@pytest.mark.parametrize(
    "written",
    [
        "azure/eu/GPT-4o-2024-08-06",
        "claude-opus-4-5-20251101",
        "b-2024-1-1",
        "user:Cost-Center",
        "k8s.io/Team_Name",
        "a:b/c:Züri 1",
        "R&D",
        "v1.10",
        "--",
        " A _b. ",
    ],
)
def test_python_compares_names_as_sql_does(written):
    """Two meanings of equal would let a key pass here and double its money there."""
    assert fold(written) == in_sql("fold", written)
    assert name_key(written) == in_sql("name_key", written)
    assert model_key(written) == in_sql("model_key", written)
    assert fold_without_prefix(written) == in_sql("fold", in_sql("without_prefix", written))


def test_the_kinds_of_evidence_are_those_that_the_models_weigh():
    """A kind that the policy may reorder and no model knows would be a line without effect."""
    model = ROOT / "models" / "intermediate" / "ownership" / "int_ownership__evidence.sql"
    assert tuple(re.findall(r"'(\w+)': \d+", model.read_text())) == EVIDENCE


def test_the_components_of_a_budget_are_those_of_the_marts():
    """A budget of a component that no charge has would always be kept."""
    macro = (ROOT / "macros" / "cost_components.sql").read_text()
    assert tuple(re.findall(r"'(\w+)'", macro)) == COMPONENTS
