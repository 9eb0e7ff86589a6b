"""`apportion`: the commands. Everything slow is imported by the command that needs it."""

from __future__ import annotations

import gc
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from orchestration.project import QUIET_ENVIRONMENT, project

os.environ.update(QUIET_ENVIRONMENT)

app = typer.Typer(
    name="apportion",
    help="Who spent what, on which project, at which stage of its life, to the cent.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

policy_app = typer.Typer(help="What the policy folder says, and what another would change.", no_args_is_help=True)
app.add_typer(policy_app, name="policy")

Exports = Annotated[Path | None, typer.Option("--exports", help="The folder with one folder per feed.")]
Warehouse = Annotated[Path | None, typer.Option("--warehouse", help="The DuckDB file to build in.")]
Published = Annotated[Path | None, typer.Option("--published", help="Where publications go.")]
Policy = Annotated[Path | None, typer.Option("--policy", help="The folder of policy CSV files.")]
Focus = Annotated[bool, typer.Option("--focus", help="Also publish the bill in FOCUS, as long as it is.")]
FullRefresh = Annotated[bool, typer.Option("--full-refresh", help="Build every billing period again.")]


# Seconds after which somebody before a terminal wants to know what is going on.
PATIENCE = 2


def fail(message: str, status: int = 1) -> NoReturn:
    """End with what went wrong as the last line on standard error."""
    sys.stdout.flush()
    lines = [line for line in message.strip().splitlines() if line.strip()]
    print(f"apportion: {chr(10).join(lines)}", file=sys.stderr, flush=True)
    raise typer.Exit(status)


def check_month(month: str | None) -> None:
    """End with the status of wrong usage where it is none."""
    if month is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
        fail(f"{month} is not a month; write it as YYYY-MM", 2)


class Progress:
    """Says what is going on, with the seconds since the start; on a terminal the seconds run.

    With `patience`, what ends within so many seconds says nothing, and what is not on a terminal neither.
    """

    def __init__(self, patience: float = 0) -> None:
        self.started = time.monotonic()
        self.patience = patience
        self.message = ""
        self.is_shown = False
        self.ended = threading.Event()
        self.is_terminal = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        if self.is_terminal:
            threading.Thread(target=self.tick, daemon=True).start()
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        if self.is_shown and not failure:
            self("done")
        self.ended.set()
        if self.is_terminal and self.is_shown:
            print(file=sys.stderr, flush=True)

    def __call__(self, message: str) -> None:
        if self.is_terminal and self.is_shown:
            print(file=sys.stderr)
        self.message = message
        self.show()

    def tick(self) -> None:
        """Let the seconds of what takes long run."""
        while not self.ended.wait(0.5):
            if self.message:
                self.show()

    def show(self) -> None:
        """The line as of now, if it is time for one; on a terminal it takes its own place."""
        if self.patience and not (self.is_terminal and time.monotonic() - self.started > self.patience):
            return
        self.is_shown = True
        line = f"[{time.monotonic() - self.started:5.1f} s] {self.message}"
        if self.is_terminal:
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def execute(steps: tuple[str, ...], paths, focus: bool = False, full_refresh: bool = False) -> None:
    """Run some steps and say what came of it, with the exit status of the contract."""
    if paths.unusable:
        fail(paths.unusable, 2)
    from orchestration.failures import StepFailed
    from orchestration.ingestion.ingest import has_news
    from orchestration.policy import PolicyError, prepare
    from orchestration.publishing.refusal import tell
    from orchestration.quality.validator import Validator
    from orchestration.warehouse import WarehouseError

    try:
        with Progress() as progress, Validator(paths.published / "data_quality") as validator:
            progress("starting")
            # The policy is judged before anything slow is even imported.
            prepare(paths.policy, paths.seeds)
            if "ingest" in steps and has_news(paths):
                # Great Expectations takes as long to import as Dagster: side by side.
                validator.warm_up()
            # What is imported stays: to look for garbage in it, now and at the end, takes a second.
            gc.disable()
            from orchestration.run import run

            gc.freeze()
            gc.enable()
            outcome = run(paths, validator, steps, focus, full_refresh, progress)
    except (StepFailed, PolicyError) as error:
        tell(paths.published, str(error))
        fail(str(error))
    except (WarehouseError, FileNotFoundError, PermissionError) as error:
        fail(str(error))
    for note in outcome.notes:
        print(f"note: {note}", file=sys.stderr)
    if "ingest" in steps:
        print(
            f"deliveries: {outcome.landed} files landed ({outcome.rows:,} rows), {outcome.duplicates} duplicates,"
            f" {outcome.unchanged} unchanged, {len(outcome.quarantined)} quarantined"
        )
    page = paths.published / "data_quality" / "index.html"
    if "publish" in steps:
        from orchestration.summary import showback

        current = paths.published / "current" / "apportion.duckdb"
        print()
        print(showback(paths))
        print(f"published: {current}" if outcome.is_published else f"nothing new: {current} is up to date")
    if "publish" in steps or (outcome.quarantined and page.exists()):
        print(f"quality:   {page}")
    if outcome.quarantined:
        fail("\n".join(f"quarantined: {sentence}" for sentence in outcome.quarantined))


@app.command("run")
def run_command(
    exports: Exports = None,
    warehouse: Warehouse = None,
    published: Published = None,
    policy: Policy = None,
    focus: Focus = False,
    full_refresh: FullRefresh = False,
) -> None:
    """Ingest, build and publish."""
    execute(("ingest", "build", "publish"), project(exports, warehouse, published, policy), focus, full_refresh)


@app.command("watch")
def watch_command(
    exports: Exports = None,
    warehouse: Warehouse = None,
    published: Published = None,
    policy: Policy = None,
    every: Annotated[int, typer.Option("--every", help="Seconds between two looks at the exports.", min=1)] = 5,
) -> None:
    """Run whenever something new lies in the exports, until interrupted."""
    from orchestration.watch import Watch

    paths = project(exports, warehouse, published, policy)
    if paths.unusable:
        fail(paths.unusable, 2)
    if not paths.exports.is_dir():
        fail(f"{paths.exports}: no such exports folder; name it with --exports DIR")
    Watch(paths, every).until_ended()


@app.command("ingest")
def ingest_command(
    exports: Exports = None, warehouse: Warehouse = None, published: Published = None, policy: Policy = None
) -> None:
    """Register, validate and land what is new in the exports."""
    execute(("ingest",), project(exports, warehouse, published, policy))


@app.command("build")
def build_command(
    warehouse: Warehouse = None,
    published: Published = None,
    policy: Policy = None,
    full_refresh: FullRefresh = False,
) -> None:
    """Build the billing periods whose deliveries, policy or models changed."""
    execute(("build",), project(None, warehouse, published, policy), full_refresh=full_refresh)


@app.command("publish")
def publish_command(
    warehouse: Warehouse = None,
    published: Published = None,
    policy: Policy = None,
    focus: Focus = False,
    to: Annotated[
        str | None, typer.Option("--to", help="Also copy the tables to this database, postgresql://USER@HOST/DATABASE.")
    ] = None,
) -> None:
    """Judge the marts and switch readers to them."""
    paths = project(None, warehouse, published, policy)
    if to is not None and not to.startswith(("postgresql://", "postgres://")):
        # Not what was given: there may be a password in it.
        fail("--to names no database that is known; write postgresql://USER@HOST/DATABASE", 2)
    execute(("publish",), paths, focus)
    if to is not None:
        copy_to_postgres(paths, to)


def copy_to_postgres(paths, url: str) -> None:
    """Copy what is published, and say how much."""
    from orchestration.publishing.postgres import CopyFailed, copy

    try:
        with Progress() as progress:
            tables, rows = copy(paths.published / "current" / "apportion.duckdb", url, progress)
    except CopyFailed as error:
        fail(str(error))
    print(f"PostgreSQL: {tables} tables, {rows:,} rows")


@app.command("explain")
def explain_command(
    month: Annotated[str | None, typer.Option("--month", help="The month of the amount, YYYY-MM.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="Whose amount.")] = None,
    project_id: Annotated[str | None, typer.Option("--project", help="Only this project of the team.")] = None,
    component: Annotated[str | None, typer.Option("--component", help="Only this cost component.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="Only this lifecycle stage.")] = None,
    activity: Annotated[str | None, typer.Option("--activity", help="Only this AI activity.")] = None,
    provider: Annotated[str | None, typer.Option("--provider", help="Only this provider.")] = None,
    day: Annotated[str | None, typer.Option("--day", help="Only this day of the month, YYYY-MM-DD.")] = None,
    charge: Annotated[str | None, typer.Option("--charge", help="Where this charge (x_ChargeId) went.")] = None,
    warehouse: Warehouse = None,
) -> None:
    """Where an amount came from, or where a charge went."""
    is_amount = month is not None and team is not None
    parts = {"stage": stage, "activity": activity, "provider": provider, "day": day}
    of_amount = (month, team, project_id, component, *parts.values())
    if (charge is None and not is_amount) or (charge is not None and any(of_amount)):
        fail(
            "explain takes --month YYYY-MM with --team NAME (and --project, --component, --stage, --activity, "
            "--provider, --day), or --charge ID alone",
            2,
        )
    check_month(month)
    from orchestration.explain import ExplainError, explain_amount, explain_charge, render

    file = project(warehouse=warehouse).warehouse
    try:
        with Progress(PATIENCE) as progress:
            progress(f"looking through {file}")
            if charge is not None:
                explanation = explain_charge(file, charge)
            else:
                explanation = explain_amount(file, month, team, project_id, component, **parts)
    except ExplainError as error:
        fail(str(error))
    print(render(explanation), end="")


@policy_app.command("check")
def policy_check_command(policy: Policy = None) -> None:
    """Say what is wrong with the policy folder, which is refused, and what is only suspicious."""
    from orchestration.policy import PolicyError, judge

    folder = project(policy=policy).policy
    try:
        verdict = judge(folder)
    except PolicyError as error:
        fail(str(error))
    for warning in verdict.warnings:
        print(f"warning: {warning}")
    if verdict.problems:
        fail("\n".join(verdict.problems))
    print(f"{folder} is sound: {verdict.summary}")


@policy_app.command("diff")
def policy_diff_command(
    other: Annotated[Path, typer.Argument(metavar="OTHER_DIR", help="The policy folder to compare with.")],
    policy: Policy = None,
    warehouse: Warehouse = None,
    months: Annotated[int | None, typer.Option("--months", min=1, help="Only the last N months delivered.")] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Also write all of it to this folder, as CSV and Parquet.")
    ] = None,
) -> None:
    """Say whose money would move to whom under another policy folder. Nothing is changed."""
    from orchestration.explain import ExplainError
    from orchestration.failures import StepFailed
    from orchestration.policy import PolicyError
    from orchestration.policy.diff import diff, render

    paths = project(policy=policy, warehouse=warehouse)
    # So that a scheduler that ends it leaves no copies behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with Progress() as progress:
            progress("reading both policies")
            difference = diff(paths, other.absolute(), progress, months, to)
    except (PolicyError, ExplainError, StepFailed) as error:
        fail(str(error))
    for note in difference.notes:
        print(f"note: {note}", file=sys.stderr)
    print(render(difference, paths.policy, other), end="")
    if difference.unexplained:
        fail("the totals are not equal")


@app.command("fix-tags")
def fix_tags_command(
    warehouse: Warehouse = None,
    to: Annotated[Path, typer.Option("--to", help="The file to write.")] = Path("tag_fixes.csv"),
    month: Annotated[str | None, typer.Option("--month", help="Only what is untagged in this month, YYYY-MM.")] = None,
    confidence: Annotated[str, typer.Option("--confidence", help="At least: strong, medium or weak.")] = "strong",
) -> None:
    """Propose owners of untagged resources, to be reviewed and added to tag_overrides.csv."""
    from orchestration import tag_fixes
    from orchestration.explain import ExplainError

    if confidence not in tag_fixes.BANDS:
        fail(f"--confidence is one of {', '.join(tag_fixes.BANDS)}", 2)
    check_month(month)
    if to.name == "tag_overrides.csv" and to.exists():
        fail(f"{to} is the policy; write the proposals elsewhere, review them, and add their rows to it", 2)
    file = project(warehouse=warehouse).warehouse
    try:
        with Progress(PATIENCE) as progress:
            progress(f"looking through {file}")
            fixes = tag_fixes.propose(file, month, confidence)
    except ExplainError as error:
        fail(str(error))
    tag_fixes.write(fixes, to)
    print(tag_fixes.report(fixes))
    print(f"written: {to}, {len(fixes.rows):,} rows of confidence {confidence} or better")
    if fixes.rows:
        print("next: review them, add them to tag_overrides.csv of your policy, and run again")
    elif confidence != "weak":
        print("next: try --confidence weak, or write rules for what coverage.untagged_resources lists first")
    else:
        print("next: write rules for what coverage.untagged_resources lists first")


@app.command("sample")
def sample_command(
    to: Annotated[Path, typer.Option("--to", help="The folder to write into.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed writes the same bytes.")] = 1,
    months: Annotated[int, typer.Option("--months", help="Billing periods, the last is 2026-09.", min=1)] = 6,
) -> None:
    """Write the sample company's exports, its policy, and the truth beside them."""
    from orchestration.sample_company import write_exports

    with Progress() as progress:
        progress(f"writing {months} months of the sample company to {to}")
        write_exports(to, seed=seed, months=months)
    print(f"next: apportion run --exports {to} --policy {to / 'policy'}")


@app.command("dashboard")
def dashboard_command(
    published: Published = None,
    host: Annotated[
        str, typer.Option("--host", help="The address to answer on; others than this machine's see all costs.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port to answer on.", min=1, max=65535)] = 8050,
) -> None:
    """Show the published numbers as pages in a browser."""
    try:
        from orchestration.dashboard.server import NotServed, serve
    except ModuleNotFoundError as error:
        fail(f"the dashboard needs {error.name}; install the extra: pip install apportion[dashboard]")
    try:
        serve(project(published=published).published, host, port)
    except NotServed as error:
        fail(str(error))


@app.command("review")
def review_command(
    month: Annotated[str, typer.Option("--month", help="The month, YYYY-MM.")],
    to: Annotated[Path, typer.Option("--to", help="The folder to write into.")],
    team: Annotated[str | None, typer.Option("--team", help="Only this team.")] = None,
    published: Published = None,
) -> None:
    """Write what happened in a month, why, and what to decide: a page, and its statement as CSV."""
    check_month(month)
    try:
        from orchestration.review import review
    except ModuleNotFoundError as error:
        fail(f"the review needs {error.name}; install the extra: pip install apportion[dashboard]")
    try:
        written = review.review(project(published=published).published, month, team, to)
    except review.NotThere as error:
        fail(str(error), 2)
    except (review.NotReadable, OSError) as error:
        fail(str(error))
    print(f"review:    {written.page}")
    print(f"statement: {written.statement}")


def main() -> None:
    """The console script."""
    app()
