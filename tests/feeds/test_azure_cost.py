"""Azure exports: any agreement's headers, and actual and amortized cost that are never added."""

from __future__ import annotations

import json
import os
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.feeds.azure_cost import NOTHING
from orchestration.quality.validator import Validator
from tests.conftest import query, write_csv
from tests.feeds.conftest import Company
from tests.ingestion.test_deliveries import House as Deliveries

CHARGE = {
    "BillingAccountId": "0861",
    "BillingPeriodStartDate": "09/01/2026",
    "BillingPeriodEndDate": "09/30/2026",
    "SubscriptionId": "sub-1",
    "Date": "09/21/2026",
    "MeterCategory": "Virtual Machines",
    "MeterName": "D2 v3",
    "Quantity": "24",
    "Cost": "10.00",
    "BillingCurrency": "USD",
    "ResourceId": "/subscriptions/sub-1/resourceGroups/RG/vm-1",
    "ReservationId": "",
    "Tags": '"team": "ml","env": "prod"',
    "ChargeType": "Usage",
}
# A reservation of 100: bought in the actual export, consumed and left unused in the amortized one.
BOUGHT = {"ChargeType": "Purchase", "ReservationId": "r-1", "Cost": "100", "ResourceId": ""}
COVERED = {"ReservationId": "r-1", "Cost": "60"}
UNUSED = {"ChargeType": "UnusedReservation", "ReservationId": "r-1", "Cost": "40", "ResourceId": ""}


def charges(*changes: dict[str, str]) -> list[dict[str, str]]:
    return [{**CHARGE, **change} for change in changes]


ACTUAL = charges({}, BOUGHT, {**COVERED, "Cost": "0"})
AMORTIZED = charges({}, COVERED, UNUSED)


class House(Deliveries):
    def sums(self) -> tuple[Decimal, Decimal]:
        """Billed and effective cost of what is current, as staging reads it."""
        return query(
            self.project.warehouse,
            """
            select coalesce(sum("CostInBillingCurrency") filter (counts_billed), 0),
                coalesce(sum("CostInBillingCurrency") filter (counts_effective), 0) from raw.azure_cost
            """,
        )[0]

    def counted(self) -> tuple[Decimal, Decimal]:
        """The same as landing counted it."""
        return query(
            self.project.warehouse,
            "select sum(billed_cost), sum(effective_cost) from ingestion.current_slices where feed = 'azure_cost'",
        )[0]

    def improved(self, export: str, run: str, submitted: str, rows: list[dict[str, str]], kind: str) -> Path:
        """An export with a manifest, as `<export>/<range>/<run>/part_0_0001.csv`."""
        folder = f"azure_cost/{export}/20260901-20260930/{run}"
        path = self.deliver(f"{folder}/part_0_0001.csv", rows)
        manifest = {
            "exportConfig": {"exportName": export, "type": kind},
            "runInfo": {"runId": run, "submittedTime": submitted},
            "blobs": [{"blobName": f"{folder}/part_0_0001.csv", "dataRowCount": len(rows)}],
        }
        path.with_name("manifest.json").write_text(json.dumps(manifest))
        return path


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


BOTH = {
    "one folder": ("azure_cost/actual.csv", "azure_cost/amortized.csv"),
    "two folders": ("azure_cost/a/actual/costs.csv", "azure_cost/a/amortized/costs.csv"),
    "names that tell nothing": ("azure_cost/one.csv", "azure_cost/two.csv"),
    "a folder that names both": ("azure_cost/actual-and-amortized/actual.csv", "azure_cost/actual-and-amortized/x.csv"),
}


@pytest.mark.parametrize("order", ["actual first", "amortized first", "together"])
@pytest.mark.parametrize("place", BOTH)
def test_actual_and_amortized_are_never_added(house: House, place: str, order: str) -> None:
    """The invoice is 110, and so is what was consumed: 220 would bill every machine twice."""
    given = list(zip(BOTH[place], (ACTUAL, AMORTIZED), strict=True))
    for path, rows in given if order == "actual first" else given[::-1]:
        house.deliver(path, rows)
        if order != "together":
            house.look()
    house.look()
    assert house.sums() == house.counted() == (110, 110)


@pytest.mark.parametrize(("name", "rows"), [("actual", ACTUAL), ("amortized", AMORTIZED)])
def test_either_export_alone_gives_both_costs(house: House, name: str, rows: list[dict[str, str]]) -> None:
    house.deliver(f"azure_cost/{name}.csv", rows)
    house.look()
    assert house.sums() == house.counted() == (110, 110)


def test_a_restated_actual_export_leaves_the_amortized_one_alone(house: House) -> None:
    house.deliver("azure_cost/run-1/actual.csv", ACTUAL)
    house.deliver("azure_cost/run-1/amortized.csv", AMORTIZED)
    house.look()
    house.deliver("azure_cost/run-2/actual.csv", charges({"Cost": "11"}, BOUGHT))
    house.look()
    assert house.sums() == house.counted() == (111, 110)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_an_identifier_of_zeros_is_none(house: House, suffix: str) -> None:
    """Older exports write it: each machine would be covered by a reservation, and an actual export be both views."""
    path = house.deliver("azure_cost/costs.csv", charges({"ReservationId": NOTHING}, BOUGHT, {**COVERED, "Cost": "0"}))
    if suffix == ".parquet":
        duckdb.sql(f"copy (from read_csv('{path}', all_varchar = true)) to '{path.with_suffix(suffix)}'")
        path.unlink()
    assert not house.look().quarantined
    columns = 'view_name, "ReservationId"'
    found = f"select {columns} from raw.azure_cost, ingestion.slices where \"ChargeType\" = 'Usage' order by all"
    assert query(house.project.warehouse, found) == [("actual", "r-1"), ("actual", None)]
    assert house.sums() == (110, 110)


def test_two_exports_in_one_file_are_refused(house: House) -> None:
    house.deliver("azure_cost/all.csv", [*ACTUAL, *AMORTIZED])
    assert "deliver each export as a file of its own" in house.look().quarantined[0]


def test_a_part_of_which_nothing_tells_the_view_is_refused_beside_one_of_the_other(house: House) -> None:
    """Else half of an amortized export would be billed, and the other half consumed."""
    parts = charges(*({"ResourceId": f"vm-{number}"} for number in range(20)))
    house.deliver("azure_cost/costs/part_0_0001.csv", parts)
    house.deliver("azure_cost/costs/part_1_0001.csv", charges(COVERED, UNUSED))
    scan = house.look()
    assert "nothing tells whether it is a part of the amortized export" in scan.quarantined[0]
    shutil.move(house.exports / "azure_cost/costs", house.exports / "azure_cost/amortized-costs")
    assert not house.look().quarantined
    assert house.sums() == house.counted() == (300, 300)


def test_the_other_view_of_the_same_charges_needs_no_name(house: House) -> None:
    rows = charges(*({"ResourceId": f"vm-{number}"} for number in range(20)))
    house.deliver("azure_cost/one.csv", [*rows, *charges({**COVERED, "Cost": "0"})])
    house.deliver("azure_cost/two.csv", [*rows, *charges(COVERED)])
    assert not house.look().quarantined
    assert house.sums() == house.counted() == (200, 260)


def test_exports_of_two_subscriptions_of_an_account_are_one_bill(house: House) -> None:
    """An export may be of one subscription: the second must not replace the first."""
    house.deliver("azure_cost/one/actual.csv", charges({}))
    house.deliver("azure_cost/two/actual.csv", charges({"SubscriptionId": "sub-2", "Cost": "5"}))
    house.look()
    assert house.sums() == (15, 15)
    house.deliver("azure_cost/two-again/actual.csv", charges({"SubscriptionId": "sub-2", "Cost": "6"}))
    house.look()
    assert house.sums() == (16, 16)


def test_a_subscription_with_one_export_only_keeps_both_its_costs(house: House) -> None:
    """Beside one that has both: its costs would be a silent zero where the account has the better view."""
    house.deliver("azure_cost/one/actual.csv", ACTUAL)
    house.deliver("azure_cost/one/amortized.csv", AMORTIZED)
    house.deliver("azure_cost/two/actual.csv", charges({"SubscriptionId": "sub-2", "Cost": "5"}))
    house.deliver("azure_cost/three/amortized.csv", charges({"SubscriptionId": "sub-3", "Cost": "7"}))
    house.look()
    assert house.sums() == house.counted() == (122, 122)


SECOND = {"SubscriptionId": "sub-2", "Cost": "5"}


@pytest.mark.parametrize(
    ("actual", "amortized", "expected"),
    [
        ([*ACTUAL, *charges(SECOND)], AMORTIZED, (115, 115)),
        (ACTUAL, [*AMORTIZED, *charges(SECOND)], (110, 115)),
        ([*ACTUAL, *charges(SECOND, {**SECOND, "Date": "09/22/2026"})], [*AMORTIZED, *charges(SECOND)], (120, 120)),
        ([*ACTUAL, *charges({**SECOND, "Cost": "0"})], AMORTIZED, (110, 110)),
    ],
    ids=["amortized lacks a subscription", "actual lacks a subscription", "amortized lacks a day", "it cost nothing"],
)
def test_an_amortized_export_that_lacks_a_part_of_the_actual_one_counts_behind_it(
    house: House, actual: list[dict], amortized: list[dict], expected: tuple[int, int]
) -> None:
    """Effective cost of a subscription that only the actual export has would be a silent zero.

    What was billed is in the actual export only: one that lacks a subscription is said to.
    """
    house.deliver("azure_cost/actual/costs.csv", actual)
    house.deliver("azure_cost/amortized/costs.csv", amortized)
    notes = house.look().notes
    assert house.sums() == house.counted() == expected
    assert len(notes) == (expected != (110, 110)), "what is missing is said"


def test_a_commitment_that_only_one_export_has_is_no_gap(house: House) -> None:
    """It is bought on a day without any use, and used on days on which nothing was bought."""
    house.deliver("azure_cost/actual/costs.csv", charges({}, {**BOUGHT, "Date": "09/01/2026"}))
    house.deliver("azure_cost/amortized/costs.csv", charges({}, COVERED, {**UNUSED, "Date": "09/22/2026"}))
    assert house.look().notes == []
    assert house.sums() == house.counted() == (110, 110)


def test_the_manifest_says_which_view_it_is_and_which_run_counts(house: House) -> None:
    """Each daily run has the month so far; identifiers of runs say nothing of their order."""
    house.improved("costs", "ffff", "2026-09-21T08:00:00Z", charges({}), "ActualCost")
    house.improved("costs", "0000", "2026-09-22T08:00:00Z", charges({}, BOUGHT), "ActualCost")
    house.improved("consumed", "aaaa", "2026-09-22T08:00:00Z", charges({}), "AmortizedCost")
    house.look()
    assert house.sums() == house.counted() == (110, 10)


def test_a_run_takes_the_place_of_the_one_before_whatever_subscriptions_it_has(house: House) -> None:
    """Two exports of one subscription each are parts; two runs of one export are not."""
    house.improved("costs", "aaaa", "2026-09-21T08:00:00Z", charges({}), "ActualCost")
    house.improved("other", "cccc", "2026-09-21T08:00:00Z", charges({"SubscriptionId": "sub-3"}), "ActualCost")
    assert house.look().notes == []
    house.improved("costs", "bbbb", "2026-09-22T08:00:00Z", charges({"SubscriptionId": "sub-2"}), "ActualCost")
    [note] = house.look().notes
    assert "costs/20260901-20260930/aaaa in 2026-09 of account 0861, and has nothing of sub-1, which that has" in note
    assert house.sums() == house.counted() == (20, 20)


def test_a_run_without_its_manifest_changes_nothing(house: House) -> None:
    house.improved("costs", "aaaa", "2026-09-21T08:00:00Z", charges({}), "ActualCost")
    house.improved("costs", "bbbb", "2026-09-22T08:00:00Z", charges({}, BOUGHT), "ActualCost").with_name(
        "manifest.json"
    ).unlink()
    scan = house.look()
    assert house.sums() == (10, 10)
    assert any("incomplete, no manifest names part_0_0001.csv" in note for note in scan.notes)


def test_a_part_with_fewer_rows_than_its_manifest_says_is_refused(house: House) -> None:
    path = house.improved("costs", "aaaa", "2026-09-21T08:00:00Z", charges({}, BOUGHT), "ActualCost")
    write_csv(path, charges({}))
    assert "its manifest says 2 rows, it has 1" in house.look().quarantined[0]


def test_classic_runs_of_one_folder_supersede_each_other(house: House) -> None:
    """A classic export writes the month so far beside its earlier runs, under a new identifier."""
    for day, run in enumerate(("ffffffff", "00000000", "88888888"), 1):
        path = house.deliver(
            f"azure_cost/costs/20260901-20260930/costs_{run}-0000-4000-8000-000000000000.csv",
            charges(*({"ResourceId": f"vm-{number}"} for number in range(day))),
        )
        os.utime(path, ns=(day, day))
    scan = house.look()
    assert not scan.quarantined
    assert house.sums() == (30, 30)
    assert sorted(status for status, *_ in house.statuses()) == ["current", "superseded", "superseded"]


OLD = {
    "SubscriptionGuid": "sub-1",
    "ResourceGroup": "rg",
    "UsageDateTime": "2026-09-21",
    "MeterCategory": "Virtual Machines",
    "MeterName": "D2",
    "UsageQuantity": "24",
    "ResourceRate": "0.4166",
    "PreTaxCost": "10",
    "InstanceId": "/subscriptions/sub-1/x",
    "Currency": "USD",
    "Tags": '{"team": "ml"}',
    "UnitOfMeasure": "1 Hour",
}
GERMAN = {
    "SubscriptionGuid": "Abonnement-GUID (SubscriptionGuid)",
    "UsageDateTime": "Datum (UsageDateTime)",
    "PreTaxCost": "Kosten vor Steuern (PreTaxCost)",
    "Currency": "Währung (Currency)",
}
MCA = {
    "billingAccountId": "0861",
    "billingPeriodStartDate": "09/01/2026",
    "billingPeriodEndDate": "09/30/2026",
    "billingProfileId": "p-1",
    "SubscriptionId": "sub-1",
    "date": "09/21/2026",
    "ProductId": "p",
    "PayGPrice": "0.5",
    "costInUsd": "11",
    "costInPricingCurrency": "11",
    "costInBillingCurrency": "10",
    "billingCurrency": "EUR",
    "pricingCurrency": "USD",
    "chargeType": "Usage",
    "tags": '{"team": "ml"}',
}
HEADERS = {
    "EA": (CHARGE, "0861"),
    "EA with Currency": ({("Currency" if n == "BillingCurrency" else n): v for n, v in CHARGE.items()}, "0861"),
    "EA with BillingCurrencyCode": (
        {("BillingCurrencyCode" if name == "BillingCurrency" else name): value for name, value in CHARGE.items()},
        "0861",
    ),
    "EA in capitals": ({name.upper(): value for name, value in CHARGE.items()}, "0861"),
    "EA with a byte-order mark": (
        {f"\ufeff{n}" if n == "BillingAccountId" else n: v for n, v in CHARGE.items()},
        "0861",
    ),
    "EA with ISO dates": (
        {**CHARGE, "Date": "2026-09-21", "BillingPeriodStartDate": "2026-09-01", "BillingPeriodEndDate": "2026-09-30"},
        "0861",
    ),
    "MCA": (MCA, "0861"),
    "MCA without its account": ({n: v for n, v in MCA.items() if n != "billingAccountId"}, "p-1"),
    "old pay-as-you-go": (OLD, "sub-1"),
    "old pay-as-you-go with a time": ({**OLD, "UsageDateTime": "2026-09-21T00:00:00.0000000Z"}, "sub-1"),
    "German": ({GERMAN.get(name, name): value for name, value in OLD.items()}, "sub-1"),
}


@pytest.mark.parametrize("variant", HEADERS)
def test_every_set_of_headers_loads(house: House, variant: str) -> None:
    row, account = HEADERS[variant]
    house.deliver("azure_cost/costs.csv", [row])
    assert not house.look().quarantined
    found = query(
        house.project.warehouse,
        """
        select account_id, raw.azure_cost.billing_period, cast("Date" as varchar), "CostInBillingCurrency",
            "SubscriptionId"
        from raw.azure_cost inner join ingestion.current_slices using (delivery_id)
        """,
    )
    assert found == [(account, "2026-09", "2026-09-21", 10, "sub-1")]


@pytest.mark.parametrize("form", ["(format parquet)", "(format csv, compression gzip)"])
def test_every_format_of_an_export_loads(house: House, form: str) -> None:
    """Parquet brings dates and numbers as such; the text of a date is then ISO, whatever the agreement."""
    source = write_csv(house.exports.parent / "rows.csv", ACTUAL)
    path = house.exports / f"azure_cost/part_0_0001{'.parquet' if 'parquet' in form else '.csv.gz'}"
    path.parent.mkdir()
    duckdb.execute(
        f"""copy (select * replace (strptime("Date", '%m/%d/%Y') as "Date", cast("Cost" as decimal(20, 6)) as "Cost")
        from read_csv('{source}', all_varchar = true)) to '{path}' {form}"""
    )
    assert not house.look().quarantined
    assert house.sums() == (110, 110)


BAD = {
    "no cost": ({"Cost": ""}, "line 2, empty_column CostInBillingCurrency"),
    "a cost in words": ({"Cost": "ten"}, "line 2, column CostInBillingCurrency: 'ten' is not a finite number"),
    "not a number": ({"Cost": "NaN"}, "'NaN' is not a finite number"),
    "a European date": ({"Date": "21/09/2026"}, "line 2, column Date: '21/09/2026' is not a date like %m/%d/%Y"),
    "a currency in words": ({"BillingCurrency": "dollars"}, "BillingCurrency dollars"),
    "an unknown type of charge": ({"ChargeType": "Gift"}, "line 2, ChargeType Gift"),
    "nobody who is billed": ({"BillingAccountId": "", "SubscriptionId": ""}, "Every charge names who is billed"),
    "a reversed billing period": (
        {"BillingPeriodEndDate": "08/31/2026"},
        "No billing period ends before it starts: line 2",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_whole_and_the_rest_goes_on(house: House, name: str) -> None:
    change, message = BAD[name]
    house.deliver("azure_cost/good/actual.csv", charges({"BillingAccountId": "7"}))
    house.deliver("azure_cost/bad/actual.csv", charges(change, {}))
    scan = house.look()
    assert len(scan.quarantined) == 1
    assert scan.quarantined[0].startswith("azure_cost/bad/actual.csv: ")
    assert message in scan.quarantined[0]
    assert house.sums() == (10, 10)


def test_tags_that_cannot_be_read_do_not_hold_up_the_money(house: House) -> None:
    house.deliver("azure_cost/actual.csv", charges({"Tags": '"team": "ml'}))
    assert not house.look().quarantined
    assert house.sums() == (10, 10)


def test_the_address_of_an_owner_never_enters(house: House) -> None:
    house.deliver("azure_cost/actual.csv", charges({"AccountOwnerId": "ada.lovelace@example.com"}))
    house.look()
    for path in house.exports.parent.rglob("*"):
        if path.is_file() and house.exports not in path.parents:
            assert b"lovelace" not in path.read_bytes(), path


REAL = {
    "actual alone": (("ea_actual_cost.csv",), "8.545007786742", "8.545007786742"),
    "amortized alone": (("ea_amortized_cost.csv",), "16.296932136637", "16.296932136637"),
    "both": (("ea_actual_cost.csv", "ea_amortized_cost.csv"), "8.545007786742", "16.296932136637"),
}


@pytest.mark.parametrize("are_named", [True, False])
@pytest.mark.parametrize("given", REAL)
def test_the_real_agreement_adds_up(house: House, shared: Path, given: str, are_named: bool) -> None:
    names, billed, effective = REAL[given]
    for number, name in enumerate(names):
        target = house.exports / "azure_cost" / (name if are_named else f"{number}.csv")
        target.parent.mkdir(exist_ok=True)
        shutil.copy(shared / "azure" / name, target)
    assert not house.look().quarantined
    assert house.sums() == house.counted() == (Decimal(billed), Decimal(effective))


def test_the_generated_container_loads_with_its_empty_july(house: House, shared: Path) -> None:
    shutil.copytree(shared / "azure/nise", house.exports / "azure_cost")
    scan = house.look()
    assert (scan.landed, scan.rows, scan.quarantined) == (2, 240, [])
    assert house.sums() == (Decimal("39.505137948495"), Decimal("39.505137948495"))


def deliver_to_company(base: Path) -> None:
    write_csv(base / "exports/azure_cost/actual.csv", ACTUAL)
    write_csv(
        base / "exports/azure_cost/amortized.csv",
        [*AMORTIZED, *charges({"Tags": "team=ml", "Cost": "1.000000000001"})],
    )


@pytest.mark.slow
def test_a_bill_reaches_the_ledger_whole(every_feed: Company) -> None:
    sums = """
        select sum(billed_cost), sum(total_cost), sum(total_cost) filter (ai_activity = 'idle')
        from showback.monthly_costs where provider_name = 'Microsoft'
    """
    assert query(every_feed.published, sums) == [(Decimal("110"), Decimal("111.000000000001"), 40)]
    ties = "select difference from reconciliation.raw_vs_ledger where feed = 'azure_cost'"
    assert query(every_feed.published, ties) == [(0,)]
