"""How long owners take: a dictionary of distinct keys and a policy of many rules, resolved by the project's own models.

The warehouse is empty but for the dictionary: what is measured grows with its keys and with the rules,
never with the charges behind them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb

from orchestration.ingestion.registry import prepare
from orchestration.policy.files import FILES
from orchestration.project import DBT, QUIET_ENVIRONMENT, ROOT
from orchestration.warehouse import connect
from tests.bench.process import measure

KEYS, RULES, REGEXES = 100_000, 2_000, 200
MOST_SECONDS, MOST_BYTES = 5.0, 2 * 1024**3

# Two of three keys have tags, and one of two of these names its team: the rest is for the rules.
GROUPS = """
insert into charges.int_charges__groups by name
select
    '2026-09' as billing_period,
    md5('key' || i) as charge_group_id,
    'focus' as feed,
    'payer-' || i % 7 as billing_account_id,
    'account-' || i % 400 as sub_account_id,
    'Cloud' as provider_name,
    'Compute' as service_category,
    'Service ' || i % 60 as service_name,
    'SKU-' || i % 2500 as sku_id,
    'arn:cloud:region-' || i % 12 || ':vm/' || ['ranker', 'atlas', 'ingest', 'batch', 'gpu'][1 + i % 5]
        || '-' || i % 997 || '-' || md5('r' || i % 60000)[:8] as resource_id,
    'region-' || i % 12 as region_id,
    'Usage' as charge_category,
    'compute' as cost_component,
    case
        when i % 3 = 0 then null
        when i % 3 = 1
            then '{"team":"team-' || i % 90 || '","app":"app-' || i % 700 || '","env":"prod","n":"' || i % 20000 || '"}'
        else '{"namespace":"space-' || i % 500 || '","queue":"q' || i % 20 || '","n":"' || i % 20000 || '"}'
    end as tags,
    'USD' as billing_currency,
    date '2026-09-01' as first_charge_date,
    date '2026-09-30' as last_charge_date
from range($keys) as keys(i)
"""


def rules(count: int, regexes: int) -> list[str]:
    """Rules of every operator; a tenth of them begins or ends within the month."""
    lines = [",".join(FILES["ownership_rules"].header)]
    for n in range(count):
        if n < regexes:
            found = f"resource,regex,vm/(ranker|atlas)-{n}[0-9]*-[0-9a-f]+$"
        elif n % 5 == 0:
            found = f"sub_account,equals,account-{n % 450}"
        elif n % 5 == 1:
            found = f"resource,like,%gpu-{n % 997}-%"
        elif n % 5 == 2:
            found = f"sku,equals,SKU-{n}"
        elif n % 5 == 3:
            found = f"namespace,like,space-{n % 500}%"
        else:
            found = f"resource,like,arn:cloud:region-{n % 12}:vm/batch-{n % 997}-%"
        days = ("2026-09-10,", ",2026-09-20")[n % 2] if n % 10 == 7 else ","
        lines.append(f"r{n},{n},,{found},team-{n % 90},,{'production' if n % 3 else ''},,,{days}")
    return lines


def dbt(warehouse: Path, seeds: Path, target: Path, *arguments: str) -> list[str | Path]:
    os.environ.update(
        QUIET_ENVIRONMENT,
        APPORTION_WAREHOUSE=str(warehouse),
        APPORTION_SEEDS=str(seeds),
        DBT_TARGET_PATH=str(target),
        DBT_LOG_PATH=str(target),
    )
    return [DBT, "--quiet", *arguments, "--project-dir", ROOT, "--profiles-dir", ROOT]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench-ownership", description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=KEYS)
    parser.add_argument("--rules", type=int, default=RULES)
    arguments = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="apportion-bench-"))
    try:
        warehouse, target, seeds = scratch / "w.duckdb", scratch / "target", scratch / "seeds"
        shutil.copytree(ROOT / "seeds", seeds)
        (seeds / "policy" / "ownership_rules.csv").write_text("\n".join(rules(arguments.rules, REGEXES)) + "\n")
        with connect(warehouse) as connection:
            prepare(connection)
        measure(dbt(warehouse, seeds, target, "seed"), ROOT)
        measure(dbt(warehouse, seeds, target, "run", "--select", "+int_ownership__owners"), ROOT)
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(GROUPS, {"keys": arguments.keys})
        taken = measure(
            dbt(warehouse, seeds, target, "run", "--select", "+int_ownership__owners,models/intermediate/ownership"),
            ROOT,
        )
        done = json.loads((target / "run_results.json").read_text())
        seconds = {result["unique_id"].rsplit(".", 1)[-1]: result["execution_time"] for result in done["results"]}
        with duckdb.connect(str(warehouse)) as connection:
            owned = connection.execute(
                "select count(distinct charge_group_id), count(*) from ownership.int_ownership__owners"
                " where team_id <> 'unallocated'"
            ).fetchone()
    finally:
        shutil.rmtree(scratch)
    # On the clock from the first model to the last: those that run side by side count once.
    total = done["elapsed_time"]
    for model, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"  {spent:6.2f} s  {model}")
    print(
        f"{arguments.keys:,} keys, {arguments.rules:,} rules ({REGEXES} regular expressions): {owned[0]:,} keys owned"
    )
    print(f"models {total:.1f} s (limit {MOST_SECONDS} s), {taken.peak_bytes / 1024**3:.2f} GB (limit 2 GB)")
    print(f"with dbt's own start {taken.seconds:.1f} s")
    sys.exit(total > MOST_SECONDS or taken.peak_bytes > MOST_BYTES)


if __name__ == "__main__":
    main()
