"""Every file of ../shared/data: loaded with its known rows and total, or refused with a right reason."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import project
from orchestration.quality.validator import Validator
from tests.conftest import query

# The feed that a folder's files are delivered to; of one folder, file by file.
FEEDS = {
    "focus": "focus",
    "aws_cur": "aws_cur",
    "azure": "azure_cost",
    "gcp_billing": "gcp_billing",
    "oci": "oci_cost",
    "kubernetes": "kubernetes",
    "slurm": "slurm",
    "jira": "jira",
    "gpu": "gpu_metrics",
    "llm/litellm_model_prices.json": "model_prices",
    "llm/openai": "openai",
    "llm": "litellm",
}

# By the end of the path: rows, and the billed cost of a bill.
LOADED = {
    "finops/cur/20260601-20260701/932f83ec-98fd-493d-8a14-9871f627e313/June-2026-cur.csv.gz": (
        3960,
        "68535.4593333024",
    ),
    "azure/ea_actual_cost.csv": (11, "8.545007786742"),
    "azure/ea_amortized_cost.csv": (28, "16.296932136637"),
    "costreport_887cf0b3-2818-4612-86d0-d61deca1719c.csv": (240, "39.505137948495"),
    "costreport_2fd8d64a-323f-44f4-a2b1-92551c551532.csv": (None, None),
    "focus/focus_1_0_sample.csv": (1000, "20.520226728990"),
    "gcp_billing/gcp_res.csv": (2088, "2533.5946669296"),
    "gcp_billing/gcp_std.csv": (2088, "2533.5946669296"),
    "oci/report_cost-5137_2026-06.csv": (384, "31144.416"),
    "oci/report_usage-1232_2026-06.csv": (384, None),
    "jira/epic.csv": (1, None),
    "jira/field.csv": (9, None),
    "jira/issue.csv": (4, None),
    "jira/issue_field_history.csv": (10, None),
    "jira/project.csv": (3, None),
    "jira/status.csv": (3, None),
    "ocp_gpu_usage.csv": (216, None),
    "ocp_namespace_label.csv": (144, None),
    "ocp_node_label.csv": (72, None),
    "ocp_pod_usage.csv": (144, None),
    "ocp_storage_usage.csv": (72, None),
    "litellm_logging_payload_example.json": (1, None),
    "litellm_model_prices.json": (4552, None),
    "sacct-fake-line-break-expected.txt": (4, None),
    "sacct-fake-line-break.txt": (4, None),
    "sacct-multiple-multiline-expected.txt": (6, None),
    "sacct-multiple-multiline.txt": (6, None),
    "sacct-one-multiline-expected.txt": (4, None),
    "sacct-one-multiline.txt": (4, None),
    "sacct-output-invalid-utf8.txt": (11, None),
    "sacct-output.txt": (68, None),
    "sacct-running-output-large.txt": (5040, None),
    "sacct-running-output.txt": (10, None),
}

# The specification's examples are excerpts for people, with dollar signs and American dates.
REFUSED = {
    "commitment_discount_flexibility/": "required column BillingAccountId, BillingCurrency, ContractedCost",
    "commitment_discount_scenarios/": "required column BillingAccountId, BillingCurrency, ContractedCost",
    "simple_agreements/": "00 ' is not a finite number",
    "spend_agreements/": "column BillingPeriodEnd: '5/1/25' is not an ISO 8601 date and time",
    "virtual_currency_pricing_model_": "required column ServiceCategory is missing (the file has 35 columns)",
    "azure/open_data_": "required column BillingCurrency, CostInBillingCurrency, Date is missing",
    "1.x-compatibility-metrics.csv": "it lists the metrics of an exporter and has no samples",
    "dcp-metrics-included.csv": "it lists the metrics of an exporter and has no samples",
    "default-counters.csv": "it lists the metrics of an exporter and has no samples",
    "helios_earth_gpus_by_virtual_cluster.csv": "required column sampled_at, UUID, metric, value is missing",
    "AzureLLMInferenceTrace_": "required column request_id, startTime, model, prompt_tokens",
    "openai_response_examples.json": "required column start_time, end_time, object is missing",
    "openai_usage_costs_schema.json": "required column start_time, end_time, object is missing",
    "midnight-edge-case": "required column JobIDRaw, Submit",
    "sacct-output-with-invalid-lines.txt": "line 2: the record is not of 109 values as the header is",
    "sample-sacctmgr-": "required column JobIDRaw, Submit, Start, End, ElapsedRaw",
}

NOT_READ = {
    "nise/June-2026-cur-finalized.csv.gz": "no manifest names June-2026-cur-finalized.csv.gz",
    "nise/June-2026-cur.csv.gz": "no manifest names",
    "jira/component.csv": "jira has no use for it",
    "jira/sprint.csv": "jira has no use for it",
    "jira/team.csv": "jira has no use for it",
    "ocp_vm_usage.csv": "kubernetes has no use for it",
}


@pytest.fixture(scope="module")
def delivered(shared: Path, tmp_path_factory: pytest.TempPathFactory, validator: Validator) -> tuple[dict, Scan]:
    """All files at once, each with its status, reason, rows and billed cost by its path; and the scan."""
    base = tmp_path_factory.mktemp("real")
    paths = {}
    for file in sorted(path for path in shared.rglob("*") if path.is_file() and path.name != "MANIFEST.md"):
        path = file.relative_to(shared).as_posix()
        feed = next(feed for start, feed in FEEDS.items() if path.startswith(start))
        target = base / "exports" / feed / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        paths[f"{feed}/{path}"] = path
    house = project(base / "exports", base / "w.duckdb", base / "published")
    scan = ingest(house, validator)
    found = query(
        house.warehouse,
        """
        select arrivals.feed, arrivals.folder, arrivals.name, any_value(arrivals.status), any_value(arrivals.reason),
            sum(slices.row_count), sum(slices.billed_cost)
        from ingestion.arrivals left join ingestion.slices using (feed, sha256) group by all
        """,
    )
    arrived = {}
    for feed, folder, name, *outcome in found:
        # A run that its manifest names has a folder of its own, after an @.
        path = f"{folder.split('@')[0]}/{name}"
        arrived[paths.get(path) or next(p for p in paths.values() if p.endswith(name) and feed in path)] = outcome
    return {path: arrived.get(path) for path in paths.values()}, scan


def expected(path: str, table: dict) -> object:
    """What a table says of a path: of several keys that it contains, the longest."""
    return next((table[key] for key in sorted(table, key=len, reverse=True) if key in path), None)


def test_every_file_loads_with_its_total_or_is_refused_with_its_reason(delivered: tuple[dict, Scan]) -> None:
    files, scan = delivered
    told = " ".join(scan.notes)
    wrong = []
    for path, outcome in files.items():
        is_known = path.endswith("Manifest.json")
        if outcome is None:
            note = expected(path, NOT_READ)
            is_known = is_known or (note is not None and str(note) in told)
        elif outcome[0] == "quarantined":
            is_known = str(expected(path, REFUSED)) in outcome[1]
        else:
            rows, billed = expected(path, LOADED) or ("?", None)
            is_known = outcome[2] == rows and (billed is None or outcome[3] == Decimal(billed))
        if not is_known:
            wrong.append((path, outcome))
    assert wrong == []


def test_no_line_of_the_tables_has_outlived_its_file(delivered: tuple[dict, Scan]) -> None:
    files, _ = delivered
    assert [
        key for table in (LOADED, REFUSED, NOT_READ) for key in table if not any(key in path for path in files)
    ] == []
