"""Amazon's reports repeat the whole month in every run: what counts is what the newest manifest names."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.failures import warnings
from orchestration.feeds.aws_cur import COLUMNS
from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import Project, project
from orchestration.quality.validator import Validator
from tests.conftest import Dbt, query
from tests.feeds.conftest import Company

LINE_ITEM = {
    "bill/BillingEntity": "AWS",
    "bill/BillingPeriodStartDate": "2026-06-01T00:00:00Z",
    "bill/BillingPeriodEndDate": "2026-07-01T00:00:00Z",
    "bill/InvoiceId": "",
    "bill/PayerAccountId": "009999999999",
    "lineItem/CurrencyCode": "USD",
    "lineItem/LegalEntity": "Amazon Web Services, Inc.",
    "lineItem/LineItemType": "Usage",
    "lineItem/ProductCode": "AmazonEC2",
    "lineItem/ResourceId": "i-1",
    "lineItem/UnblendedCost": "10",
    "lineItem/UsageAccountId": "000000000012",
    "lineItem/UsageAmount": "1",
    "lineItem/UsageEndDate": "2026-06-02T01:00:00Z",
    "lineItem/UsageStartDate": "2026-06-02T00:00:00Z",
    "lineItem/UsageType": "BoxUsage:m5.large",
    "pricing/unit": "Hrs",
    "product/ProductName": "Amazon Elastic Compute Cloud",
    "resourceTags/user:team": "search",
}


def items(count: int = 2, **changes: str) -> list[dict[str, str]]:
    """Line items that differ by resource. Changes go by the name behind the slash."""
    row = dict(LINE_ITEM)
    for name, value in changes.items():
        matching = [header for header in row if header.partition("/")[2] == name]
        row[matching[0] if matching else name] = value
    return [{**row, "lineItem/ResourceId": f"{row['lineItem/ResourceId']}{n}"} for n in range(count)]


def snake(header: str) -> str:
    """The name that Athena and CUR 2.0 give to a column of the CSV."""
    return re.sub(r"(?<![/:])([A-Z])", r"_\1", header).replace("/", "_").replace(":", "_").lower()


def of_cur_2(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The same rows as a data export has them: tags in two maps that spell them differently, the product in one."""
    found = []
    for row in rows:
        tags = {name.partition("/")[2]: row[name] for name in row if name.startswith("resourceTags/") and row[name]}
        found.append(
            {snake(name): value for name, value in row.items() if not name.startswith("resourceTags/")}
            | {"resource_tags": json.dumps({snake(name): value for name, value in tags.items()})}
            | {"tags": json.dumps(tags), "product": json.dumps({"product_name": row["product/ProductName"]})}
        )
        del found[-1]["product_product_name"]
    return found


class Bucket:
    """A company's bucket below the exports, and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator | None = None) -> None:
        self.exports = base / "exports"
        self.root = self.exports / "aws_cur"
        self.root.mkdir(parents=True, exist_ok=True)
        self.validator = validator
        self.project: Project = project(self.exports, base / "warehouse.duckdb", base / "published")

    def write(self, path: str, rows: list[dict[str, str]]) -> None:
        """One file, in the form that its suffix says."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith(".parquet"):
            write_parquet(file, rows)
            return
        # Without a time in its header the same rows are the same bytes.
        with file.open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
            packed.write(csv_text(rows).encode())

    def manifest(self, path: str, **content: object) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
        return file

    def legacy(
        self,
        assembly: str,
        *parts: list[dict[str, str]],
        month: str = "20260601-20260701",
        report: str = "reports/cur",
        form: str = "csv.gz",
    ) -> None:
        """One assembly with its manifest, and the pointer to it in the folder of the month."""
        keys = [f"{report}/{month}/{assembly}/cur-{number}.{form}" for number in range(1, len(parts) + 1)]
        for key, rows in zip(keys, parts, strict=True):
            self.write(key, rows)
        self.assembled(f"{report}/{month}", assembly, keys)

    def assembled(self, folder: str, assembly: str, keys: list[str]) -> None:
        """The two manifests of an assembly: its own, and the one that points to it."""
        for place in (f"{folder}/{assembly}", folder):
            self.manifest(f"{place}/cur-Manifest.json", assemblyId=assembly, reportKeys=keys, columns=[])

    def export(
        self,
        execution: str,
        *parts: list[dict[str, str]],
        form: str = "csv.gz",
        stamp: str = "",
        root: str = "exports/ai",
    ) -> None:
        """One run of a data export: in a folder of its own if it has a stamp, else over the run before."""
        run = f"/{stamp}-{execution}" if stamp else ""
        places = [
            f"{root}/data/BILLING_PERIOD=2026-06{run}/ai-{number:05d}.{form}" for number in range(1, len(parts) + 1)
        ]
        for place, rows in zip(places, parts, strict=True):
            self.write(place, of_cur_2(rows))
        self.manifest(
            f"{root}/metadata/BILLING_PERIOD=2026-06{run}/ai-Manifest.json",
            executionId=execution,
            dataFiles=[f"s3://bucket/{place}" for place in places],
        )

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def billed(self) -> Decimal:
        return query(self.project.warehouse, "select coalesce(sum(billed_cost), 0) from ingestion.current_slices")[0][0]

    def effective(self) -> Decimal:
        return query(self.project.warehouse, "select sum(effective_cost) from ingestion.current_slices")[0][0]

    def statuses(self) -> list[str]:
        found = query(self.project.warehouse, "select status from ingestion.deliveries order by status")
        return [status for (status,) in found]

    def raw(self, columns: str) -> list[tuple]:
        return query(self.project.warehouse, f"select {columns} from raw.aws_cur order by line_item_resource_id")


def csv_text(rows: list[dict[str, str]]) -> str:
    """Rows under all the headers that any of them has."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(dict.fromkeys(header for row in rows for header in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


KINDS = {column.name: column.kind for column in COLUMNS}
TYPES = {"money": "double", "number": "double", "timestamp": "timestamp", "tags": "json::map(varchar, varchar)"}


def write_parquet(file: Path, rows: list[dict[str, str]]) -> None:
    """Rows under Athena's names: numbers as doubles, times as timestamps, maps as maps."""
    source = file.with_suffix(".csv")
    source.write_text(csv_text(rows))
    columns = [
        f'"{header}"::{TYPES.get(KINDS.get(snake(header)), "varchar")} as {snake(header)}'
        for header in dict.fromkeys(header for row in rows for header in row)
    ]
    duckdb.execute(
        f"copy (select {', '.join(columns)} from read_csv('{source}', all_varchar = true)) to '{file}' (format parquet)"
    )
    source.unlink()


@pytest.fixture
def bucket(tmp_path: Path, validator: Validator) -> Bucket:
    return Bucket(tmp_path, validator)


# Which files are the month


@pytest.mark.parametrize(
    ("negated", "warned"),
    [((), False), (("-10", "-10"), False), (("-10", "-9.5"), True), (("-10",), True)],
    ids=["no negations at all", "whole", "too little", "an hour without one"],
)
def test_what_a_savings_plan_covers_is_taken_back(bucket: Bucket, negated: tuple[str, ...], warned: bool) -> None:
    """Per plan and hour. Else a part of the report was lost, and nobody would see it in what is charged."""

    def hour(number: int, kind: str, cost: str) -> dict[str, str]:
        plan = {"savingsPlan/SavingsPlanARN": "sp-1", "savingsPlan/SavingsPlanEffectiveCost": "6"}
        row = items(1, LineItemType=kind, UnblendedCost=cost, UsageStartDate=f"2026-06-02T0{number}:00:00Z")[0]
        return row | plan | {"lineItem/UsageEndDate": "2026-06-03T00:00:00Z"}

    covered = [hour(number, "SavingsPlanCoveredUsage", "10") for number in range(2)]
    bucket.legacy("a", covered + [hour(number, "SavingsPlanNegation", cost) for number, cost in enumerate(negated)])
    assert not bucket.look().quarantined
    assert (bucket.billed(), bucket.effective()) == (0, 12)
    dbt = Dbt(bucket.project.warehouse, bucket.project.target)
    dbt("build", "--select", "stg_aws_cur__savings_plan_usage")
    found = warnings(bucket.project)
    assert len(found) == warned
    for sentence in found:
        assert "charge_period_start_at 2026-06-02 01:00:00, covered_value 10.0" in sentence
        assert "to_do deliver the cost and usage report of account 009999999999 for 2026-06 again, whole" in sentence


def test_a_report_that_stops_in_the_middle_is_refused_also_where_it_is_searched_for_persons(bucket: Bucket) -> None:
    """Elsewhere than in the landing of its rows the reader's error would stop the run, and every other feed with it."""
    bucket.legacy("a", items(3, **{"lineItem/IamPrincipal": ""}))
    [file] = bucket.root.rglob("*.csv.gz")
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).rsplit(b",", 4)[0]))
    [refused] = bucket.look().quarantined
    assert "the file is truncated or broken; deliver it again" in refused


@pytest.mark.parametrize("form", ["csv.gz", "parquet"])
@pytest.mark.parametrize("net", ["0", ""])
def test_net_costs_of_a_report_without_discounts_are_none(bucket: Bucket, net: str, form: str) -> None:
    """Columns that somebody chose for a day on which there are discounts: what was used is not free."""
    plain = items(2, NetUnblendedCost=net)
    plain = [{**row, "lineItem/NetUnblendedCost": row.pop("NetUnblendedCost")} for row in plain]
    bucket.legacy("a", plain[:1], plain[1:], form=form)
    assert not bucket.look().quarantined
    assert (bucket.billed(), bucket.effective()) == (20, 20)
    assert bucket.raw("line_item_net_unblended_cost") == [(None,), (None,)]


def test_a_net_cost_of_zero_counts_where_the_delivery_has_discounts(bucket: Bucket) -> None:
    """What is wholly discounted is free, also in a part that has nothing else."""
    free, discount, other = (
        {**items(1, LineItemType=kind, UnblendedCost=cost)[0], "lineItem/NetUnblendedCost": net}
        for kind, cost, net in (("Usage", "10", "0"), ("BundledDiscount", "-10", "0"), ("Usage", "8", "7"))
    )
    bucket.legacy("a", [free], [discount, other])
    assert not bucket.look().quarantined
    assert (bucket.billed(), bucket.effective()) == (8, 7)


def test_of_three_executions_only_the_newest_counts(bucket: Bucket) -> None:
    """A real account had three: a glob would have charged the month three times."""
    for day, cost in (("20260610", "1"), ("20260620", "2"), ("20260701", "3")):
        bucket.export(f"run-of-{day}", items(UnblendedCost=cost), stamp=f"{day}T000000Z")
    scan = bucket.look()
    assert (scan.landed, bucket.billed(), bucket.statuses()) == (1, 6, ["current"])


def test_a_pointer_says_which_assembly_counts(bucket: Bucket) -> None:
    """Assemblies have random names, and a newer one may still be on its way."""
    bucket.legacy("ffff", items(UnblendedCost="1"))
    bucket.legacy("aaaa", items(UnblendedCost="2"))
    bucket.write("reports/cur/20260601-20260701/cccc/cur-1.csv.gz", items(UnblendedCost="5"))
    scan = bucket.look()
    assert bucket.billed() == 4
    assert any("20260601-20260701/cccc: incomplete, no manifest names cur-1.csv.gz" in note for note in scan.notes)
    assert bucket.statuses() == ["current", "incomplete"]


def test_a_restated_month_supersedes_the_one_before(bucket: Bucket) -> None:
    bucket.legacy("a1", items(UnblendedCost="1"), items(ResourceId="j-"))
    bucket.look()
    assert bucket.billed() == 22
    bucket.legacy("b2", items(UnblendedCost="3", InvoiceId="42"))
    bucket.look()
    assert (bucket.billed(), bucket.statuses()) == (6, ["current", "superseded"])


NOT_WHOLE = {
    "a data export without its manifest": "exports/ai/data/BILLING_PERIOD=2026-06/ai-00001.csv.gz",
    "an assembly without its manifest": "reports/cur/20260601-20260701/a1/cur-1.csv.gz",
    "Athena's layout, which has no manifest": "reports/cur/cur/year=2026/month=6/cur-00001.snappy.parquet",
}


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_what_no_manifest_names_does_not_load(bucket: Bucket, name: str) -> None:
    bucket.write(NOT_WHOLE[name], items())
    scan = bucket.look()
    assert (scan.landed, scan.quarantined, bucket.statuses(), bucket.billed()) == (0, [], ["incomplete"], 0)
    assert "no manifest names" in scan.notes[0]


def test_athenas_layout_loads_when_a_manifest_names_it(bucket: Bucket) -> None:
    place = "reports/cur/cur/year=2026/month=6/cur-00001.snappy.parquet"
    bucket.write(place, items())
    (bucket.root / "reports/cur/cur/cost_and_usage_data_status").write_text("")
    bucket.manifest("reports/cur/20260601-20260701/cur-Manifest.json", assemblyId="a1", reportKeys=[place])
    (note,) = bucket.look().notes
    assert note.endswith("cost_and_usage_data_status: not read, aws_cur has no use for it")
    assert bucket.billed() == 20


def test_a_manifest_that_names_a_missing_file_loads_nothing(bucket: Bucket) -> None:
    """July's part has the name of June's."""
    bucket.export("run-1", items(), items(ResourceId="j-"))
    missing = bucket.root / "exports/ai/data/BILLING_PERIOD=2026-06/ai-00002.csv.gz"
    july = bucket.root / "exports/ai/data/BILLING_PERIOD=2026-07/ai-00002.csv.gz"
    july.parent.mkdir()
    missing.rename(july)
    scan = bucket.look()
    assert (scan.landed, bucket.billed()) == (0, 0)
    assert "its manifest names 2 files, 1 are not there: ai-00002.csv.gz" in " ".join(scan.notes)


@pytest.mark.parametrize("stamp", ["", "20260620T000000Z"])
def test_a_run_that_is_cut_off_before_its_manifest_changes_nothing(bucket: Bucket, stamp: str) -> None:
    """Amazon writes the manifest last. In a bucket that is overwritten, the old one still lies there."""
    bucket.export("run-1", items(), items(ResourceId="j-"), stamp=stamp and "20260610T000000Z")
    bucket.look()
    folder = bucket.root / f"exports/ai/data/BILLING_PERIOD=2026-06/{stamp and f'{stamp}-run-2'}"
    bucket.write(str((folder / "ai-00001.csv.gz").relative_to(bucket.root)), items(UnblendedCost="99"))
    scan = bucket.look()
    assert (scan.landed, scan.quarantined, bucket.billed()) == (0, [], 40)
    assert "incomplete" in scan.notes[0]
    bucket.export("run-2", items(UnblendedCost="99"), stamp=stamp)
    bucket.look()
    assert bucket.billed() == 198


@pytest.mark.parametrize("cost", ["10", "11"])
def test_a_run_with_fewer_parts_leaves_none_of_the_old_ones(bucket: Bucket, cost: str) -> None:
    """Even if the part that is left has the same bytes."""
    bucket.export("run-1", items(), items(ResourceId="j-"))
    bucket.look()
    assert bucket.billed() == 40
    bucket.export("run-2", items(UnblendedCost=cost))
    bucket.look()
    assert bucket.billed() == 2 * Decimal(cost)
    bucket.export("run-3", items(), items(ResourceId="j-"))
    bucket.look()
    assert bucket.billed() == 40


def test_the_same_bytes_in_a_new_run_are_no_new_delivery(bucket: Bucket) -> None:
    bucket.legacy("a1", items())
    bucket.look()
    bucket.legacy("b2", items())
    scan = bucket.look()
    assert (scan.landed, scan.duplicates, bucket.billed(), bucket.statuses()) == (0, 1, 20, ["current", "duplicate"])


def test_the_month_in_both_of_amazons_reports_is_counted_once(bucket: Bucket) -> None:
    bucket.legacy("a1", items())
    bucket.look()
    bucket.export("run-1", items(), form="snappy.parquet")
    bucket.look()
    assert (bucket.billed(), bucket.statuses()) == (20, ["current", "superseded"])


# What is in them


def test_a_members_report_beside_its_payers_takes_away_the_others_and_says_so(bucket: Bucket) -> None:
    """Each report of one payer: two of members that have nothing in common are parts, one of a part replaces all."""
    one, two = items(1, UsageAccountId="000000000001"), items(1, UsageAccountId="000000000002")
    bucket.legacy("a", one, report="one/cur")
    bucket.legacy("b", two, report="two/cur")
    assert bucket.look().notes == []
    assert bucket.billed() == 20
    bucket.legacy("c", one + two + items(1, UsageAccountId="000000000003"), report="payer/cur")
    assert bucket.look().notes == []
    assert bucket.billed() == 30
    bucket.legacy("d", items(1, UsageAccountId="000000000001", UnblendedCost="11"), report="again/cur")
    [note] = bucket.look().notes
    assert bucket.billed() == 11
    assert note == (
        "aws_cur/again/cur/20260601-20260701/d: it takes the place of aws_cur/payer/cur/20260601-20260701/c in 2026-06"
        " of account 009999999999, and has nothing of 000000000002, 000000000003, which that has: if it is only a part"
        " of the bill, deliver the whole month again in a new folder"
    )


@pytest.mark.parametrize("stamp", ["20260602T000000Z", ""])
def test_a_run_that_shares_no_account_with_the_one_before_takes_its_place(bucket: Bucket, stamp: str) -> None:
    """Both are runs of one export, in folders of their own or one over the other: only the newest counts."""
    bucket.export("e1", items(1, UsageAccountId="1"), stamp=stamp)
    bucket.look()
    bucket.export("e2", items(1, UsageAccountId="2", UnblendedCost="3"), stamp=stamp and "20260603T000000Z")
    [note] = bucket.look().notes
    assert "has nothing of 1, which that has" in note
    assert (bucket.billed(), bucket.statuses()) == (3, ["current", "superseded"])


def test_every_month_has_the_columns_of_its_own_header(bucket: Bucket) -> None:
    """Tags and products come and go; the manifest's list of columns is not the file's."""
    bucket.legacy("a1", items(**{"resourceTags/user:new": "x", "product/brand_new": "y"}))
    july = {"BillingPeriodStartDate": "2026-07-01T00:00:00Z", "BillingPeriodEndDate": "2026-08-01T00:00:00Z"}
    rows = items(ResourceId="j-", **july)
    for row in rows:
        del row["resourceTags/user:team"], row["bill/InvoiceId"]
    bucket.legacy("b2", rows, month="20260701-20260801")
    assert not bucket.look().quarantined
    tags = [row[0] and json.loads(row[0]) for row in bucket.raw("tag_columns")]
    assert tags == [{"new": "x", "team": "search"}, {"new": "x", "team": "search"}, None, None]


def test_values_are_read_as_they_are_meant(bucket: Bucket) -> None:
    odd = {
        "UnblendedCost": "1E-7",
        "UsageStartDate": "2026-06-02 00:00:00+00:00",
        "UsageEndDate": "2026-06-02 01:00:00 +00:00",
        "InvoiceId": "None",
        "pricing/publicOnDemandCost": "1.5E+1",
        "savingsPlan/SavingsPlanArn": "None",
    }
    bucket.legacy("a1", items(1, **odd))
    assert not bucket.look().quarantined
    row = bucket.raw(
        "line_item_unblended_cost, cast(line_item_usage_start_date as varchar), bill_invoice_id,"
        " pricing_public_on_demand_cost, savings_plan_savings_plan_a_r_n, bill_payer_account_id,"
        " line_item_usage_account_id"
    )[0]
    assert row == (Decimal("1E-7"), "2026-06-02 00:00:00", None, 15, None, "009999999999", "000000000012")


@pytest.mark.parametrize("form", ["csv.gz", "snappy.parquet"])
def test_a_role_enters_and_a_person_does_not(bucket: Bucket, form: str) -> None:
    """Whoever signs in once for all is a session that bears an address."""
    principals = {
        "r-": "arn:aws:iam::000000000012:role/service-role/ranker",
        "s-": "arn:aws:sts::000000000012:assumed-role/AWSReservedSSO_Data_1a2b/ada.lovelace@example.com",
        "t-": "arn:aws-us-gov:sts::000000000012:assumed-role/ranker/i-0abc",
        "u-": "arn:aws:iam::000000000012:user/ada.lovelace",
        "v-": "arn:aws:sts::000000000012:federated-user/ada.lovelace",
        "w-": "ada.lovelace@example.com",
        "x-": "arn:aws:iam::000000000012:root",
        "y-": "",
    }
    rows = [
        items(1, **{"ResourceId": resource, "lineItem/IamPrincipal": principal})[0]
        for resource, principal in principals.items()
    ]
    bucket.export("run-1", rows, form=form)
    assert not bucket.look().quarantined
    assert bucket.billed() == 80
    found = [principal for (principal,) in bucket.raw("line_item_iam_principal")]
    hashed = [found.pop(3) for _ in range(3)]
    assert all(re.fullmatch("[0-9a-f]{20}", one) for one in hashed)
    assert len(set(hashed)) == 3
    assert found == [
        "arn:aws:iam::000000000012:role/service-role/ranker",
        "arn:aws:sts::000000000012:assumed-role/AWSReservedSSO_Data_1a2b",
        "arn:aws-us-gov:sts::000000000012:assumed-role/ranker",
        "arn:aws:iam::000000000012:root",
        None,
    ]
    kept = [path for path in bucket.exports.parent.rglob("*") if path.is_file() and bucket.exports not in path.parents]
    for path in kept:
        data = path.read_bytes()
        assert b"lovelace" not in (gzip.decompress(data) if path.suffix == ".gz" else data), path


@pytest.mark.parametrize("principal", [None, ""])
def test_a_report_that_names_no_caller_is_kept_as_it_came(bucket: Bucket, principal: str | None) -> None:
    """A Parquet file is not written anew for a column that Amazon leaves empty."""
    bucket.export("run-1", items(**{} if principal is None else {"lineItem/IamPrincipal": ""}), form="snappy.parquet")
    bucket.look()
    assert [path.name for path in bucket.project.landing.rglob("*.parquet")] == ["original.parquet"]


def test_who_made_a_resource_is_no_tag_of_it(bucket: Bucket) -> None:
    made_by = {"resourceTags/aws:createdBy": "AssumedRole:AROA1:ada@example.com", "resourceTags/aws:eks:namespace": "x"}
    bucket.legacy("a1", items(1, **made_by))
    bucket.look()
    assert bucket.raw("tag_columns") == [('{"aws:eks:namespace":"x","team":"search"}',)]


BAD_INPUTS = {
    "a kind of line item that has no rule": ({"LineItemType": "Gift"}, "line 2, line_item_line_item_type Gift"),
    "a cost that is text": ({"UnblendedCost": "ten"}, "line 2, column line_item_unblended_cost: 'ten' is not a finite"),
    "no cost": ({"UnblendedCost": ""}, "has an unblended cost: line 2"),
    "a plan's usage without the plan's cost": ({"LineItemType": "SavingsPlanCoveredUsage"}, "effective cost is told"),
    "a plan's fee without its commitment": ({"LineItemType": "SavingsPlanRecurringFee"}, "effective cost is told"),
    "a reservation's usage without its cost": ({"LineItemType": "DiscountedUsage"}, "effective cost is told"),
    "a reservation's fee without the unused part": ({"LineItemType": "RIFee"}, "Every RIFee says"),
    "a reversed line item": ({"UsageEndDate": "2026-06-01T00:00:00Z"}, "No line item ends before it starts: line 2"),
    "a reversed billing period": ({"BillingPeriodEndDate": "2026-05-01T00:00:00Z"}, "ends after it starts: line 2"),
    "a currency in words": ({"CurrencyCode": "dollars"}, "line_item_currency_code dollars"),
    "no payer": ({"PayerAccountId": ""}, "empty_column bill_payer_account_id"),
    "a map that is not JSON": ({"resource_tags": "team=search"}, "resource_tags is a JSON object: line 2"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_refused_whole(bucket: Bucket, name: str) -> None:
    changes, message = BAD_INPUTS[name]
    bucket.legacy("a1", items(**changes))
    bucket.export("run-1", items(PayerAccountId="7"))
    scan = bucket.look()
    assert len(scan.quarantined) == 1
    assert message in scan.quarantined[0]
    assert bucket.billed() == 20


def test_a_missing_column_is_named(bucket: Bucket) -> None:
    rows = items()
    for row in rows:
        del row["lineItem/UnblendedCost"]
    bucket.legacy("a1", rows)
    assert "required column line_item_unblended_cost is missing" in bucket.look().quarantined[0]


# The real files


def test_the_real_report_has_its_known_sums(bucket: Bucket, shared: Path) -> None:
    """199 columns where the manifest lists 57. Its usage under a plan has no negation, and is not billed."""
    shutil.copytree(shared / "aws_cur" / "nise", bucket.root / "nise")
    scan = bucket.look()
    assert (scan.landed, scan.rows, scan.quarantined) == (1, 3960, [])
    assert bucket.billed() == Decimal("68535.4593333024")
    assert bucket.effective() == Decimal("68535.4593333024") + Decimal("14894.40")
    assert "no manifest names June-2026-cur-finalized.csv.gz, June-2026-cur.csv.gz" in scan.notes[0]


def test_a_finalized_month_takes_the_place_of_the_open_one(bucket: Bucket, shared: Path) -> None:
    for assembly, name in (("a1", "June-2026-cur"), ("b2", "June-2026-cur-finalized")):
        key = f"cur/20260601-20260701/{assembly}/{name}.csv.gz"
        (bucket.root / key).parent.mkdir(parents=True)
        shutil.copyfile(shared / "aws_cur" / "nise" / f"{name}.csv.gz", bucket.root / key)
        bucket.assembled("cur/20260601-20260701", assembly, [key])
        assert not bucket.look().quarantined
        assert bucket.billed() == Decimal("68535.4593333024")
    assert bucket.statuses() == ["current", "superseded"]
    assert set(bucket.raw("bill_invoice_id")) == {("445714786",)}


# The whole way

PLAN = {"savingsPlan/SavingsPlanARN": "arn:aws:savingsplans::1:savingsplan/sp-1", "ResourceId": "plan-"}
RESERVATION = {"reservation/ReservationARN": "arn:aws:ec2:us-east-1:1:reserved-instances/ri-1", "ResourceId": "ri-"}
CONTAINER = {"splitLineItem/ParentResourceId": "i-10", "UnblendedCost": "0", "UsageType": "USE1-EKS-EC2-vCPU-Hours"}


@pytest.mark.slow
def test_a_usage_type_of_ai_that_nobody_knows_is_listed_with_what_to_do(bucket: Bucket) -> None:
    """AWS names new things every month: they would pass as unknown, and nobody would see it."""
    lines = [
        ("SageMaker", "USE1-Train:ml.p4d.24xlarge", "2"),
        ("SageMaker", "USE1-Host:VolumeUsage.gp2", "2"),
        ("SageMaker", "USE1-Teleport:ml.p9", "3"),
        ("Bedrock", "USE1-Claude3Sonnet-input-tokens", "2"),
        ("EC2", "USE1-BoxUsage:p5", "2"),
    ]
    bill = [
        items(1, **{"product/ProductName": f"Amazon {name}", "product/sku": f"SKU-{kind}"})[0]
        | {"lineItem/ProductCode": f"Amazon{name}", "lineItem/UsageType": kind, "lineItem/UnblendedCost": cost}
        for name, kind, cost in lines
    ]
    bucket.export("r1", bill)
    assert not bucket.look().quarantined
    dbt = Dbt(bucket.project.warehouse, bucket.project.target)
    dbt("seed", "--quiet")
    dbt("run", "--full-refresh", "--select", "+int_charges__daily")
    assert "WARN 1" in dbt("test", "--select", "assert_every_ai_usage_type_of_aws_is_known")
    [warning] = warnings(bucket.project)
    assert "service_name Amazon SageMaker, sku_id SKU-USE1-Teleport:ml.p9" in warning
    assert "to_do ask the bill what it is: select distinct line_item_usage_type" in warning


def a_bill(payer: str) -> list[dict[str, str]]:
    """Each kind of line item once. Its invoice is the sum of its unblended costs, 183.000000000001."""
    lines = [
        {"ResourceId": "i-1", "resourceTags/user:team": "platform"},
        CONTAINER | {"ResourceId": "pod-a", "splitLineItem/SplitCost": "5", "splitLineItem/UnusedCost": "1"},
        CONTAINER | {"ResourceId": "pod-b", "splitLineItem/SplitCost": "4", "resourceTags/user:team": "blue"},
        PLAN
        | {
            "LineItemType": "SavingsPlanCoveredUsage",
            "UnblendedCost": "32",
            "savingsPlan/SavingsPlanEffectiveCost": "20",
        },
        PLAN | {"LineItemType": "SavingsPlanNegation", "UnblendedCost": "-32"},
        PLAN
        | {"LineItemType": "SavingsPlanRecurringFee", "UnblendedCost": "24"}
        | {"savingsPlan/TotalCommitmentToDate": "24", "savingsPlan/UsedCommitment": "20"},
        RESERVATION | {"LineItemType": "DiscountedUsage", "UnblendedCost": "0", "reservation/EffectiveCost": "7"},
        RESERVATION
        | {"LineItemType": "RIFee", "UnblendedCost": "10", "reservation/UnusedRecurringFee": "2"}
        | {"reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": "1"},
        RESERVATION | {"LineItemType": "Fee", "UnblendedCost": "100"},
        {"LineItemType": "Fee", "UnblendedCost": "50", "ProductCode": "AWSSupportBusiness", "ResourceId": ""},
        {"LineItemType": "Tax", "UnblendedCost": "19", "ResourceId": ""},
        {"LineItemType": "Credit", "UnblendedCost": "-30", "ResourceId": ""},
        {"LineItemType": "Refund", "UnblendedCost": "-5", "ResourceId": ""},
        {"LineItemType": "Refund", "UnblendedCost": "-7", "ProductCode": "ComputeSavingsPlans", "ResourceId": ""},
        {"ResourceId": "net-", "lineItem/NetUnblendedCost": "9"},
        {"LineItemType": "EdpDiscount", "UnblendedCost": "-1", "lineItem/NetUnblendedCost": "0", "ResourceId": "net-"},
        {"UnblendedCost": "3.000000000001", "ProductCode": "AmazonBedrock", "pricing/unit": "1K tokens"}
        | {"UsageType": "USE1-Claude3Sonnet-input-tokens", "ResourceId": "profile-"},
    ]
    return [items(1, **(line | {"PayerAccountId": payer}))[0] for line in lines]


def deliver_to_company(base: Path) -> None:
    """One bill in each of its forms."""
    bucket = Bucket(base)
    bucket.legacy("a1", a_bill("1"), report="one/cur")
    bucket.legacy("a2", a_bill("2"), report="two/cur", form="snappy.parquet")
    bucket.export("r3", a_bill("3"), root="three/ai", form="csv.gz")
    bucket.export("r4", a_bill("4"), root="four/ai", form="snappy.parquet")


@pytest.mark.slow
def test_every_form_of_a_bill_comes_to_the_same_cents(every_feed: Company) -> None:
    """The invoice is 183.000000000001; what was consumed is 90.000000000001."""
    sums = query(
        every_feed.warehouse,
        "select billing_account_id, sum(billed_cost), sum(effective_cost) from charges.int_charges__daily"
        " where feed = 'aws_cur' group by all order by all",
    )
    invoice, consumed = Decimal("183.000000000001"), Decimal("90.000000000001")
    assert sums == [(payer, invoice, consumed) for payer in "1234"]
    charges = query(
        every_feed.warehouse,
        "select * exclude (delivery_id, charge_id, billing_account_id), count(*) as times"
        " from staging.stg_aws_cur__charges group by all",
    )
    # 16 line items but for the negation, and two unused parts, each in all four forms.
    assert (len(charges), {row[-1] for row in charges}) == (18, {4})
    by_resource = query(
        every_feed.warehouse,
        "select resource_id, sum(effective_cost) from staging.stg_aws_cur__charges"
        " where billing_account_id = '4' and resource_id in ('i-10', 'pod-a0', 'pod-b0') group by all order by all",
    )
    assert by_resource == [("i-10", 0), ("pod-a0", 6), ("pod-b0", 4)]
