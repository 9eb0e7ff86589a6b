"""Runs, experiments and model versions, from REST answers and from data frames."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import project
from orchestration.quality.validator import Validator
from tests.conftest import query

SECRET = "ada"
STARTED, ENDED = 1788220800000, 1788228000000  # 2026-09-01, from midnight to 02:00


class Server:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator) -> None:
        self.project = project(base / "exports", base / "warehouse.duckdb", base / "published")
        self.validator = validator
        (self.project.exports / "mlflow").mkdir(parents=True)

    def deliver(self, name: str, content: object) -> None:
        target = self.project.exports / "mlflow" / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(content if isinstance(content, str) else json.dumps(content))

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def rows(self, sql: str) -> list[tuple]:
        return query(self.project.warehouse, sql)


@pytest.fixture
def server(tmp_path: Path, validator: Validator) -> Server:
    return Server(tmp_path, validator)


def run(run_id: str, **info: object) -> dict:
    """A run as runs/search answers."""
    return {
        "info": {
            "run_id": run_id,
            "experiment_id": "7",
            "user_id": SECRET,
            "status": "FINISHED",
            "start_time": STARTED,
            "end_time": ENDED,
            "lifecycle_stage": "active",
            "artifact_uri": f"s3://{SECRET}",
            **info,
        },
        "data": {
            "metrics": [{"key": "loss", "value": 1.5, "timestamp": STARTED + 60000, "step": 1}],
            "params": [{"key": "model", "value": "llama"}, {"key": "system_prompt", "value": SECRET}],
            "tags": [
                {"key": "mlflow.user", "value": SECRET},
                {"key": "mlflow.note.content", "value": SECRET},
                {"key": "mlflow.parentRunId", "value": "sweep"},
                {"key": "project", "value": "atlas"},
                {"key": "slurm.job_id", "value": "77"},
            ],
        },
    }


READ = (
    "select run_id, status, cast(start_time as varchar), cast(end_time as varchar), parent_run_id, params, tags"
    " from raw.mlflow_runs order by 1"
)


def test_a_page_of_runs_and_a_data_frame_say_the_same(server: Server) -> None:
    """The frame is wide and sparse; what nobody needs of it, and who it names, stays outside."""
    server.deliver("page.json", {"runs": [run("a")], "next_page_token": "x"})
    server.deliver(
        "frame.csv",
        "run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.loss,params.model,params.system_prompt,"
        "tags.mlflow.user,tags.mlflow.parentRunId,tags.project,tags.slurm.job_id,tags.team\n"
        f"b,7,FINISHED,s3://{SECRET},2026-09-01 00:00:00+00:00,2026-09-01 02:00:00+00:00,1.5,llama,{SECRET},{SECRET},"
        "sweep,atlas,77,\n"
        f"c,7,FAILED,s3://{SECRET},2026-09-01 00:00:00.250000+00:00,,,,,{SECRET},,,,red\n",
    )
    assert server.look().quarantined == []
    known = ("2026-09-01 00:00:00", "2026-09-01 02:00:00", "sweep", '{"model":"llama"}')
    assert server.rows(READ) == [
        ("a", "FINISHED", *known, '{"project":"atlas","slurm.job_id":"77"}'),
        ("b", "FINISHED", *known, '{"project":"atlas","slurm.job_id":"77"}'),
        ("c", "FAILED", "2026-09-01 00:00:00.25", None, None, None, '{"team":"red"}'),
    ]
    assert server.rows("select count(distinct user_id), count(user_id) from raw.mlflow_runs") == [(1, 3)]
    landed = [path.read_bytes() for path in server.project.landing.rglob("*") if path.is_file()]
    assert len(landed) == 2
    assert not [content for content in landed if b"ada" in content]


def test_a_run_that_has_ended_replaces_itself_running_in_any_order(server: Server) -> None:
    """Pulls overlap; hours of a run must not be added to its own, nor forgotten by a late old pull."""
    running = run("a", status="RUNNING", end_time=None)
    server.deliver("1/page.json", {"runs": [running, run("b")]})
    server.deliver("2/page.json", {"runs": [run("a")]})
    server.look()
    server.deliver("3/page.json", {"runs": [running]})
    server.look()
    ended = [("a", "FINISHED", "2026-09-01 02:00:00"), ("b", "FINISHED", "2026-09-01 02:00:00")]
    assert server.rows("select run_id, status, cast(end_time as varchar) from raw.mlflow_runs order by 1") == ended


def test_a_deleted_run_still_counts(server: Server) -> None:
    """Deleting a run gives no money back."""
    server.deliver("1/page.json", {"runs": [run("a")]})
    server.deliver("2/page.json", {"runs": [run("a", lifecycle_stage="deleted")]})
    server.look()
    assert server.rows("select run_id, lifecycle_stage from raw.mlflow_runs") == [("a", "deleted")]


def test_model_versions_and_experiments_are_read_from_answers_and_frames(server: Server) -> None:
    """The alias of a version is what says today that it serves; experiments are called by whose they are."""
    version = {
        "name": "ranker",
        "version": "3",
        "run_id": "a",
        "current_stage": "None",
        "creation_timestamp": STARTED,
        "last_updated_timestamp": ENDED,
        "aliases": ["champion"],
        "tags": [{"key": "project", "value": "atlas"}, {"key": "owner", "value": f"{SECRET}@example.com"}],
        "description": SECRET,
        "user_id": SECRET,
    }
    server.deliver("versions.json", {"model_versions": [version]})
    server.deliver(
        "versions.csv",
        f"name,version,run_id,current_stage,creation_timestamp,last_updated_timestamp\nold,1,,Archived,{STARTED},{ENDED}\n",
    )
    server.deliver(
        "experiments.json", {"experiments": [{"experiment_id": "7", "name": f"/Users/{SECRET}@example.com/atlas"}]}
    )
    assert server.look().quarantined == []
    assert server.rows(
        "select name, version, current_stage, aliases, tags, cast(last_updated_timestamp as varchar)"
        " from raw.mlflow_model_versions order by 1"
    ) == [
        ("old", "1", "Archived", None, None, "2026-09-01 02:00:00"),
        ("ranker", "3", "None", '["champion"]', '{"project":"atlas","owner":""}', "2026-09-01 02:00:00"),
    ]
    assert server.rows("select experiment_id, name from raw.mlflow_experiments") == [("7", "/Users/e-mail/atlas")]


def version(**changes: object) -> dict:
    """A version of a model as model-versions/search answers."""
    known = {"name": "ranker", "version": "3", "run_id": "a", "current_stage": "None", "creation_timestamp": STARTED}
    return known | {"last_updated_timestamp": STARTED, "aliases": []} | changes


def test_what_a_version_was_stays_in_the_history_of_pulls(server: Server) -> None:
    """Every export has the last update only: archived or edited, a version would never have served, or since today."""
    pulls = {
        "2026-09-02": [[version()], [version(version="4")]],
        "2026-09-10": [[version(current_stage="Production", last_updated_timestamp=ENDED)], [version(version="4")]],
        "2026-09-20": [[version(current_stage="Archived", last_updated_timestamp=ENDED + 1000)]],
    }
    for day, pages in pulls.items():
        for number, page in enumerate(pages):
            server.deliver(f"{day}/versions-{number}.json", {"model_versions": page})
        assert server.look().quarantined == []
    states = "select version, received_on::varchar, current_stage from raw.mlflow_model_versions order by all"
    assert server.rows(states) == [
        ("3", "2026-09-02", "None"),
        ("3", "2026-09-10", "Production"),
        ("3", "2026-09-20", "Archived"),
        ("4", "2026-09-02", "None"),
    ], "a page that is as it was says nothing new"


def test_of_two_pulls_of_one_day_the_newest_state_counts(server: Server) -> None:
    server.deliver("2026-09-10a/versions.json", {"model_versions": [version(aliases=["champion"])]})
    server.look()
    server.deliver("2026-09-10b/versions.json", {"model_versions": [version(aliases=[])]})
    server.look()
    assert server.rows("select version, aliases from raw.mlflow_model_versions") == [("3", None)]


BROKEN = {
    "status.json": ({"runs": [run("a", status="ASLEEP")]}, "status is one of RUNNING"),
    "no_start.json": ({"runs": [run("a", start_time=None)]}, "empty_column start_time"),
    "time.csv": (
        "run_id,experiment_id,status,start_time\na,7,FINISHED,soon\n",
        "'soon' is not an ISO 8601 date and time",
    ),
    "no_id.csv": ("experiment_id,status,start_time\n7,FINISHED,2026-09-01\n", "required column run_id is missing"),
    "stage.csv": (
        f"name,version,current_stage,creation_timestamp\nm,1,Live,{STARTED}\n",
        "current_stage is one of None, Staging, Production, Archived: line 2, name m",
    ),
}


def test_what_cannot_be_counted_is_refused_and_the_rest_goes_on(server: Server) -> None:
    """Each message names the place, the value, and what to do."""
    for name, (content, _) in BROKEN.items():
        server.deliver(f"{name.split('.')[0]}/{name}", content)
    server.deliver("good/page.json", {"runs": [run("a")]})
    scan = server.look()
    assert scan.landed == 1
    reasons = {reason.split(": ")[0].rsplit("/", 1)[-1]: reason for reason in scan.quarantined}
    missed = {name: reasons.get(name) for name, (_, message) in BROKEN.items() if message not in reasons.get(name, "")}
    assert missed == {}
