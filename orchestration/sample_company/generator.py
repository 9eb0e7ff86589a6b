"""Write the sample company's exports, its policy and the truth into one folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from orchestration.sample_company import (
    bills,
    budgets,
    licenses,
    native_bills,
    policy,
    timesheets,
    truth,
    usage_exports,
)
from orchestration.sample_company.charges import make_charges
from orchestration.sample_company.database import open_database
from orchestration.sample_company.months import Month, exported_months, restated_month
from orchestration.sample_company.reference import load_reference
from orchestration.sample_company.resources import make_resources

# Names what was written, so that writing again leaves nothing of another seed behind.
WRITTEN = Path("truth", "files.txt")


def write_exports(to: Path, seed: int = 1, months: int = 6, rows: int = 200_000) -> None:
    """Write `months` months, the last one 2026-09, with about `rows` charges in all bills.

    The same arguments write the same bytes. Files that an earlier call wrote into the
    folder are replaced; whatever else is there stays.
    """
    if months < 1 or rows < 1:
        raise ValueError(f"months and rows must be at least 1, not {months} and {rows}")
    to = Path(to)
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".sample-", dir=to) as draft:
        _write_all(Path(draft), seed, exported_months(months), rows)
        _replace(Path(draft), to)


def _write_all(to: Path, seed: int, months: list[Month], rows: int) -> None:
    """Make the charges month by month, and write what the vendors and the truth say."""
    restated = restated_month(months)
    with open_database(seed) as connection:
        load_reference(connection)
        make_resources(connection)
        timesheets.load_people(connection)
        truth.open_truth(connection)
        usage_exports.open_usage(connection)
        for month, month_rows in _rows_by_month(months, rows):
            make_charges(connection, month, month_rows)
            bills.write_bills(connection, to / "focus", month, month == restated)
            truth.add_bills(connection)
            timesheets.make_hours(connection, month)
            timesheets.write_timesheets(connection, to / "timesheets", month)
            truth.add_hours(connection)
            usage_exports.add_hours(connection)
        native_bills.write_native_bills(connection, to, months)
        licenses.make_licenses(connection, months)
        licenses.write_licenses(connection, to / "licenses")
        truth.add_licenses(connection)
        truth.write_truth(connection, to / "truth")
        usage_exports.write_usage(connection, to, months)
        rates = policy.exchange_rates(seed, months)
        lines = budgets.budgets(connection, months, rates, policy.SUPPORT_WEIGHTS)
    policy.write_policy(to / "policy", seed, months, lines)


def _replace(draft: Path, to: Path) -> None:
    """Move the new files in, and remove those of an earlier call that have no successor."""
    written = sorted(file.relative_to(draft) for file in draft.rglob("*") if file.is_file())
    before = to / WRITTEN
    names = before.read_text(encoding="utf-8").splitlines() if before.exists() else []
    for outdated in set(map(Path, names)) - set(written):
        (to / outdated).unlink(missing_ok=True)
    for file in written:
        (to / file).parent.mkdir(parents=True, exist_ok=True)
        (draft / file).replace(to / file)
    before.write_text("".join(f"{file.as_posix()}\n" for file in written), encoding="utf-8")


def _rows_by_month(months: list[Month], rows: int) -> list[tuple[Month, int]]:
    """The row budget, shared so that the months' parts add up to it."""
    shares = [rows * number // len(months) for number in range(len(months) + 1)]
    return [(month, shares[n + 1] - shares[n]) for n, month in enumerate(months)]
