"""What the tests share: real files, a real warehouse and a real Great Expectations worker."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from orchestration.project import APPORTION_DBT, DBT, QUIET_ENVIRONMENT, ROOT
from orchestration.quality.validator import Validator

os.environ.update(QUIET_ENVIRONMENT)
for variable in [name for name in os.environ if name.startswith("APPORTION_")]:
    del os.environ[variable]

SHARED = ROOT.parent / "shared" / "data"

CHARGE = {
    "BilledCost": "10.00",
    "EffectiveCost": "8.00",
    "ListCost": "12.00",
    "ContractedCost": "10.00",
    "BillingAccountId": "0012",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-09-01T00:00:00Z",
    "BillingPeriodEnd": "2026-10-01T00:00:00Z",
    "ChargePeriodStart": "2026-09-02T00:00:00Z",
    "ChargePeriodEnd": "2026-09-03T00:00:00Z",
    "ChargeCategory": "Usage",
    "InvoiceIssuerName": "Cloud Inc.",
    "ServiceCategory": "Compute",
    "ServiceName": "Virtual Machines",
    "ServiceProviderName": "Cloud",
    "ResourceId": "vm-1",
    "Tags": '{"team": "search", "project": "ranker", "env": "prod"}',
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with whole runs come first: what is left at the end is short, and both cores have some of it.

    Of these, files that read the sample company come last: both cores would come to it at once, and one would wait.
    """
    long = {item.path for item in items if item.get_closest_marker("slow")}
    reading = {item.path for item in items if "sample" in item.fixturenames}
    items.sort(key=lambda item: (item.path not in long, item.path in reading))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker to come makes and the others read: a whole run takes half a minute."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    is_made = folder / "made"
    with FileLock(f"{folder}.lock"):
        if not is_made.exists():
            folder.mkdir()
            make(folder)
            is_made.touch()
    return folder


@pytest.fixture(scope="session")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Validator]:
    """One worker for all tests: its import takes seconds."""
    with Validator(tmp_path_factory.mktemp("data_quality")) as worker:
        yield worker


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real exports beside the project; what needs them says so where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("the real exports of ../shared/data are not here")
    return SHARED


def charges(count: int = 3, **changes: str | None) -> list[dict[str, str]]:
    """FOCUS rows that differ by resource; a change to None leaves the column out."""
    rows = []
    for number in range(count):
        row = {**CHARGE, "ResourceId": f"vm-{number}", **changes}
        rows.append({name: value for name, value in row.items() if value is not None})
    return rows


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    """Rows as a CSV file, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def apportion(*arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    command = [str(ROOT / ".venv" / "bin" / "apportion"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if check:
        assert done.returncode == 0, done.stderr
    return done


class Dbt:
    """dbt in a process of its own, on a warehouse and a target that are nobody else's."""

    def __init__(self, warehouse: Path, target: Path, is_plain: bool = False) -> None:
        self.program = DBT if is_plain else APPORTION_DBT
        self.warehouse = warehouse
        self.target = target

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **QUIET_ENVIRONMENT,
            "APPORTION_WAREHOUSE": str(self.warehouse),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.target),
        }

    def command(self, *arguments: str) -> list[str | Path]:
        return [self.program, "--no-use-colors", *arguments, "--project-dir", ROOT, "--profiles-dir", ROOT]

    def __call__(self, *arguments: str) -> str:
        """What dbt printed. Fails the test with dbt's own words."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, env=self.environment, cwd=ROOT)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        return done.stdout


def query(file: Path, sql: str, *parameters: object) -> list[tuple]:
    """Rows of a DuckDB file, opened read-only."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()
