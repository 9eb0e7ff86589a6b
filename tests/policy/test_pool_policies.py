"""How pools are split: every method of `docs/sharing.md` is accepted, what has no effect or no owner is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orchestration.policy import PolicyError, prepare
from orchestration.policy.files import BY_DRIVERS, BY_USE, FILES, METHODS
from tests.policy.conftest import folder

POOLS = "pool_id,owner_team_id,level\n"
POLICIES = "policy_id,pool_id,method,window_days,minimum_share,partition_by\n"
TARGETS = "policy_id,team_id,project_id,lifecycle_stage,target_pool_id,weight\n"
DRIVERS = "policy_id,driver,feed,model_name,weight\n"
FALLBACKS = "policy_id,place,method,window_days\n"
STEPS = "policy_id,step,payer\n"
CLUSTERS = "policy_id,cluster_name,gpus\n"

# A policy of every method, with fallbacks and with pools that give to pools.
SPLITS = {
    "pools": POOLS + "gpus,red,\nnodes,red,\ndisks,,\nplatform,,\nwatch,red,1\nsupport,blue,2\nfees,blue,\nfarm,red,\n"
    "racks,blue,\n",
    "pool_policies": (
        POLICIES + "p1,gpus,driver,,,lifecycle_stage\np2,nodes,dominant,7,,\np3,disks,weighted,,,\n"
        "p4,platform,tiered,30,0.1,\np5,watch,proportional,7,,\np6,support,fixed,,,\np7,fees,even,,,\n"
        "p8,farm,utilization,,,\np0,racks,summed,,,\n"
    ),
    "pool_targets": (
        TARGETS + "p1,,,production,,3\np1,,,development,,1\np2,,chat,,support,\np2,,,,,\n"
        "p3,red,,,,0.5\np3,blue,,,,0.5\np4,,lab,,gpus,\np4,,,,,\np5,,,,,\n"
        "p6,red,,,,0.75\np6,,,,platform,0.25\np7,red,,,,\np7,,,,watch,\n"
    ),
    "pool_drivers": (
        DRIVERS
        + "p1,gpu_hours,,,\np2,gpu_hours_requested,kubernetes,,0.125\np2,cpu_core_hours_requested,kubernetes,,\n"
        "p3,tokens,,,95\np3,requests,litellm,,3\np3,requests,litellm,quill-70b,3\np3,gpu_hours,,,0\n"
        "p3,storage_gb_days,,,1\np3,network_gb,,,1\np4,hours,timesheets,,\n"
        "p0,gpu_hours,,,9\np0,cpu_core_hours_requested,kubernetes,,0.9\n"
    ),
    "pool_fallbacks": (
        FALLBACKS + "p1,1,driver,30\np1,3,even,\np1,2,tiered,30\np3,1,fixed,\np3,,even,\np4,1,weighted,\n"
        "p5,1,proportional,30\n"
    ),
    "pool_steps": (
        STEPS + "p8,not_allocated,shared\np8,idle,reserver\np8,under_used,owner\np8,not_measured,reserver\n"
    ),
    "pool_clusters": CLUSTERS + "p8,train,64\np8,serve,\n",
}
# The first is tiered only as a fallback.
SPLITS["pool_policies"] = SPLITS["pool_policies"].replace("p1,gpus,driver,,,", "p1,gpus,driver,,0.2,")
# Where who pays for GPU-hours has a cap.
CAPPED = {"pool_policies": SPLITS["pool_policies"].replace(",partition_by\n", ",cap\n").replace("lifecycle_stage", "")}


def splits(path: Path, **changed: str | None) -> Path:
    """The sound policy with every method, and some files changed."""
    return folder(path, **{**SPLITS, **changed})


def refusals(policy: Path) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        prepare(policy, policy.parent / "seeds")
    return str(refused.value).splitlines()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_method_with_chains_and_fallbacks_is_accepted_and_written(tmp_path):
    assert prepare(splits(tmp_path / "policy"), tmp_path / "seeds") == []
    written = {name: rows(tmp_path / "seeds" / f"{name}.csv") for name in SPLITS}
    assert {row["method"] for row in written["pool_policies"]} == set(METHODS)
    for name, lines in written.items():
        given = list(csv.DictReader(SPLITS[name].splitlines()))
        assert lines == [{column: row.get(column, "") for column in FILES[name].header} for row in given]


def test_a_folder_of_the_earlier_columns_is_as_good(tmp_path):
    """Who has a policy and takes a newer Apportion changes nothing."""
    earlier = {
        "pools": ["pool_id", "pool_name", "owner_team_id"],
        "pool_policies": ["policy_id", "pool_id", "method", "valid_from", "valid_to"],
        "pool_targets": ["policy_id", "team_id", "project_id", "lifecycle_stage", "weight"],
    }
    policy = folder(
        tmp_path / "policy",
        pools=f"{','.join(earlier['pools'])}\ngpus,GPUs,red\n",
        pool_policies=f"{','.join(earlier['pool_policies'])}\np1,gpus,fixed,,2026-02-01\np2,gpus,even,2026-02-01,\n",
        pool_targets=f"{','.join(earlier['pool_targets'])}\np1,red,,,0.3\np1,,lab,testing,0.7\np2,red,,,\n",
    )
    assert prepare(policy, tmp_path / "seeds") == []
    for name, header in earlier.items():
        given = rows(policy / f"{name}.csv")
        written = rows(tmp_path / "seeds" / f"{name}.csv")
        assert [{column: row[column] for column in header} for row in written] == given
        assert not any(row[column] for row in written for column in set(row) - set(header))
    assert rows(tmp_path / "seeds" / "pool_drivers.csv") == rows(tmp_path / "seeds" / "pool_fallbacks.csv") == []


@pytest.mark.parametrize("name", [name for name in SPLITS if name not in ("pool_steps", "pool_clusters")])
def test_what_may_be_empty_may_have_no_column(tmp_path, name):
    """Of one policy that needs none of it."""
    file = FILES[name]
    given = {"policy_id": "p1", "pool_id": "gpus", "method": "driver", "driver": "tokens"}
    given |= {"method": "even"} if name == "pool_fallbacks" else {}
    required = [column.name for column in file.columns if column.required]
    content = f"{','.join(required)}\n{','.join(given[column] for column in required)}\n"
    small = {
        "pools": "pool_id\ngpus\n",
        "pool_policies": "policy_id,pool_id,method\np1,gpus,driver\n",
        "pool_targets": None,
        "pool_drivers": "policy_id,driver\np1,tokens\n",
        "pool_fallbacks": None,
        name: content if name != "pool_targets" else "policy_id,team_id\np1,red\n",
    }
    assert prepare(folder(tmp_path / "policy", **small), tmp_path / "seeds") == []


def in_splits(name: str, old: str, new: str) -> tuple[str, str, int]:
    """A file of `SPLITS` with one line changed, or more lines after it, and where that is (the last of the new)."""
    content = SPLITS[name]
    assert content.count(f"\n{old}\n") == 1, old
    before, after = content.split(f"\n{old}\n")
    return name, f"{before}\n{new}\n{after}", before.count("\n") + 1 + new.count("\n") + 1


# The changed file, its content, the line that is refused, and what the refusal says.
CONTRADICTIONS = {
    "level": (*in_splits("pools", "watch,red,1", "watch,red,low"), "level cannot be 'low'; write a whole number"),
    "no days": (
        *in_splits("pool_policies", "p2,nodes,dominant,7,,", "p2,nodes,dominant,0,,"),
        "window_days cannot be '0'; write a whole number of days from 1 to 9999",
    ),
    "half a day": (
        *in_splits("pool_fallbacks", "p5,1,proportional,30", "p5,1,proportional,0.5"),
        "window_days cannot be '0.5'",
    ),
    "days before the calendar": (
        *in_splits("pool_policies", "p2,nodes,dominant,7,,", "p2,nodes,dominant,10000,,"),
        "window_days cannot be '10000'",
    ),
    "more than the whole": (
        *in_splits("pool_policies", "p4,platform,tiered,30,0.1,", "p4,platform,tiered,30,1.1,"),
        "minimum_share cannot be '1.1'; write a number between 0 and 1",
    ),
    "partition": (
        *in_splits("pool_policies", "p2,nodes,dominant,7,,", "p2,nodes,dominant,7,,team_id"),
        "partition_by cannot be 'team_id'; write one of lifecycle_stage",
    ),
    "weight of a driver": (
        *in_splits("pool_drivers", "p3,requests,litellm,,3", "p3,requests,litellm,,-3"),
        "weight cannot be '-3'",
    ),
    "driver without a name": (*in_splits("pool_drivers", "p1,gpu_hours,,,", "p1,,,,"), "driver is empty"),
    "driver twice": (
        *in_splits("pool_drivers", "p3,tokens,,,95", "p3,tokens,,,95\np3,tokens,,,5"),
        "policy_id and driver and feed and model_name 'p3', 'tokens' is already on line 5; keep one",
    ),
    "method of a fallback": (
        *in_splits("pool_fallbacks", "p3,,even,", "p3,,fair,"),
        "method cannot be 'fair'; write one of even, proportional, fixed, driver, weighted, summed, dominant, tiered",
    ),
    "place that is the policy's own": (
        *in_splits("pool_fallbacks", "p1,1,driver,30", "p1,0,driver,30"),
        "place cannot be '0'; write a whole number from 1 on",
    ),
    "place twice": (
        *in_splits("pool_fallbacks", "p1,2,tiered,30", "p1,1,tiered,30"),
        "policy_id and place 'p1', '1' is already on line 2; keep one",
    ),
    "place left empty twice": (
        *in_splits("pool_fallbacks", "p3,,even,", "p3,,even,\np3,,proportional,"),
        "policy_id and place 'p3' is already on line 6; keep one",
    ),
    "pool of a target": (
        *in_splits("pool_targets", "p2,,chat,,support,", "p2,,chat,,helpdesk,"),
        "unknown target_pool_id 'helpdesk'; add it to pools.csv, or correct it",
    ),
    "policy of a driver": (
        *in_splits("pool_drivers", "p1,gpu_hours,,,", "p1,gpu_hours,,,\np9,tokens,,,"),
        "unknown policy_id 'p9'; add it to pool_policies.csv",
    ),
    "policy of a fallback": (
        *in_splits("pool_fallbacks", "p5,1,proportional,30", "p5,1,proportional,30\np9,1,even,"),
        "unknown policy_id 'p9'; add it to pool_policies.csv",
    ),
    "feed of a driver": (
        *in_splits("pool_drivers", "p3,requests,litellm,,3", "p3,requests,litelm,,3"),
        "unknown feed 'litelm'; it is one of ",
    ),
    "driver that nobody reports": (
        *in_splits("pool_drivers", "p3,requests,litellm,,3", "p3,requests,,,3"),
        "driver 'requests' has no feed; write the one that reports it, since only gpu_hours, tokens, "
        "storage_gb_days, network_gb, covered_cost are counted over all of them",
    ),
    "driver that is counted once": (
        *in_splits("pool_drivers", "p3,tokens,,,95", "p3,tokens,litellm,,95"),
        "feed 'litellm' has no effect on tokens, which is counted once over all feeds; leave it empty",
    ),
    "driver of bills that no tool reports": (
        *in_splits("pool_drivers", "p3,network_gb,,,1", "p3,network_gb,aws_cur,,1"),
        "feed 'aws_cur' has no effect on network_gb, which is counted once over all feeds; leave it empty",
    ),
    "driver of bills by another name": (
        *in_splits("pool_drivers", "p3,storage_gb_days,,,1", "p3,storage_gb_day,,,1"),
        "driver 'storage_gb_day' has no feed; write the one that reports it, since only gpu_hours, tokens, ",
    ),
    "model of what knows none": (
        *in_splits("pool_drivers", "p4,hours,timesheets,,", "p4,hours,timesheets,quill-70b,"),
        "model_name 'quill-70b' has no use of driver 'hours', which is not told apart by model; leave it empty",
    ),
    "model of a dominant driver": (
        *in_splits(
            "pool_drivers", "p2,cpu_core_hours_requested,kubernetes,,", "p2,cpu_core_hours_requested,kubernetes,m,"
        ),
        "model_name 'm' has no effect on dominant, which compares pods and jobs; leave it empty",
    ),
    "the same model twice": (
        *in_splits(
            "pool_drivers",
            "p3,requests,litellm,quill-70b,3",
            "p3,requests,litellm,quill-70b,3\np3,requests,litellm,vllm/Quill-70B-2026-09-01,3",
        ),
        "model_name 'vllm/Quill-70B-2026-09-01' is the model of line 7, 'quill-70b'; keep one",
    ),
    "drivers that count nothing": (
        *in_splits("pool_drivers", "p4,hours,timesheets,,", "p4,hours,timesheets,,0"),
        "every driver of policy 'p4' has weight 0; give one a weight above 0, or leave it empty for 1",
    ),
    "drivers of an even split": (
        *in_splits("pool_drivers", "p1,gpu_hours,,,", "p1,gpu_hours,,,\np7,tokens,,,"),
        "driver 'tokens' has no effect, since policy 'p7' is even; remove the line, or write one of the methods "
        "driver, weighted, summed, dominant, tiered",
    ),
    "drivers of a proportional split": (
        *in_splits("pool_drivers", "p1,gpu_hours,,,", "p1,gpu_hours,,,\np5,tokens,,,"),
        "driver 'tokens' has no effect, since policy 'p5' is proportional; remove the line",
    ),
    "a dominant driver that knows no pod": (
        *in_splits("pool_drivers", "p2,cpu_core_hours_requested,kubernetes,,", "p2,gpu_hours,,,"),
        "driver 'gpu_hours' knows no pod or job that policy 'p2' could compare as dominant; write one of a tool",
    ),
    "two drivers for one": (
        *("pool_drivers", SPLITS["pool_drivers"] + "p1,tokens,,,\n", "pool_policies", 2),
        "policy 'p1' has 2 drivers, and the method driver takes one; keep one in pool_drivers.csv, or write another",
    ),
    "two drivers for a fallback to one": (
        *("pool_fallbacks", SPLITS["pool_fallbacks"] + "p2,1,driver,\n", 9),
        "policy 'p2' has 2 drivers, and the method driver takes one",
    ),
    "no driver": (
        *("pool_drivers", SPLITS["pool_drivers"].replace("p4,hours,timesheets,,\n", ""), "pool_policies", 5),
        "policy 'p4' has no driver to weigh by as tiered; add one to pool_drivers.csv",
    ),
    "no driver for a fallback": (
        *("pool_fallbacks", SPLITS["pool_fallbacks"] + "p5,2,dominant,\n", 9),
        "policy 'p5' has no driver to weigh by as dominant; add one to pool_drivers.csv",
    ),
    "unknown step": (
        *in_splits("pool_steps", "p8,idle,reserver", "p8,useful,reserver"),
        "step cannot be 'useful'; write one of not_allocated, idle, under_used, not_measured",
    ),
    "unknown payer": (
        *in_splits("pool_steps", "p8,idle,reserver", "p8,idle,red"),
        "payer cannot be 'red'; write one of reserver, owner, shared",
    ),
    "step twice": (
        *in_splits("pool_steps", "p8,idle,reserver", "p8,idle,reserver\np8,idle,owner"),
        "policy_id and step 'p8', 'idle' is already on line 3; keep one",
    ),
    "policy of a step": (
        *in_splits("pool_steps", "p8,idle,reserver", "p8,idle,reserver\np9,idle,reserver"),
        "unknown policy_id 'p9'; add it to pool_policies.csv",
    ),
    "policy of a cluster": (
        *in_splits("pool_clusters", "p8,train,64", "p8,train,64\np9,train,64"),
        "unknown policy_id 'p9'; add it to pool_policies.csv",
    ),
    "cluster twice": (
        *in_splits("pool_clusters", "p8,train,64", "p8,train,64\np8,train,32"),
        "policy_id and cluster_name 'p8', 'train' is already on line 2; keep one",
    ),
    "cluster of no GPUs": (
        *in_splits("pool_clusters", "p8,train,64", "p8,train,0"),
        "gpus cannot be '0'; write a plain number above zero",
    ),
    "steps without a payer": (
        *("pool_steps", STEPS + "p8,not_allocated,shared\np8,idle,reserver\n", "pool_policies", 9),
        "policy 'p8' does not say who pays for under_used and not_measured; add lines to pool_steps.csv",
    ),
    "steps of a fallback without a payer": (
        *("pool_fallbacks", SPLITS["pool_fallbacks"] + "p5,2,utilization,\n", 9),
        "policy 'p5' does not say who pays for not_allocated and idle and under_used and not_measured; add lines",
    ),
    "who reserved what nobody held": (
        *in_splits("pool_steps", "p8,not_allocated,shared", "p8,not_allocated,reserver"),
        "nobody reserved what is not_allocated in policy 'p8'; write the payer owner or shared",
    ),
    "step of another method": (
        *in_splits("pool_steps", "p8,idle,reserver", "p8,idle,reserver\np7,idle,owner"),
        "step 'idle' has no effect, since no method of policy 'p7' is utilization; remove the line, or write that",
    ),
    "cluster of another method": (
        *in_splits("pool_clusters", "p8,train,64", "p8,train,64\np7,train,64"),
        "cluster 'train' has no effect, since no method of policy 'p7' is utilization; remove the line",
    ),
    "weight of an even share": (
        *in_splits("pool_targets", "p7,red,,,,", "p7,red,,,,2"),
        "weight 2 has no effect, since policy 'p7' is even; leave it empty, or write the method fixed",
    ),
    "window of hours": (
        *in_splits("pool_policies", "p8,farm,utilization,,,", "p8,farm,utilization,7,,"),
        "window_days 7 has no effect on the method utilization, which weighs the hours of the day itself; leave it",
    ),
    "hours apart by stage": (
        *in_splits("pool_policies", "p8,farm,utilization,,,", "p8,farm,utilization,,,lifecycle_stage"),
        "partition_by lifecycle_stage would give what nobody held to no stage, and utilization gives each hour to",
    ),
    "half an hour": (
        *in_splits("pool_targets", "p7,red,,,,", "p7,red,,,,\np8,red,,,,0.5"),
        "weight 0.5 of policy 'p8' would make an hour more or less than one under utilization; leave it empty",
    ),
    "window of fixed weights": (
        *in_splits("pool_policies", "p6,support,fixed,,,", "p6,support,fixed,7,,"),
        "window_days 7 has no effect on the method fixed, which weighs no use; leave it empty, or write one of",
    ),
    "window of an even fallback": (
        *in_splits("pool_fallbacks", "p3,,even,", "p3,,even,7"),
        "window_days 7 has no effect on the method even, which weighs no use",
    ),
    "tiered without a minimum": (
        *in_splits("pool_policies", "p4,platform,tiered,30,0.1,", "p4,platform,tiered,30,,"),
        "policy 'p4' has no minimum_share and is tiered; write the part that is given alike, such as 0.1",
    ),
    "tiered at last without a minimum": (
        *in_splits("pool_policies", "p1,gpus,driver,,0.2,lifecycle_stage", "p1,gpus,driver,,,lifecycle_stage"),
        "policy 'p1' has no minimum_share (it falls back to tiered on line 4 of pool_fallbacks.csv); write the part",
    ),
    "minimum of another method": (
        *in_splits("pool_policies", "p3,disks,weighted,,,", "p3,disks,weighted,,0.1,"),
        "minimum_share 0.1 has no effect, since no method of policy 'p3' is tiered; leave it empty",
    ),
    "the same again": (
        *in_splits("pool_fallbacks", "p5,1,proportional,30", "p5,1,proportional,07"),
        "method proportional over 7 days is its own, pool_policies.csv, line 6, so that this fallback of policy 'p5' "
        "has no effect; remove it, or write another",
    ),
    "the same again in other words": (
        *("pool_fallbacks", SPLITS["pool_fallbacks"] + "p3,3,weighted,1\n", 9),
        "method weighted over 1 day is its own, pool_policies.csv, line 4, so that",
    ),
    "the same fallback again": (
        *in_splits("pool_fallbacks", "p1,3,even,", "p1,3,driver,30"),
        "method driver over 30 days is tried before, on line 2, so that this fallback of policy 'p1' has no effect",
    ),
    "fallback to weights that are no whole": (
        *in_splits("pool_targets", "p3,red,,,,0.5", "p3,red,,,,0.4"),
        "the weights of policy 'p3' sum to 0.9 (it falls back to fixed on line 5 of pool_fallbacks.csv); make them",
    ),
    "fallback to no weight": (
        *in_splits("pool_targets", "p3,blue,,,,0.5", "p3,blue,,,,"),
        "weight is empty in policy 'p3' (it falls back to fixed on line 5 of pool_fallbacks.csv); write a number",
    ),
    "fallback to no targets": (
        *("pool_targets", SPLITS["pool_targets"].replace("p3,red,,,,0.5\np3,blue,,,,0.5\n", ""), "pool_fallbacks", 5),
        "policy 'p3' has no targets (it falls back to fixed on line 5 of pool_fallbacks.csv); add them",
    ),
    "everyone under an even fallback": (
        *in_splits("pool_targets", "p1,,,development,,1", "p1,,,,,1"),
        "a target of policy 'p1' names nobody (it falls back to even on line 3 of pool_fallbacks.csv); fill team_id, "
        "project_id, lifecycle_stage or target_pool_id",
    ),
    "a pool that takes everyone's use": (
        *in_splits("pool_targets", "p5,,,,,", "p5,,,,support,"),
        "a target of policy 'p5' gives pool 'support' the use of everyone, since proportional weighs use; fill the "
        "team_id, project_id or lifecycle_stage whose use is the pool's",
    ),
    "use for an owner and a pool": (
        *in_splits("pool_targets", "p2,,chat,,support,", "p2,,chat,,support,\np2,,chat,,,"),
        "the use of project_id 'chat' goes elsewhere already by line 4 of policy 'p2'; keep one",
    ),
    "target twice": (
        *in_splits("pool_targets", "p2,,chat,,support,", "p2,,chat,,support,\np2,,chat,,support,2"),
        "'p2', 'chat', 'support' is already on line 4; keep one",
    ),
    "its own target": (
        *in_splits("pool_targets", "p2,,chat,,support,", "p2,,chat,,nodes,"),
        "target_pool_id 'nodes' is the pool that policy 'p2' splits; remove the line, or name another pool",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_contradiction_is_refused_by_file_and_line(tmp_path, case):
    """One message for one mistake: the change is all that is wrong with the sound policy."""
    name, content, *told_in, line, message = CONTRADICTIONS[case]
    problems = refusals(splits(tmp_path / "policy", **{name: content}))
    place = f"{tmp_path / 'policy' / (told_in or [name])[0]}.csv, line {line}: "
    assert [problem for problem in problems if problem.startswith(place) and message in problem], problems
    assert len(problems) == 1, problems


CAPS = {
    "of another method": (
        "p7,fees,even,,,",
        "cap 2 has no effect, since no method of policy 'p7' is utilization; leave",
    ),
    "below zero": ("p8,farm,utilization,,,", "cap cannot be '-1'; write a plain number, not below zero"),
}


@pytest.mark.parametrize("case", CAPS)
def test_a_cap_that_caps_nothing_is_refused(tmp_path, case):
    line, message = CAPS[case]
    cap = "-1" if case == "below zero" else "2"
    changed = CAPPED["pool_policies"].replace(line, line + cap)
    [problem] = refusals(splits(tmp_path / "policy", pool_policies=changed))
    assert f"pool_policies.csv, line {8 if case == 'of another method' else 9}: {message}" in problem


def test_a_cap_needs_a_step_that_is_shared(tmp_path):
    capped = CAPPED["pool_policies"].replace("p8,farm,utilization,,,", "p8,farm,utilization,,,2")
    assert prepare(splits(tmp_path / "sound", pool_policies=capped), tmp_path / "seeds") == []
    steps = SPLITS["pool_steps"].replace("shared", "owner")
    [problem] = refusals(splits(tmp_path / "policy", pool_policies=capped, pool_steps=steps))
    assert "line 9: cap 2 has no effect, since no step of policy 'p8' is shared; leave it empty, or write" in problem


@pytest.mark.parametrize("file", ["pool_drivers", "pool_fallbacks", "pool_targets"])
def test_what_cannot_be_read_accuses_no_other_file(tmp_path, file):
    """A quote that is left open is one mistake, and not one in each line that needs what comes after it."""
    [problem] = refusals(splits(tmp_path / "policy", **{file: ",".join(FILES[file].header) + '\n"p1\n'}))
    assert f"{file}.csv, line 2: is not CSV" in problem


def test_a_method_that_is_none_accuses_no_driver(tmp_path):
    """Whether a driver has an effect is not known before the method is."""
    [problem] = refusals(
        splits(
            tmp_path / "policy", pool_policies=SPLITS["pool_policies"].replace("p3,disks,weighted", "p3,disks,wheigted")
        )
    )
    assert "line 4: method cannot be 'wheigted'" in problem


def test_a_policy_of_two_pools_is_told_once(tmp_path):
    """What else is wrong with its lines is not told for each of them."""
    pools = SPLITS["pools"] + "spare,red,\n"
    policies = SPLITS["pool_policies"] + "p6,spare,fixed,,,\n"
    targets = SPLITS["pool_targets"].replace("p6,red,,,,0.75", "p6,red,,,,0.5")
    twice, whole = refusals(splits(tmp_path / "policy", pools=pools, pool_policies=policies, pool_targets=targets))
    assert "pool_policies.csv, line 11: policy_id 'p6' is already on line 7" in twice
    assert "the weights of fixed policy 'p6' sum to 0.75" in whole


# What serves so many tokens a day, by day and else by month, and who pays for what nobody used of it.
CAPACITY = {
    "pools": POOLS + "gpus,,\nptu,red,\nunused_commitment,blue,\n",
    "pool_policies": POLICIES + "p1,ptu,driver,,,\np2,unused_commitment,proportional,,,\n",
    "pool_targets": TARGETS + "p1,,chat,,,\np1,red,,,,1\np1,,lab,,,0\n",
    "pool_drivers": "policy_id,driver,feed,model_name,weight,capacity\np1,tokens,,gpt-4o,,1000000.5\n",
    "pool_fallbacks": FALLBACKS + "p1,1,driver,30\n",
}
# The file and what is other in it; where it is refused, and how.
CAPACITIES = {
    "nothing": (
        "pool_drivers",
        ("1000000.5", "0"),
        ("pool_drivers", 2),
        "capacity cannot be '0'; write a plain number",
    ),
    "no number": ("pool_drivers", ("1000000.5", "1e6"), ("pool_drivers", 2), "capacity cannot be '1e6'"),
    "no model": (
        *("pool_drivers", ("tokens,,", "gpu_hours_requested,slurm,"), ("pool_drivers", 2)),
        "model_name 'gpt-4o' has no use of driver 'gpu_hours_requested', which is not told apart by model",
    ),
    "no driver": (
        *("pool_policies", ("ptu,driver", "ptu,weighted"), ("pool_drivers", 2)),
        "capacity 1000000.5 of policy 'p1' has no effect, since only the method driver compares use with it",
    ),
    "stages apart": (
        *("pool_policies", ("ptu,driver,,,", "ptu,driver,,,lifecycle_stage"), ("pool_drivers", 2)),
        "capacity 1000000.5 of policy 'p1' is that of all stages together; leave it empty, or partition_by",
    ),
    "weight": (
        *("pool_targets", ("red,,,,1", "red,,,,3"), ("pool_targets", 3)),
        "weight 3 of policy 'p1' makes more or less of what was used of its capacity (line 2 of pool_drivers.csv)",
    ),
    "of what nobody used": (
        *("pool_policies", ("proportional", "driver"), ("pool_drivers", 3)),
        "capacity 7 of policy 'p2' would give the pool unused_commitment what nobody used of itself; leave it empty",
    ),
}


def test_a_capacity_is_accepted_and_written(tmp_path):
    assert prepare(folder(tmp_path / "policy", **CAPACITY), tmp_path / "seeds") == []
    [driver] = rows(tmp_path / "seeds" / "pool_drivers.csv")
    assert driver["capacity"] == "1000000.5"


@pytest.mark.parametrize("case", CAPACITIES)
def test_a_capacity_that_cannot_be_compared_with_use_is_refused(tmp_path, case):
    """Where nothing is said, everything would be used, or three times as much as was."""
    name, change, (file, line), message = CAPACITIES[case]
    changed = {**CAPACITY, name: CAPACITY[name].replace(*change)}
    if case == "no driver":
        changed["pool_fallbacks"] = None
    if case == "of what nobody used":
        changed["pool_drivers"] += "p2,gpu_hours,,,,7\n"
    [problem] = refusals(folder(tmp_path / "policy", **changed))
    assert problem.startswith(f"{tmp_path / 'policy' / file}.csv, line {line}: ") and message in problem


BENEFITS = "policy_id,pool_id,method,benefit_of,valid_from,valid_to\n"


def test_a_benefit_is_spread_by_one_pool_at_a_time(tmp_path):
    """The same words in two pools are a question; others, other days and another pool's charges are none."""
    one = "p1,gpus,even,SP-%,,2026-02-01\np2,disks,even,sp-1,,2026-02-01\np3,disks,even,sp-%,2026-02-01,\n"
    pools = {"pools": "pool_id\ngpus\ndisks\nfees\n", "pool_targets": None}
    assert prepare(folder(tmp_path / "policy", **pools, pool_policies=BENEFITS + one), tmp_path / "seeds") == []
    [problem] = refusals(
        folder(tmp_path / "policy", **pools, pool_policies=BENEFITS + one + "p4,fees,even,sp-%,2026-03-01,\n")
    )
    assert problem.endswith(
        "pool_policies.csv, line 5: the benefit of 'sp-%' goes to pool 'disks' already by line 4; keep one, or end one "
        "with valid_to on the day the other begins"
    )


def test_the_groups_of_methods_are_all_there_is():
    """A method in no group would be asked for nothing."""
    assert set(BY_DRIVERS) < set(BY_USE) < set(METHODS)
    assert set(METHODS) - set(BY_USE) == {"even", "fixed"}


def test_one_driver_alone_has_no_weight(tmp_path):
    """`driver` takes one, so that nothing is there to weigh it against; a fallback may weigh it."""
    drivers, line = SPLITS["pool_drivers"] + "p9,tokens,,,5\n", SPLITS["pool_drivers"].count("\n") + 1
    pools = {"pools": SPLITS["pools"] + "desks,,\n", "pool_policies": SPLITS["pool_policies"] + "p9,desks,driver,,,\n"}
    (told,) = refusals(splits(tmp_path / "alone", **pools, pool_drivers=drivers))
    assert told.endswith(
        f"pool_drivers.csv, line {line}: weight 5 has no effect, since policy 'p9' has one driver; leave it empty, "
        "or write the method weighted and what it is weighed against"
    )
    fallbacks = SPLITS["pool_fallbacks"] + "p9,1,weighted,\n"
    splits(tmp_path / "mixed", **pools, pool_drivers=drivers, pool_fallbacks=fallbacks)
    assert prepare(tmp_path / "mixed", tmp_path / "seeds") == []


def test_a_target_that_has_ended_is_told_where_its_successor_takes_no_part(tmp_path):
    """What green used goes on as what blue uses, and would be split over the others without a word. The pool's owner
    is none of them, and where nothing that anybody used is weighed blue pays what green paid.
    """
    policies = (
        "policy_id,pool_id,method,valid_from,valid_to\np1,gpus,proportional,,\np2,disks,proportional,,2026-03-01\n"
    )
    policies += "p3,fees,even,,\np4,nodes,proportional,,\np5,farm,proportional,,\n"
    targets = "policy_id,team_id,project_id,weight\np1,red,,\np1,green,,\np2,red,,\np2,green,,\np3,green,,\n"
    targets += "p4,green,,\np4,blue,chat,\np5,red,,\np5,green,,0\n"
    ended = "team_id,successor_team_id,valid_to\nred,,\nblue,,\ngreen,blue,2026-03-01\n"
    changed = {"teams": ended, "pool_policies": policies, "pool_targets": targets, "pools": SPLITS["pools"]}
    policy = folder(tmp_path / "policy", **changed)
    assert prepare(policy, tmp_path / "seeds") == [
        f"{policy}/pool_targets.csv, line 3: team 'green' has ended on 2026-03-01, and what its successor 'blue' uses "
        "from then on takes no part in policy 'p1'; add a line for it, or end the policy"
    ]
