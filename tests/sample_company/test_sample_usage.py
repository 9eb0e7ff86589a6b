"""What the company's tools export: each in the tool's own form, and joined to the bills by names and ids."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import duckdb

from orchestration.sample_company import catalog
from orchestration.sample_company.months import exported_months
from orchestration.sample_company.usage_exports import invented
from orchestration.sample_company.usage_exports.gpu_metrics import ENGINE, POWER, UTILISATION


def rows_of(folder: Path, pattern: str) -> list[dict]:
    """The records of JSON lines below a folder, in the order of their files."""
    files = sorted(folder.glob(pattern))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def test_the_truth_knows_every_measure_once(company: Path) -> None:
    """One row per day, feed, measure and owner; what was not used has no row."""
    rows, distinct, least = duckdb.sql(
        f"""
        select count(*), count(distinct (usage_date, feed, driver, team_id, project_id, lifecycle_stage, attribution)),
            min(quantity)
        from '{company}/truth/usage.parquet'
        """
    ).fetchall()[0]
    assert rows == distinct and least > 0


def test_spend_logs_are_rows_of_the_table(company: Path) -> None:
    """Hashes instead of keys, words for true and false, tokens of each kind inside of the prompt or the completion."""
    logs = rows_of(company / "litellm", "*/LiteLLM_SpendLogs.jsonl")
    unique = {log["request_id"]: log for log in logs}
    assert 1_000 < len(unique) < len(logs), "an export begins a day before its month"
    for log in unique.values():
        assert len(log["api_key"]) == 64
        assert log["cache_hit"] in ("True", "False") and log["status"] in ("success", "failure")
        assert log["total_tokens"] == log["prompt_tokens"] + log["completion_tokens"]
        usage = log["metadata"]["usage_object"]
        cached = usage["prompt_tokens_details"]["cached_tokens"] + usage["cache_creation_input_tokens"]
        assert cached <= log["prompt_tokens"]
        assert usage["completion_tokens_details"]["reasoning_tokens"] <= log["completion_tokens"]
        assert log["messages"][0]["content"] in invented.PROMPTS
    assert {log["requester_ip_address"] for log in logs} == set(invented.ADDRESSES)


def test_the_keys_of_the_gateway_are_on_the_bill(company: Path, books: duckdb.DuckDBPyConnection) -> None:
    """The bill names a key by its alias; a key that the bill tags names the same team in the log."""
    logs = rows_of(company / "litellm", "*/LiteLLM_SpendLogs.jsonl")
    aliases = {log["metadata"]["user_api_key_alias"] for log in logs}
    billed = {
        row[0] for row in books.sql("select distinct ResourceId from bills where ResourceType = 'API key'").fetchall()
    }
    assert len(aliases & billed) > len(aliases) / 2
    teams = {log["metadata"]["user_api_key_team_alias"] for log in logs}
    assert None in teams and len(teams) > 5


def test_the_price_file_lacks_a_model_that_is_called(company: Path) -> None:
    prices = json.loads((company / "model_prices" / "model_prices_and_context_window.json").read_text("utf-8"))
    called = {log["model"] for log in rows_of(company / "litellm", "*/*.jsonl")}
    assert called - set(prices) == {"quill-70b"}
    assert set(prices) - called == {
        "sample_spec",
        *(model for model, *_ in [*catalog.OPENAI_MODELS, *catalog.ANTHROPIC_MODELS]),
    }
    assert all(entry["input_cost_per_token"] < 1e-5 for name, entry in prices.items() if name in called)


def allocations(company: Path) -> list[dict]:
    """Every allocation of every answer of OpenCost, with the path of its answer."""
    return [
        {**allocation, "answer": answer}
        for answer in sorted((company / "kubernetes").glob("*/*/allocation.json"))
        for window in json.loads(answer.read_text("utf-8"))["data"]
        for name, allocation in window.items()
        if allocation["name"] == name
    ]


def test_opencost_answers_with_a_map_for_each_day(company: Path) -> None:
    """No window goes over midnight, and the last days of a month are pulled again once they are reconciled."""
    answers = sorted((company / "kubernetes").glob("2026-09/*/allocation.json"))
    days = [
        [{allocation["window"]["start"][:10] for allocation in window.values()} for window in pull["data"]]
        for pull in (json.loads(answer.read_text("utf-8")) for answer in answers)
    ]
    assert [len(pull) for pull in days] == [30, 3]
    assert all(len(starts) == 1 for pull in days for starts in pull)
    assert days[1] == days[0][-3:]


def test_nodes_are_full_with_their_pods_and_what_is_idle(company: Path) -> None:
    """Eight GPUs are held or idle, around the clock; nothing runs twice."""
    hours: dict[tuple, float] = {}
    for allocation in allocations(company):
        if allocation["properties"]["node"]:
            key = allocation["properties"]["node"], allocation["window"]["start"], allocation["answer"]
            hours[key] = hours.get(key, 0) + allocation["gpuHours"]
    assert len(hours) > 600
    assert {round(held, 6) for held in hours.values()} == {8 * 24}
    names = {allocation["name"].rpartition("/")[2] for allocation in allocations(company)}
    assert names == {"server", "__idle__", "__unmounted__"}


def test_the_nodes_of_the_cluster_are_on_the_bill(company: Path, books: duckdb.DuckDBPyConnection) -> None:
    nodes = {allocation["properties"]["providerID"] for allocation in allocations(company)} - {None}
    billed = books.sql("select distinct ResourceId from bills where SubAccountId = 'nbl-shared-gpu'").fetchall()
    assert len(nodes) == 4 and nodes <= {row[0] for row in billed}


def accounting(company: Path) -> list[dict[str, str]]:
    """Every record that sacct printed, in the order of the pulls; a name may go on over a line."""
    records = []
    for file in sorted((company / "slurm").glob("*/sacct-*.txt")):
        names, *lines = (line.split("|") for line in file.read_text("utf-8").splitlines())
        values: list[str] = []
        for line in lines:
            values = [*values[:-1], f"{values[-1]} {line[0]}", *line[1:]] if values else line
            if len(values) == len(names):
                records.append(dict(zip(names, values, strict=True)))
                values = []
        assert not values, file
    return records


def test_sacct_prints_allocations_with_their_steps(company: Path) -> None:
    """A step repeats what its job holds; whoever adds it up counts the job three times."""
    records = accounting(company)
    steps = [record for record in records if "." in record["JobIDRaw"]]
    assert 0.6 < len(steps) / len(records) < 0.67
    assert {record["JobName"] for record in steps} == {"batch", "extern"}
    assert {record["User"] for record in steps} == {""}
    assert {record["Start"] for record in records if record["ElapsedRaw"] == "0"} == {"None"}
    assert {record["Elapsed"] for record in records if record["ElapsedRaw"] == "0"} == {"00:00:00"}


def test_a_job_is_printed_again_until_it_has_ended(company: Path) -> None:
    """It runs at one pull and has ended at the next, under the same number; one that lost its node has two times."""
    jobs: dict[tuple[str, str], list[dict]] = {}
    for record in accounting(company):
        if "." not in record["JobIDRaw"]:
            jobs.setdefault((record["JobIDRaw"], record["Submit"]), []).append(record)
    repeated = [reports for reports in jobs.values() if len(reports) > 1]
    assert len(repeated) > 20
    for first, *_, last in repeated:
        assert first["State"] == "RUNNING" and first["End"] == "Unknown"
        assert int(first["ElapsedRaw"]) < int(last["ElapsedRaw"])
    assert len({number for number, _ in jobs}) < len(jobs)
    ended = [reports[-1] for reports in jobs.values() if reports[-1]["State"] == "COMPLETED"]
    assert sum(job["Start"][:10] < job["End"][:10] for job in ended) > 100, "jobs go over midnight"


def test_the_machines_of_the_jobs_are_on_the_bill(company: Path, books: duckdb.DuckDBPyConnection) -> None:
    nodes = {record["NodeList"] for record in accounting(company)} - {"None assigned"}
    billed = books.sql("select distinct ResourceName from bills where SubAccountId = 'nbl-shared-gpu'").fetchall()
    assert len(nodes) == 4 and nodes <= {row[0] for row in billed}


def tracked_runs(company: Path) -> dict[str, list[dict]]:
    """Every run that MLflow answered, by its id, in the order of the pulls."""
    runs: dict[str, list[dict]] = {}
    for page in sorted((company / "mlflow").glob("*/runs.json")):
        for run in json.loads(page.read_text("utf-8"))["runs"]:
            tags = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
            runs.setdefault(run["info"]["run_id"], []).append({**run["info"], **run["data"], "tags": tags})
    return runs


def test_runs_are_of_jobs_and_sweeps_have_children(company: Path) -> None:
    """A run starts after its job; a parent is as long as its children together, and nobody pays for both."""
    jobs = {record["JobIDRaw"] for record in accounting(company)}
    runs = {run_id: reports[-1] for run_id, reports in tracked_runs(company).items()}
    assert {run["tags"]["slurm_job_id"] for run in runs.values()} <= jobs
    parents = [run["tags"]["mlflow.parentRunId"] for run in runs.values() if "mlflow.parentRunId" in run["tags"]]
    assert len(parents) > 20 and set(parents) <= set(runs)
    assert {parents.count(parent) for parent in parents} == {2}
    experiments = json.loads((company / "mlflow" / "experiments.json").read_text("utf-8"))["experiments"]
    assert {run["experiment_id"] for run in runs.values()} <= {known["experiment_id"] for known in experiments}


def test_a_crashed_run_has_no_end_and_a_running_one_comes_again(company: Path) -> None:
    runs = tracked_runs(company)
    again = [reports for reports in runs.values() if len(reports) > 1]
    assert again and {reports[0]["status"] for reports in again} == {"RUNNING"}
    last = [reports[-1] for reports in runs.values()]
    assert {run["end_time"] for run in last if run["status"] in ("FAILED", "RUNNING")} == {None}
    assert None not in {run["end_time"] for run in last if run["status"] in ("FINISHED", "KILLED")}
    assert {len(run["metrics"]) for run in last} == {0, 2}
    assert {run["lifecycle_stage"] for run in last} == {"active", "deleted"}


def test_of_each_model_one_version_serves(company: Path) -> None:
    page = json.loads((company / "mlflow" / "20261001T000000Z" / "model-versions.json").read_text("utf-8"))
    stages = {(known["name"], known["version"]): known["current_stage"] for known in page["model_versions"]}
    for model in {name for name, _ in stages}:
        versions = [stages[model, str(number)] for number in range(1, 7)]
        assert versions == ["Archived"] * 4 + ["Production", "Staging"]
    aliases = {known["current_stage"]: known["aliases"] for known in page["model_versions"]}
    assert aliases == {"Archived": [], "Production": ["champion"], "Staging": ["challenger"]}


def tickets(company: Path) -> dict[str, list[dict]]:
    """Every Jira issue by its key, with each of its versions in the order of the answers."""
    versions: dict[str, list[dict]] = {}
    for answer in sorted((company / "jira").glob("*/search.json")):
        for issue in json.loads(answer.read_text("utf-8"))["issues"]:
            versions.setdefault(issue["key"], []).append(issue)
    return versions


def test_jira_answers_with_epics_estimates_and_a_history(company: Path) -> None:
    """Which custom field has the estimate only the catalogue says; an issue comes again when it has changed."""
    catalogue = json.loads((company / "jira" / "field.json").read_text("utf-8"))
    points = next(field["id"] for field in catalogue if field["name"] == "Story Points")
    versions = tickets(company)
    last = {key: issues[-1]["fields"] for key, issues in versions.items()}
    assert {fields["issuetype"]["name"] for fields in last.values()} == {"Epic", "Story", "Sub-task"}
    assert {fields["status"]["name"] for fields in last.values()} == {"To Do", "In Progress", "Done"}
    assert "Won't Do" in {fields["resolution"]["name"] for fields in last.values() if fields["resolution"]}
    parents = {fields["parent"]["key"] for fields in last.values() if fields["parent"]}
    assert parents <= set(last)
    assert {last[key]["issuetype"]["name"] for key in parents} == {"Epic", "Story"}
    assert {type(fields[points]) for fields in last.values()} == {int, type(None)}
    assert any(len(issues) > 1 for issues in versions.values())
    for issues in versions.values():
        fields, histories = issues[-1]["fields"], issues[-1]["changelog"]["histories"]
        assert fields["updated"] == max([fields["created"], *(history["created"] for history in histories)])
        assert [fields["status"]["name"]] == [history["items"][0]["toString"] for history in histories][-1:] or (
            not histories and fields["status"]["name"] == "To Do"
        )


def test_linear_exports_the_whole_workspace_each_month(company: Path) -> None:
    """All 30 columns, JavaScript's dates, and every issue of the months before."""
    exports = [
        list(csv.DictReader(file.read_text("utf-8").splitlines(keepends=True)))
        for file in sorted((company / "linear").glob("*/export.csv"))
    ]
    keys = [{row["ID"] for row in export} for export in exports]
    assert len(keys) == 6 and all(before < after for before, after in pairwise(keys))
    assert len(exports[0][0]) == 30
    assert {row["Status"] for row in exports[-1]} == {"Todo", "In Progress", "Done", "Canceled"}
    assert all(row["Created"].endswith("GMT+0000 (GMT+00:00)") for row in exports[-1])
    assert all(bool(row["Completed"]) == (row["Status"] == "Done") for row in exports[-1])


def test_github_answers_with_issues_and_pull_requests(company: Path) -> None:
    """To the API a pull request is an issue: both have a number of the same repository."""
    pages = sorted((company / "github_issues").glob("*/org-issues.json"))
    issues = [issue for page in pages for issue in json.loads(page.read_text("utf-8"))]
    pulls = [issue for issue in issues if issue["pull_request"]]
    assert 0.2 < len(pulls) / len(issues) < 0.5
    assert {issue["state"] for issue in issues} == {"open", "closed"}
    assert {issue["state_reason"] for issue in issues} == {None, "completed", "not_planned"}
    numbers = {(issue["repository_url"], issue["number"], bool(issue["pull_request"])) for issue in issues}
    assert len({key[:2] for key in numbers}) == len(numbers)


SAMPLE = re.compile(r"(DCGM_\w+)\{(.*)\} (\S+) (\d{13})")


def test_gpus_are_sampled_every_hour(company: Path) -> None:
    """Prometheus' text: each sample with its milliseconds; a GPU that nobody holds has no pod but the exporter's."""
    lines = [
        line
        for file in sorted((company / "gpu_metrics").glob("cluster=lumen-serving/*/dcgm.prom.gz"))
        for line in gzip.decompress(file.read_bytes()).decode().splitlines()
    ]
    samples = [SAMPLE.fullmatch(line).groups() for line in lines if not line.startswith("#")]
    hours = 24 * sum(month.days for month in exported_months(6))
    counts = Counter(metric for metric, *_ in samples)
    assert counts == {UTILISATION: 3 * hours, ENGINE: hours, POWER: hours}
    assert {metric for metric, _, value, _ in samples if float(value) > 100} == {POWER}
    assert max(float(value) for metric, _, value, _ in samples if metric == ENGINE) <= 1
    idle = [labels for _, labels, _, _ in samples if "exported_pod" not in labels]
    assert idle and all('pod="dcgm-exporter-' in labels for labels in idle)


def test_the_sampled_pods_are_the_clusters(company: Path) -> None:
    pods = {allocation["properties"]["pod"] for allocation in allocations(company)}
    text = b"".join(gzip.decompress(file.read_bytes()) for file in (company / "gpu_metrics").glob("*/*/*.gz")).decode()
    sampled = set(re.findall(r'exported_pod="([^"]+)"', text))
    assert len(sampled) >= 18 and sampled <= pods


def test_langfuse_writes_an_observation_again_when_it_changes(company: Path) -> None:
    """Tokens are counted late, traces are deleted, windows overlap, and agents repeat what their calls used."""
    events = rows_of(company / "langfuse", "observations_v2/*.jsonl")
    distinct = {(event["id"], event["event_ts"]) for event in events}
    observations = {event["id"] for event in events}
    assert len(observations) < len(distinct) < len(events)
    assert {event["is_deleted"] for event in events} == {0, 1}
    assert {event["type"] for event in events} == {"SPAN", "AGENT", "GENERATION"}
    assert {event["type"] for event in events if event["parent_observation_id"] is None} == {"SPAN"}
    assert {event["parent_observation_id"] for event in events} - {None} <= observations
    for event in events:
        assert (event["usage_details"] == {}) == (event["type"] == "SPAN")
    assert {tuple(tag.split(":")[0] for tag in event["tags"]) for event in events} == {(), ("team", "project")}
