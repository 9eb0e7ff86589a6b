"""What the company's tools export: each in the tool's own form, and joined to the bills by names and ids."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from orchestration.sample_company.usage_exports import invented


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
    assert set(prices) - called == {"sample_spec"}
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
