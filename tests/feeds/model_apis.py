"""What the tests of the model APIs share: JSON exports, and what staging makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.ingestion.ingest import Scan, ingest
from orchestration.project import Project, project
from orchestration.quality.validator import Validator
from tests.conftest import Dbt, query

SEPTEMBER = 1788220800
DAY = 86400


class Apis:
    """An exports folder of JSON files and the warehouse that looks at it."""

    def __init__(self, base: Path, validator: Validator | None = None) -> None:
        self.base = base
        self.exports = base / "exports"
        self.exports.mkdir(exist_ok=True)
        self.validator = validator
        self.project: Project = project(self.exports, base / "warehouse.duckdb", base / "published")

    def deliver(self, path: str, content: Any) -> Path:
        """One JSON document; of a list of them, one per line; text as it is."""
        file = self.exports / path
        file.parent.mkdir(parents=True, exist_ok=True)
        documents = content if isinstance(content, list) else [content]
        lines = [one if isinstance(one, str) else json.dumps(one) for one in documents]
        file.write_text("\n".join(lines))
        return file

    def look(self) -> Scan:
        return ingest(self.project, self.validator)

    def rows(self, sql: str) -> list[tuple]:
        return query(self.project.warehouse, sql)

    def build(self, *selection: str) -> None:
        """What dbt makes of the raw tables."""
        dbt = Dbt(self.project.warehouse, self.base / "target")
        dbt("build", "--exclude-resource-type", "unit_test", "--select", *selection)


def openai_page(*days: int, **results: Any) -> dict:
    """A page of daily buckets of September 2026, each with the same result; its amount is named."""
    return {"object": "page", "data": [openai_bucket(day, [results]) for day in days], "has_more": False}


def openai_bucket(day: int, results: list[dict]) -> dict:
    """One day of September 2026."""
    start = SEPTEMBER + (day - 1) * DAY
    return {"object": "bucket", "start_time": start, "end_time": start + DAY, "results": results}


def cost(value: float | str, **dimensions: str | None) -> dict:
    """A result of OpenAI's costs page."""
    nulls = dict.fromkeys(("line_item", "project_id", "api_key_id", "quantity", "quantity_unit"))
    amount = {"value": value, "currency": "usd"}
    return {"object": "organization.costs.result", "amount": amount, **nulls, **dimensions}


def completion(**counts: Any) -> dict:
    """A result of OpenAI's completions usage page."""
    nulls = dict.fromkeys(("project_id", "user_id", "api_key_id", "model", "batch", "service_tier"))
    return {"object": "organization.usage.completions.result", "num_model_requests": 1, **nulls, **counts}
