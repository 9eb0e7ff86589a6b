"""What sacct prints: records over several lines, steps, running jobs, and what may not enter."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.feeds.slurm import records
from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import project
from orchestration.quality.validator import Validator
from tests.conftest import query

JOB = {
    "JobIDRaw": "201729",
    "Cluster": "atlas",
    "Account": "vision",
    "User": "ada",
    "Partition": "train",
    "QOS": "normal",
    "Submit": "2026-09-01T09:00:00",
    "Start": "2026-09-01T10:00:00",
    "End": "2026-09-01T12:00:00",
    "Elapsed": "02:00:00",
    "State": "COMPLETED",
    "AllocTRES": "cpu=8,gres/gpu=2,node=1",
    "JobName": "run",
}
RUNNING = {"End": "Unknown", "State": "RUNNING"}


class Cluster:
    """An exports folder into which sacct prints, and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator) -> None:
        self.folder = base / "exports" / "slurm"
        self.folder.mkdir(parents=True)
        self.validator = validator
        self.project = project(base / "exports", base / "warehouse.duckdb", base / "published")

    def prints(self, path: str, *jobs: dict[str, str], delimiter: str = "|") -> Path:
        lines = [delimiter.join(JOB), *(delimiter.join({**JOB, **job}.values()) for job in jobs)]
        text = "".join(f"{line}\n" for line in lines).encode()
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(text) if path.endswith(".gz") else text)
        return target

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def jobs(self, columns: str = '"JobIDRaw", "State", cast("ElapsedRaw" as integer)') -> list[tuple]:
        return query(self.project.warehouse, f"select {columns} from raw.slurm_jobs order by all")


@pytest.fixture
def cluster(tmp_path: Path, validator: Validator) -> Cluster:
    return Cluster(tmp_path, validator)


@pytest.mark.parametrize("name", ["fake-line-break", "one-multiline", "multiple-multiline"])
def test_a_record_over_several_lines_is_joined_again(shared: Path, name: str) -> None:
    """The repaired file beside each real one says what comes out: a break in a name is no end of a job."""
    found, repaired = (
        duckdb.sql(f"from {records(shared / 'slurm/sacct' / f'sample-sacct-{name}{suffix}.txt')[0]}").fetchall()
        for suffix in ("", "-expected")
    )
    assert [tuple(value and value.replace("\n", "\\n") for value in row) for row in found] == repaired
    assert len(found) in (4, 6)


REAL = {
    "sample-sacct-output.txt": 1,
    "sample-sacct-running-output.txt": 1,
    "sample-sacct-running-output-large.txt": 1,
    "sample-sacct-output-invalid-utf8.txt": 10,
    "sample-sacct-multiple-multiline.txt": 4,
}


@pytest.mark.parametrize("name", REAL)
def test_real_exports_load_and_count_each_job_and_step_once(cluster: Cluster, shared: Path, name: str) -> None:
    """5,040 lines of the same running step are one step: its newest report."""
    shutil.copy(shared / "slurm/sacct" / name, cluster.folder)
    assert not cluster.look().quarantined
    assert len(cluster.jobs()) == REAL[name]


REFUSED = {
    "sample-sacct-output-with-invalid-lines.txt": "line 2: the record is not of 109 values as the header is",
    "sample-sacct-output-midnight-edge-case.txt": "required column JobIDRaw, Submit, ElapsedRaw, Account, AllocTRES",
    "sample-sacctmgr-qos.txt": "required column JobIDRaw, Submit, Start, End, ElapsedRaw, State, Account",
    "sample-sacctmgr-user-info.txt": "required column JobIDRaw, Submit, Start, End, ElapsedRaw, State, AllocTRES",
    "sample-sacctmgr-user.txt": "required column JobIDRaw",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_whole_or_not_sacct_is_refused(cluster: Cluster, shared: Path, name: str) -> None:
    """A record that lost its head is a job that nobody would pay for; sacctmgr prints registers of another tool."""
    shutil.copy(shared / "slurm/sacct" / name, cluster.folder)
    cluster.prints("good.txt", {})
    scan = cluster.look()
    assert len(scan.quarantined) == 1
    assert f"slurm/{name}: " in scan.quarantined[0]
    assert REFUSED[name] in scan.quarantined[0]
    assert len(cluster.jobs()) == 1


BAD = {
    "a name with the delimiter": ({"JobName": "a|b"}, "line 2: the record is not of 13 values"),
    "an end before the start": ({"End": "2026-09-01T09:00:00"}, "No job ends before it starts: record 1"),
    "a run without a start": ({"Start": "Unknown"}, "A job that ran says when it started"),
    "resources in words": ({"AllocTRES": "two GPUs"}, "AllocTRES is a list of name=number"),
    "a time in words": ({"Start": "noon"}, "column Start: 'noon' is not an ISO 8601 date and time"),
    "a duration in words": ({"Elapsed": "long"}, "record 1, empty_column ElapsedRaw"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_job_that_cannot_be_counted_is_refused(cluster: Cluster, name: str) -> None:
    job, message = BAD[name]
    cluster.prints("bad.txt", job)
    assert message in cluster.look().quarantined[0]


@pytest.mark.parametrize("path", ["sacct.txt", "sacct.txt.gz", "sacct.csv"])
@pytest.mark.parametrize("delimiter", ["|", "|#", ",", "\t"])
def test_any_delimiter_is_read_from_the_header(cluster: Cluster, path: str, delimiter: str) -> None:
    cluster.prints(path, {"AllocTRES": "cpu=8"}, {"JobIDRaw": "2", "AllocTRES": ""}, delimiter=delimiter)
    assert not cluster.look().quarantined
    assert cluster.jobs() == [("2", "COMPLETED", 7200), ("201729", "COMPLETED", 7200)]


def test_a_job_without_an_account_is_a_job_all_the_same(cluster: Cluster) -> None:
    """Clusters need not enforce accounts: one such job must not keep all others out."""
    cluster.prints("jobs.txt", {}, {"JobIDRaw": "2", "Account": ""}, {"JobIDRaw": "3", "Account": "(null)"})
    assert not cluster.look().quarantined
    assert cluster.jobs('"JobIDRaw", "Account"') == [("2", None), ("201729", "vision"), ("3", None)]


def test_breaks_at_both_ends_of_a_name_and_blank_lines_belong_to_it(cluster: Cluster) -> None:
    file = cluster.prints("sacct.txt", {"Account": "vision"}, {"JobIDRaw": "2"})
    file.write_text(file.read_text().replace("|ada|", "|\n\nada\n|") + "\n\n")
    assert not cluster.look().quarantined
    assert len(cluster.jobs()) == 2


def test_of_a_running_job_the_newest_report_counts_in_whatever_order_they_come(cluster: Cluster) -> None:
    """A job that is reported on each of three days must not be paid for three times."""
    cluster.prints("2026-09-03/sacct.txt", {**RUNNING, "Elapsed": "2-00:00:00"})
    cluster.look()
    cluster.prints("2026-09-02/sacct.txt", {**RUNNING, "Elapsed": "1-00:00:00"})
    cluster.look()
    assert cluster.jobs() == [("201729", "RUNNING", 172800)]
    cluster.prints("2026-09-01/sacct.txt", {"State": "CANCELLED by 330719"})
    cluster.look()
    assert cluster.jobs() == [("201729", "CANCELLED", 7200)], "what has ended counts before what runs"


def test_a_requeued_job_is_two_jobs(cluster: Cluster) -> None:
    """Both runs held the GPUs: the same id, submitted again."""
    again = {"Submit": "2026-09-01T12:00:00", "Start": "2026-09-01T13:00:00", "End": "2026-09-01T15:00:00"}
    cluster.prints("sacct.txt", {"State": "REQUEUED"}, again)
    cluster.look()
    assert [state for _, state, _ in cluster.jobs()] == ["COMPLETED", "REQUEUED"]


def test_a_report_feeds_the_months_up_to_its_end_though_the_job_has_none(cluster: Cluster) -> None:
    """A job that runs since August is used in September too: both months are built again."""
    cluster.prints("sacct.txt", {**RUNNING, "Start": "2026-08-30T00:00:00", "Submit": "2026-08-30T00:00:00",
                                 "Elapsed": "5-00:00:00"})  # fmt: skip
    cluster.look()
    months = query(cluster.project.warehouse, "select first_period, last_period from ingestion.current_slices")
    assert months == [("2026-08", "2026-09")]


def test_persons_and_their_free_text_never_enter(cluster: Cluster) -> None:
    job = {"User": "ada.lovelace", "JobName": "ask-Babbage", "State": "CANCELLED by 1185300516"}
    cluster.prints("sacct.txt", job, {"JobIDRaw": "2", "User": ""})
    cluster.look()
    assert [len(user or "") for (user,) in cluster.jobs('"User"')] == [20, 0]
    for path in cluster.project.warehouse.parent.rglob("*"):
        if path.is_file() and cluster.folder not in path.parents:
            assert not any(word in path.read_bytes() for word in (b"lovelace", b"Babbage", b"1185300516")), path
