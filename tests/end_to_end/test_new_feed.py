"""A feed that nobody thought of is a declaration, its promises, its staging model and its bill: no list is edited."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.project import ROOT
from tests.conftest import query, write_csv

PARTS = ("orchestration", "models", "macros", "seeds", "analyses", "tests", "dbt_project.yml", "profiles.yml")

FILES = {
    "orchestration/feeds/colocation.py": '''
"""What data centers invoice for racks, by day and team."""

from orchestration.feeds import Column, Feed, Table

INVOICES = Table(
    name="colocation",
    columns=(
        Column("invoiced_on", "date", required=True),
        Column("site", required=True, aliases=("location",)),
        Column("team"),
        Column("currency", required=True),
        Column("amount", "money", required=True),
    ),
    account="site",
    period="invoiced_on",
    currency="currency",
    billed="amount",
    effective="amount",
    told_apart_by=("invoiced_on", "site", "team"),
)

FEED = Feed(name="colocation", tables=(INVOICES,))
''',
    "orchestration/expectations/colocation.py": '''
"""An invoice of a data center is fit to be charged to somebody."""

from orchestration.expectations.rules import has_values, ties_out
from orchestration.feeds.colocation import INVOICES


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {"rows": [has_values(INVOICES), ties_out(parameters, INVOICES.billed)]}
''',
    "macros/bills/bill__colocation.sql": """
{% macro bill__colocation() -%}
    {{ return(ref('stg_colocation__charges')) }}
{%- endmacro %}
""",
    "models/staging/colocation/_colocation.yml": """
sources:
  - name: raw
    schema: raw
    tables:
      - name: colocation
        description: One row per line of an invoice. Amounts in `currency`. A null team is not stated.
        config: {meta: {dagster: {asset_key: [raw, colocation]}}}

models:
  - name: stg_colocation__charges
    description: One row per line of an invoice, in FOCUS's names. From raw.colocation. A zero is a real zero.
""",
    "models/staging/colocation/stg_colocation__charges.sql": """
select
    delivery_id,
    concat(file_id, '-', source_row) as charge_id,
    billing_period,
    invoiced_on as charge_date,
    amount as billed_cost,
    amount as effective_cost,
    site as billing_account_id,
    currency as billing_currency,
    cast(billing_period || '-01' as timestamp) as billing_period_start_at,
    cast(billing_period || '-01' as timestamp) + interval 1 month as billing_period_end_at,
    cast(invoiced_on as timestamp) as charge_period_start_at,
    cast(invoiced_on as timestamp) + interval 1 day as charge_period_end_at,
    'Purchase' as charge_category,
    'Recurring' as charge_frequency,
    'Data centers' as provider_name,
    'Data centers' as publisher_name,
    'Data centers' as invoice_issuer_name,
    'Compute' as service_category,
    'Colocation' as service_name,
    {{ json_tags({'team': 'team'}) }} as tags

from {{ source('raw', 'colocation') }}
""",
}


@pytest.mark.slow
def test_a_feed_is_added_without_editing_any_file(tmp_path: Path) -> None:
    """Its folder in the exports comes to the ledger, tied out and owned, in a copy that has five files more."""
    copy = tmp_path / "project"
    copy.mkdir()
    for part in PARTS:
        given = ROOT / part
        if given.is_dir():
            shutil.copytree(given, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(given, copy / part)
    (copy / ".venv").symlink_to((ROOT / ".venv").resolve())
    for name, text in FILES.items():
        assert not (copy / name).exists()
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text.lstrip())
    line = {"invoiced_on": "2026-09-01", "location": "ams-1", "team": "search", "currency": "USD", "amount": "120.50"}
    write_csv(tmp_path / "exports/colocation/2026-09/a.csv", [line, line | {"team": "robotics", "amount": "79.25"}])
    command = [copy / ".venv/bin/apportion", "run", "--exports", tmp_path / "exports"]
    places = ["--warehouse", tmp_path / "w.duckdb", "--published", tmp_path / "published"]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    done = subprocess.run([*command, *places], cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    published = tmp_path / "published/current/apportion.duckdb"
    paid = "select team_id, cost_component, billed_cost, effective_cost from showback.ledger order by all"
    assert query(published, paid) == [
        ("robotics", "compute", Decimal("79.25"), Decimal("79.25")),
        ("search", "compute", Decimal("120.5"), Decimal("120.5")),
    ]
    tied = "select feed, account, raw, ledger, difference from reconciliation.raw_vs_ledger"
    assert query(published, tied) == [("colocation", "ams-1", Decimal("199.75"), Decimal("199.75"), 0)]


def test_the_example_of_the_readme_is_what_the_files_say() -> None:
    """An example that nobody runs is wrong after the first change: each piece of it stands in the file it names."""
    chapter = (ROOT / "README.md").read_text().partition("\n## Add a feed\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"`([\w/]+\.\w+)`[^`]*?\n\n```\w+\n(.*?)```", chapter, flags=re.DOTALL)
    assert len(blocks) >= 4
    for name, block in blocks:
        text = (ROOT / name).read_text()
        pieces = [piece.strip("\n") for piece in re.split(r"^\s*(?:#|--) \.\.\.$", block, flags=re.MULTILINE)]
        assert [piece for piece in pieces if piece not in text] == [], name
