"""`make bench-proposals`: hide tags, propose owners, compare with what was hidden. Writes docs/tag_proposals.md.

The bands were chosen on `TUNED_ON`; what the page reports are other seeds, of the company and of what is hidden.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from orchestration.project import APPORTION_DBT, ROOT, Project, project
from orchestration.warehouse import connect
from tests.bench.report import markdown

FOCUS_SAMPLE = ROOT.parent / "shared" / "data" / "focus" / "focus_1_0_sample.csv"
PAGE = ROOT / "docs" / "tag_proposals.md"
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"

BANDS = ["strong", "medium", "weak", "none"]
TUNED_ON = 1
REPORTED_ON = (2, 3, 4)

# The resources that lose their tags, and in which of their months.
HIDE = """
create or replace table hidden as
with

tagged as (
    select distinct
        groups.billing_period, groups.provider_name, groups.billing_account_id, groups.sub_account_id,
        groups.resource_id
    from charges.int_charges__groups as groups
    inner join ownership.int_ownership__owners as owners
        on groups.billing_period = owners.billing_period and groups.charge_group_id = owners.charge_group_id
    where groups.resource_id is not null and owners.owner_evidence = 'tag'
),

drawn as (
    select
        *,
        md5_number_lower(concat_ws('/', $seed, provider_name, billing_account_id, sub_account_id, resource_id))
            as number,
        dense_rank() over resource as month_number,
        count(*) over (partition by provider_name, billing_account_id, sub_account_id, resource_id) as months
    from tagged
    window resource as (
        partition by provider_name, billing_account_id, sub_account_id, resource_id order by billing_period
    )
)

select billing_period, provider_name, billing_account_id, sub_account_id, resource_id
from drawn
where number % 10 = 0
    and case $way
        when 'always' then true
        else months > 1 and ((month_number <= 1 + (number // 10) % (months - 1)) = ((number // 1000) % 2 = 0))
    end;
"""

# Read before the owners are built again.
TRUTH = """
create or replace table truth as
select
    groups.billing_period as month, groups.provider_name, groups.billing_account_id, groups.sub_account_id,
    groups.service_name, groups.resource_id, postings.team_id,
    sum(postings.effective_cost) as effective_cost
from sharing.int_sharing__direct_postings as postings
inner join charges.int_charges__groups as groups
    on postings.billing_period = groups.billing_period and postings.charge_group_id = groups.charge_group_id
inner join hidden
    on groups.billing_period = hidden.billing_period
        and groups.provider_name is not distinct from hidden.provider_name
        and groups.billing_account_id is not distinct from hidden.billing_account_id
        and groups.sub_account_id is not distinct from hidden.sub_account_id
        and groups.resource_id = hidden.resource_id
where postings.team_id <> 'unallocated' and postings.pool_id is null
group by all;
"""

FORGET = """
update charges.int_charges__groups as groups set tags = null
from hidden
where groups.billing_period = hidden.billing_period
    and groups.provider_name is not distinct from hidden.provider_name
    and groups.billing_account_id is not distinct from hidden.billing_account_id
    and groups.sub_account_id is not distinct from hidden.sub_account_id
    and groups.resource_id = hidden.resource_id;
"""

COMPARED = """
with

compared as (
    select
        truth.*,
        proposed.confidence,
        truth.team_id = proposed.proposed_team_id as is_right
    from truth
    inner join coverage.untagged_resources as proposed
        on truth.month = proposed.month
            and truth.provider_name is not distinct from proposed.provider_name
            and truth.billing_account_id is not distinct from proposed.billing_account_id
            and truth.sub_account_id is not distinct from proposed.sub_account_id
            and truth.service_name is not distinct from proposed.service_name
            and truth.resource_id = proposed.resource_id
),

resources as (
    select confidence, resource_id, bool_and(coalesce(is_right, false)) as is_right
    from compared
    group by confidence, provider_name, billing_account_id, sub_account_id, resource_id
),

resources_counted as (
    select confidence, count(*) as resources, count(*) filter (is_right) as resources_right
    from resources
    group by confidence
)

select
    compared.confidence,
    any_value(resources_counted.resources),
    any_value(resources_counted.resources_right),
    sum(compared.effective_cost),
    coalesce(sum(compared.effective_cost) filter (compared.is_right), 0)
from compared
inner join resources_counted using (confidence)
group by compared.confidence
"""

# What follows from the tags, up to the proposals; what comes before them is as it was.
AFFECTED = ["--select", "int_charges__groups+,+untagged_resources", "--exclude", "int_charges__groups"]


@dataclass(frozen=True)
class Band:
    """What one band of confidence said of hidden tags, and how much of it was right."""

    confidence: str
    resources: int = 0
    resources_right: int = 0
    money: Decimal = Decimal(0)
    money_right: Decimal = Decimal(0)

    def plus(self, other: Band) -> Band:
        """The two together."""
        return Band(
            self.confidence,
            self.resources + other.resources,
            self.resources_right + other.resources_right,
            self.money + other.money,
            self.money_right + other.money_right,
        )


def environment() -> dict[str, str]:
    """Our own, without what commands would read instead of their arguments."""
    return {name: value for name, value in os.environ.items() if not name.startswith("APPORTION_")}


def built(exports: Path, policy: Path | None, base: Path) -> Project:
    """A whole run of the real command."""
    paths = project(exports, base / "w.duckdb", base / "published", policy)
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", "run"]
    options = ["--exports", paths.exports, "--warehouse", paths.warehouse, "--published", paths.published]
    options += ["--policy", paths.policy]
    called([*command, *options], environment())
    return paths


def called(command: list, variables: dict[str, str]) -> None:
    """Raises with what the process said, when it failed."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"status {done.returncode}: {done.stdout[-3000:]}{done.stderr[-3000:]}")


def dbt(paths: Project, *arguments: str) -> None:
    """dbt on a warehouse, with the seeds beside it."""
    target = {"DBT_TARGET_PATH": str(paths.target), "DBT_LOG_PATH": str(paths.target)}
    variables = {**environment(), **paths.environment(), **target}
    called([APPORTION_DBT, "--quiet", *arguments, "--profiles-dir", ROOT], variables)


def hidden(paths: Project, seed: int, way: str = "always") -> Project:
    """A copy of a warehouse, built as if a tenth of the tagged resources had no tags.

    `way` is `always` (no month has them) or `some months` (they came late, or were lost).
    """
    copy = replace(paths, warehouse=paths.warehouse.with_name(f"hidden-{seed}-{way.replace(' ', '-')}.duckdb"))
    shutil.copyfile(paths.warehouse, copy.warehouse)
    shutil.copytree(paths.seeds, copy.seeds, dirs_exist_ok=True)
    with connect(copy.warehouse) as connection:
        connection.execute(HIDE, {"seed": seed, "way": way})
        connection.execute(TRUTH)
        connection.execute(FORGET)
    dbt(copy, "run", "--full-refresh", *AFFECTED)
    return copy


def compared(copy: Project) -> list[Band]:
    """What was proposed for the hidden tags, beside what they said."""
    with connect(copy.warehouse, read_only=True) as connection:
        found = {row[0]: Band(*row) for row in connection.execute(COMPARED).fetchall()}
    return [found.get(confidence, Band(confidence)) for confidence in BANDS]


def measured(paths: Project, seed: int, way: str = "always") -> list[Band]:
    """Hide, propose, compare."""
    copy = hidden(paths, seed, way)
    bands = compared(copy)
    copy.warehouse.unlink()
    return bands


def together(measurements: Iterable[list[Band]]) -> list[Band]:
    """Several draws as one."""
    total = [Band(confidence) for confidence in BANDS]
    for bands in measurements:
        total = [one.plus(other) for one, other in zip(total, bands, strict=True)]
    return total


def table(bands: list[Band], decimals: int = 2) -> list[str]:
    """A table by band. What has no confidence is shown in the mart, and not proposed: it recovers nothing."""
    hidden_money = sum(band.money for band in bands)
    header = ("confidence", "resources", "of them right", "money", "of it right", "recovered of all money hidden")
    rows = [
        (
            band.confidence,
            f"{band.resources:,}",
            percent(band.resources_right, band.resources),
            f"{band.money:,.{decimals}f}",
            percent(band.money_right, band.money),
            percent(band.money_right, hidden_money) if band.confidence != "none" else "-",
        )
        for band in bands
    ]
    return markdown(header, rows)


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """A share, or a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def sample(seed: int, months: int, base: Path) -> Project:
    """The sample company, built."""
    from orchestration.sample_company import write_exports

    write_exports(base / "exports", seed=seed, months=months)
    return built(base / "exports", base / "exports" / "policy", base)


def focus_sample(base: Path) -> Project:
    """The FOCUS sample, built with the project's own policy."""
    file = base / "exports" / "focus" / FOCUS_SAMPLE.name
    file.parent.mkdir(parents=True)
    file.write_bytes(FOCUS_SAMPLE.read_bytes())
    return built(base / "exports", None, base)


def measurements(months: int, seeds: Iterable[int], company: int, scratch: Path) -> list[str]:
    """The lines of the page."""
    lines = []
    scratch.mkdir(parents=True, exist_ok=True)
    paths = sample(company, months, scratch / "company")
    for title, way in (
        ("The sample company, tags hidden in every month", "always"),
        ("The sample company, tags hidden in some months (applied late, or lost)", "some months"),
    ):
        lines += ["", f"### {title}", "", *table(together(measured(paths, seed, way) for seed in seeds))]
    if FOCUS_SAMPLE.exists():
        paths = focus_sample(scratch / "focus")
        lines += ["", "### The FOCUS sample, tags hidden", ""]
        lines += table(together(measured(paths, seed) for seed in seeds), decimals=4)
    return lines


def main() -> int:
    """Measure, and write the page unless it is for tuning."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="measure on the seed that the bands are chosen on")
    parser.add_argument("--months", type=int, default=4)
    arguments = parser.parse_args()
    seeds = (TUNED_ON,) if arguments.tune else REPORTED_ON
    with tempfile.TemporaryDirectory(prefix="apportion-proposals-") as scratch:
        lines = measurements(arguments.months, seeds, seeds[0], Path(scratch))
    print("\n".join(lines))
    if not arguments.tune:
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text("\n".join([before + BEGIN, *lines, "", END]) + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
