"""Langfuse's observations: the newest event of each, and each model call once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.quality.validator import Validator
from tests.feeds.model_apis import Apis

USAGE = "select id, json_extract_string(usage_details, '$.total') from raw.langfuse order by 1"


@pytest.fixture
def apis(tmp_path: Path, validator: Validator) -> Apis:
    return Apis(tmp_path, validator)


def observation(observation_id: str, **changes: Any) -> dict:
    """A row of an export of observations."""
    return {
        "id": observation_id,
        "trace_id": "t1",
        "project_id": "p1",
        "environment": "production",
        "type": "GENERATION",
        "parent_observation_id": None,
        "start_time": "2026-09-02 10:00:00.250000",
        "end_time": "2026-09-02 10:00:01.000000",
        "level": "DEFAULT",
        "provided_model_name": "gpt-4o",
        "input": "Where is Mr. Babbage?",
        "output": "In London.",
        "usage_details": {"input": 100, "output": 20, "total": 120},
        "total_cost": 0.00045,
        "user_id": "ada@example.com",
        "tags": ["team:search", "by:ada@example.com"],
        "event_ts": "2026-09-02 10:00:02.000000",
        "is_deleted": 0,
        **changes,
    }


@pytest.mark.parametrize("form", ["jsonl", "json", "csv"])
def test_every_form_of_the_export_reads_alike_and_holds_no_words(apis: Apis, form: str) -> None:
    row = observation("o1")
    if form == "csv":
        flat = {name: json.dumps(value) if isinstance(value, (dict, list)) else value for name, value in row.items()}
        source = apis.deliver("source.jsonl", [flat])
        (apis.exports / "langfuse").mkdir()
        columns = ", ".join(f"{name}: 'varchar'" for name in row)
        duckdb.execute(f"copy (from read_json('{source}', columns = {{{columns}}})) to '{apis.exports}/langfuse/o.csv'")
        source.unlink()
    else:
        apis.deliver(f"langfuse/observations_v2/o.{form}", [row] if form == "jsonl" else json.dumps([row]))
    apis.deliver("langfuse/scores/s.csv", "id,value\n1,2")
    assert not apis.look().quarantined
    assert apis.rows(USAGE) == [("o1", "120")]
    for path in apis.base.rglob("*"):
        if path.is_file() and apis.exports not in path.parents:
            for secret in (b"Babbage", b"London", b"ada@example.com"):
                assert secret not in path.read_bytes(), path


def test_the_newest_event_of_an_observation_counts(apis: Apis) -> None:
    """Tokens come late, and export windows overlap: by the event's time, whatever is delivered last."""
    late = {"usage_details": {"total": 130}, "event_ts": "2026-09-02 11:00:00"}
    apis.deliver("langfuse/window-1.jsonl", [observation("o1"), observation("o2", **late)])
    apis.look()
    apis.deliver(
        "langfuse/window-2.jsonl", [observation("o1", **late), observation("o2"), observation("o3", is_deleted=1)]
    )
    assert not apis.look().quarantined
    assert apis.rows(USAGE) == [("o1", "130"), ("o2", "130"), ("o3", "120")]


def test_bad_usage_is_refused(apis: Apis) -> None:
    apis.deliver("langfuse/good.jsonl", [observation("good")])
    apis.deliver("langfuse/bad.jsonl", [observation("bad", usage_details=[1, 2])])
    apis.deliver("langfuse/below.jsonl", [observation("below", usage_details={"input": -1, "output": 20})])
    apis.deliver("langfuse/words.jsonl", [observation("words", tags="search, prod")])
    apis.deliver("langfuse/trace.jsonl", [{"id": "t", "timestamp": "2026-09-01 00:00:00", "name": "chat"}])
    reasons = sorted(apis.look().quarantined)
    assert "usage_details is a JSON object: record 1, id bad" in reasons[0]
    assert "Nothing is used less than not at all: record 1, id below" in reasons[1]
    assert "required column" in reasons[2]
    assert "tags is a JSON array: record 1, id words" in reasons[3]
    assert apis.rows(USAGE) == [("good", "120")]
