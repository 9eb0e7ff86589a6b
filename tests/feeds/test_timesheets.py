"""Hours as Tempo, Harvest, Toggl and Clockify export them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.ingestion.ingest import Scan, ingest
from orchestration.partitions import record_built, unbuilt_periods
from orchestration.project import Project, project
from orchestration.quality.validator import Validator
from orchestration.warehouse import connect
from tests.conftest import query, write_csv
from tests.feeds.conftest import Company

HARVEST = {
    "Date": "2026-09-01",
    "Client": "Acme",
    "Project": "Ranker",
    "Project Code": "RNK",
    "Task": "Training",
    "Notes": "call with Charles Babbage",
    "Hours": "1.25",
    "Hours Rounded": "1.50",
    "Billable?": "Yes",
    "Invoiced?": "No",
    "First Name": "Ada",
    "Last Name": "Lovelace",
    "Roles": "Engineer",
    "Employee?": "Yes",
    "Billable Rate": "100.0",
    "Cost Rate": "80.0",
    "Currency": "Euro - EUR",
}
TOGGL = {
    "User": "Ada Lovelace",
    "Email": "ada.lovelace@example.com",
    "Client": "Acme",
    "Project": "Ranker",
    "Task": "",
    "Description": 'call with "Charles Babbage",\nlong',
    "Billable": "Yes",
    "Start date": "2026-09-01",
    "Start time": "09:00:00",
    "End date": "2026-09-01",
    "End time": "09:20:00",
    "Duration": "00:20:00",
    "Tags": "training",
    "Amount (USD)": "",
}
CLOCKIFY = {
    "Project": "Ranker",
    "Client": "Acme",
    "Description": "call with Charles Babbage",
    "Task": "",
    "User": "Ada Lovelace",
    "Group": "Engineer",
    "Email": "ada.lovelace@example.com",
    "Tags": "training",
    "Billable": "Yes",
    "Start Date": "22/06/2026",
    "Start Time": "09:00 AM",
    "End Date": "22/06/2026",
    "End Time": "09:20 AM",
    "Duration (h)": "00:20:00",
    "Duration (decimal)": "0.33",
    "Billable Rate (EUR)": "100.00",
    "Billable Amount (EUR)": "33.33",
    "Date of creation": "2026-06-22",
    "Type": "Regular",
}
CLOUD = {
    "self": "https://api.tempo.io/4/worklogs/7",
    "tempoWorklogId": 7,
    "issue": {"self": "https://acme.example/issue/10", "id": 10},
    "timeSpentSeconds": 1200,
    "billableSeconds": 1200,
    "startDate": "2026-09-01",
    "startTime": "09:00:00",
    "description": "call with Charles Babbage",
    "createdAt": "2026-09-01T10:00:00Z",
    "updatedAt": "2026-09-01T10:00:00Z",
    "author": {"self": "https://acme.example/user", "accountId": "ada:lovelace"},
    "attributes": {
        "values": [{"key": "_Comment_", "value": "Babbage again"}, {"key": "_Role_", "value": "Engineer"}],
    },
}
SERVER = {
    "tempoWorklogId": 8,
    "worker": "ada.lovelace",
    "started": "2026-01-12 00:00:00.000",
    "timeSpentSeconds": 27000,
    "comment": "call with Charles Babbage",
    "dateUpdated": "2026-01-13 08:00:00.000",
    "issue": {"id": 11, "key": "RNK-4", "projectKey": "RNK"},
    "attributes": {"_Role_": {"key": "_Role_", "value": "Analyst"}},
}


class House:
    """An exports folder and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator | None = None) -> None:
        self.exports = base / "exports"
        self.exports.mkdir(exist_ok=True)
        self.validator = validator
        self.project: Project = project(self.exports, base / "warehouse.duckdb", base / "published")

    def deliver(self, path: str, *rows: dict) -> Path:
        """A CSV file, or a page of Tempo's cloud."""
        file = self.exports / "timesheets" / path
        if file.suffix == ".csv":
            return write_csv(file, list(rows))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"self": "https://api.tempo.io", "metadata": {"count": 1}, "results": rows}))
        return file

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def rows(self, columns: str, table: str) -> list[tuple]:
        return query(self.project.warehouse, f"select {columns} from raw.{table} order by all")


@pytest.fixture
def house(tmp_path: Path, validator: Validator) -> House:
    return House(tmp_path, validator)


def test_every_form_finds_its_table_and_leaves_persons_and_words_outside(house: House) -> None:
    house.deliver("harvest/a.csv", HARVEST)
    toggl = house.deliver("toggl/a.csv", TOGGL)
    toggl.write_bytes(b"\xef\xbb\xbf" + toggl.read_bytes())
    house.deliver("clockify/a.csv", CLOCKIFY)
    house.deliver("tempo/a.json", CLOUD)
    scan = house.look()
    assert (scan.quarantined, scan.landed) == ([], 4)
    assert house.rows('"Date"::varchar, "Roles", "Task", "Hours"', "timesheets_harvest") == [
        ("2026-09-01", "Engineer", "Training", 1.25)
    ]
    assert house.rows('"Start date"::varchar, "Tags", "Duration"', "timesheets_toggl") == [
        ("2026-09-01", "training", 1200)
    ]
    assert house.rows('"Start Date"::varchar, "Group", "Duration (h)"', "timesheets_clockify") == [
        ("2026-06-22", "Engineer", 1200)
    ]
    assert house.rows('"startDate"::varchar, "Role", "issueId", "timeSpentSeconds"', "timesheets_tempo") == [
        ("2026-09-01", "Engineer", "10", 1200)
    ]
    by_email = house.rows('"Email"', "timesheets_toggl") + house.rows('"Email"', "timesheets_clockify")
    assert len(set(by_email)) == 1, "one person, by one e-mail"
    for path in house.exports.parent.rglob("*"):
        if path.is_file() and house.exports not in path.parents:
            data = path.read_bytes().lower()
            assert not [word for word in (b"lovelace", b"babbage", b"https") if word in data], path


def test_tempo_on_a_server_is_a_list_without_pages(house: House) -> None:
    file = house.deliver("tempo/a.json")
    file.write_text(json.dumps([SERVER]))
    assert not house.look().quarantined
    columns = '"startDate"::varchar, "Role", "issueKey", "projectKey", "updatedAt"::varchar, "timeSpentSeconds"'
    assert house.rows(columns, "timesheets_tempo") == [
        ("2026-01-12", "Analyst", "RNK-4", "RNK", "2026-01-13 08:00:00", 27000)
    ]


def test_a_worklog_that_moved_to_another_month_counts_there_only(house: House) -> None:
    """Counted in both, the hours would be paid twice; the month that it left must be built again."""
    house.deliver("tempo/pull-1/a.json", CLOUD, CLOUD | {"tempoWorklogId": 9})
    house.look()
    with connect(house.project.warehouse) as connection:
        record_built(connection, "same", None)
    edit = CLOUD | {"startDate": "2026-10-02", "timeSpentSeconds": 60, "updatedAt": "2026-10-05T00:00:00Z"}
    house.deliver("tempo/pull-2/a.json", edit)
    house.look()
    columns = '"tempoWorklogId", "startDate"::varchar, "timeSpentSeconds"'
    assert house.rows(columns, "timesheets_tempo") == [("7", "2026-10-02", 60), ("9", "2026-09-01", 1200)]
    with connect(house.project.warehouse) as connection:
        assert unbuilt_periods(connection, "same") == ["2026-09", "2026-10"]


def test_an_old_pull_that_comes_late_undoes_no_edit(house: House) -> None:
    house.deliver("tempo/pull-2/a.json", CLOUD | {"timeSpentSeconds": 60, "updatedAt": "2026-10-05T00:00:00Z"})
    house.look()
    house.deliver("tempo/pull-1/a.json", CLOUD)
    house.look()
    assert house.rows('"timeSpentSeconds"', "timesheets_tempo") == [(60,)]


def test_pages_that_overlap_are_not_a_day_of_twice_the_hours(house: House) -> None:
    for page in (1, 2):
        house.deliver(
            f"tempo/pull/page-{page}.json", CLOUD | {"timeSpentSeconds": 50_000, "startTime": f"0{page}:00:00"}
        )
    assert not house.look().quarantined
    assert house.rows('"timeSpentSeconds"', "timesheets_tempo") == [(50_000,)]


def test_a_month_without_worklogs_is_an_answer(house: House) -> None:
    house.deliver("tempo/pull/page-1.json")
    assert (house.look().quarantined, house.rows("count(*)", "timesheets_tempo")) == ([], [(0,)])


def test_a_newer_folder_of_a_month_replaces_the_older_one(house: House) -> None:
    house.deliver("toggl/2026-10-01/a.csv", TOGGL, TOGGL | {"Duration": "01:00:00"})
    house.deliver("toggl/2026-10-08/a.csv", TOGGL | {"Duration": "02:00:00"})
    house.look()
    assert house.rows('"Duration"', "timesheets_toggl") == [(7200,)]


def test_rows_that_differ_in_nothing_are_both_worked(house: House) -> None:
    house.deliver("clockify/a.csv", CLOCKIFY, CLOCKIFY, CLOCKIFY | {"Tags": "other"})
    assert not house.look().quarantined
    assert house.rows('sum("Duration (h)")', "timesheets_clockify") == [(3600,)]


DATES = {
    "day first": (("22/06/2026", "03/06/2026"), ["2026-06-03", "2026-06-22"]),
    "month first": (("04/30/2026", "04/05/2026"), ["2026-04-05", "2026-04-30"]),
    "year first": (("2026-04-30", "2026-04-05"), ["2026-04-05", "2026-04-30"]),
    "with points": (("30.04.2026", "05.04.2026"), ["2026-04-05", "2026-04-30"]),
    "alike either way": (("05/05/2026", "06/06/2026"), ["2026-05-05", "2026-06-06"]),
}


@pytest.mark.parametrize("order", DATES)
def test_a_file_tells_the_order_of_its_dates(house: House, order: str) -> None:
    given, read = DATES[order]
    house.deliver("clockify/a.csv", *({**CLOCKIFY, "Start Date": date} for date in given))
    assert not house.look().quarantined
    assert [date for (date,) in house.rows('"Start Date"::varchar', "timesheets_clockify")] == read


def test_corrections_and_zeros_are_entries(house: House) -> None:
    house.deliver("toggl/a.csv", TOGGL, TOGGL | {"Duration": "-00:20:00"}, TOGGL | {"Duration": "00:00:00"})
    house.deliver("harvest/a.csv", HARVEST | {"Hours": "-2.5"}, HARVEST | {"Hours": "0"})
    assert not house.look().quarantined
    assert house.rows('"Duration"', "timesheets_toggl") == [(-1200,), (0,), (1200,)]
    assert house.rows('"Hours"', "timesheets_harvest") == [(-2.5,), (0,)]


BAD = {
    "an order that nobody can tell": (
        "a.csv",
        [CLOCKIFY | {"Start Date": "03/04/2026"}],
        "every other date of the file",
    ),
    "two orders in one file": (
        "a.csv",
        [CLOCKIFY, CLOCKIFY | {"Start Date": "04/30/2026"}],
        "column Start Date: '22/06/2026' is not a date like %Y-%m-%d",
    ),
    "hours in words": ("a.csv", [TOGGL | {"Duration": "1h"}], "line 2, column Duration: '1h' is not a duration"),
    "rounded hours for exact ones": (
        "a.csv",
        [CLOCKIFY | {"Duration (h)": "0.33"}],
        "column Duration (h): '0.33' is not a duration like 7:30:00, or whole seconds",
    ),
    "a timer that ran over the weekend": ("a.csv", [TOGGL | {"Duration": "62:14:05"}], "24 hours on a day"),
    "two entries of more than a day": ("a.csv", [HARVEST | {"Hours": "12.5"}] * 2, "24 hours on a day"),
    "nobody": (
        "a.csv",
        [HARVEST | {"First Name": "", "Last Name": ""}],
        "An entry names its person: line 2, Date 2026-09-01",
    ),
    "a worklog without an author": ("a.json", [CLOUD | {"author": {}}], "required column accountId is missing"),
    "a worklog of parts of a second": (
        "a.json",
        [CLOUD | {"timeSpentSeconds": 0.5}],
        "record 1, column timeSpentSeconds: '0.5' is not a duration",
    ),
    "an answer that is an error": ("error.json", None, "required column"),
    "another tool's columns": ("a.csv", [{"Day": "2026-09-01", "Who": "Ada"}], "is missing"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_its_place_value_and_reason(house: House, name: str) -> None:
    file, rows, message = BAD[name]
    house.deliver("good/a.csv", HARVEST)
    bad = house.deliver(f"bad/{file}", *(rows or ()))
    if rows is None:
        bad.write_text(json.dumps({"errors": [{"message": "Unauthorized"}]}))
    scan = house.look()
    assert len(scan.quarantined) == 1
    assert scan.quarantined[0].startswith(f"timesheets/bad/{file}: ")
    assert message in scan.quarantined[0]
    assert house.rows("count(*)", "timesheets_harvest") == [(1,)]


def deliver_to_company(base: Path) -> None:
    """Each tool once, and a rate card that knows what most of them do not: the role."""
    house = House(base)
    house.deliver("harvest/a.csv", HARVEST)
    house.deliver("toggl/a.csv", *[TOGGL] * 3)
    house.deliver("clockify/a.csv", CLOCKIFY, CLOCKIFY | {"Type": "Break", "Task": "rest"})
    house.deliver("tempo/a.json", CLOUD)
    # The issue that the worklog names by its id, before and after it moved.
    for pull, key, name in (("1", "RNK-4", "Ranker"), ("2", "BOLT-1", "Bolt")):
        fields = {
            "project": {"id": pull, "key": key.partition("-")[0], "name": name},
            "status": {"name": "To Do"},
            "labels": ["training"],
            "components": [{"id": "1", "name": "Ranking"}],
            "parent": {"id": "5", "key": "BOLT-9", "fields": {"issuetype": {"name": "Epic"}}},
            "created": "2026-09-01T08:00:00.000+0000",
            "updated": f"2026-09-0{pull}T09:00:00.000+0000",
        }
        answer = base / "exports" / "jira" / pull / "search.json"
        answer.parent.mkdir(parents=True)
        answer.write_text(json.dumps({"issues": [{"id": "10", "key": key, "fields": fields}]}))
    rate = {"role": "Engineer", "currency": "USD", "hourly_rate": "90", "valid_from": "", "valid_to": ""}
    rates = [rate, rate | {"role": "break", "hourly_rate": "0"}, rate | {"role": "unstated", "hourly_rate": "30"}]
    write_csv(base / "policy/rate_card.csv", rates)
    rule = {"rule_id": "index-people", "feed": "timesheets", "field": "component", "operator": "equals"}
    write_csv(base / "policy/ownership_rules.csv", [rule | {"pattern": "ranking", "team_id": "retrieval"}])


@pytest.mark.slow
def test_all_tools_are_priced_by_one_rate_card(every_feed: Company) -> None:
    """A third of an hour at 90 is 30, in the ledger as in the dataset; what has no role has a rate of its own."""
    by_role = """
        select lower(service_name), sum(effective_cost) from charges.int_charges__daily
        where feed = 'timesheets' group by all order by all
    """
    assert query(every_feed.warehouse, by_role) == [("break", 0), ("engineer", 172.5), ("unstated", 30)]
    bill = """
        select sum("EffectiveCost"), count(*) from focus.cost_and_usage where "ServiceProviderName" = 'internal'
    """
    assert query(every_feed.warehouse, bill) == [(202.5, 7)]


@pytest.mark.slow
def test_a_worklog_that_names_only_its_issue_is_paid_by_the_project_that_it_moved_to(every_feed: Company) -> None:
    """Tempo's cloud sends an id and no key: without Jira these hours are nobody's. Rules ask its component."""
    paid = """
        select project_id, ai_activity, sum(effective_cost) from showback.ledger
        where cost_component = 'people' and project_id in ('Bolt', 'unallocated') group by all order by all
    """
    assert query(every_feed.published, paid) == [("Bolt", "training", 30)]
    epic = "select stated_project, tags ->> 'epic' from charges.int_charges__groups where tags like '%BOLT%'"
    assert query(every_feed.warehouse, epic) == [("Bolt", "BOLT-9")]
    owner = "select team_id, owner_evidence, owner_cause from coverage.ownership where project_id = 'Bolt'"
    assert query(every_feed.published, owner) == [("retrieval", "component", "index-people")]
    worked = "select stated_project, quantity * 3 from drivers.int_drivers__hours where tags like '%BOLT%'"
    assert [(name, round(hours, 3)) for name, hours in query(every_feed.warehouse, worked)] == [("Bolt", 1)]
