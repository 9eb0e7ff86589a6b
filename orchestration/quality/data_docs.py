"""The data-quality site: GX's own renderers, in pages that need no network and no script.

GX's page and index templates load Bootstrap, jQuery and an icon font from five content networks,
and without them the index stays empty. Hence own page and index templates around GX's sections.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from great_expectations import __version__ as gx_version
from great_expectations.core import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render import RenderedDocumentContent
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader

from orchestration.quality.validator import Check
from orchestration.quality.verdicts import errors_of

TEMPLATES = Path(__file__).with_name("templates")
BATCHES = "batches.json"


@dataclass(frozen=True)
class Page:
    """One judged batch: its checks, and by relation the GX results that they were made from."""

    suite: str
    batch: str
    checks: list[Check]
    results: dict[str, list[ExpectationValidationResult]]

    @property
    def path(self) -> str:
        """Where the page is in the site. Each batch has its own and keeps it."""
        return f"batches/{file_name(self.suite)}/{file_name(self.batch)}.html"


def write(folder: Path, pages: list[Page]) -> Path:
    """Write the pages and the index over all batches that have a page, from earlier runs too."""
    view = DefaultJinjaPageView()
    view.env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), view.env.loader])
    for page in pages:
        replace(folder / page.path, rendered_page(view, page))
    batches = known_batches(folder) | {page.path: summary(page) for page in pages}
    listed = {path: batches[path] for path in sorted(batches) if (folder / path).exists()}
    replace(folder / BATCHES, json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
    index = view.env.get_template("site_index.j2").render(batches=list(listed.values()), gx_version=gx_version)
    replace(folder / "index.html", index)
    return folder / "index.html"


def summary(page: Page) -> dict[str, Any]:
    """The batch's line in the index."""
    return {
        "suite": page.suite,
        "batch": page.batch,
        "link": quote(page.path),
        "promises": len(page.checks),
        "broken": [check.check for check in page.checks if not check.success],
    }


def known_batches(folder: Path) -> dict[str, Any]:
    """The lines that earlier runs wrote."""
    file = folder / BATCHES
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def rendered_page(view: DefaultJinjaPageView, page: Page) -> str:
    """The page of one batch: GX's sections by relation, and examples of what is wrong."""
    relations = []
    for relation, results in page.results.items():
        checks = [check for check in page.checks if check.relation == relation]
        document = ValidationResultsPageRenderer().render(suite_result(page.suite, checks, results))
        relations.append(
            {
                "name": relation,
                # The first section is an overview of the suite; the page has its own.
                "sections": document.to_json_dict()["sections"][1:],
                # GX shows unexpected values, but no rows.
                "failed": [check for check in checks if check.examples and not check.column],
            }
        )
    return view.render(
        RenderedDocumentContent(sections=[], renderer_type="ValidationResultsPageRenderer"),
        template="site_page.j2",
        suite=page.suite,
        batch=page.batch,
        broken=[check for check in page.checks if not check.success],
        promises=len(page.checks),
        relations=relations,
        home="../" * page.path.count("/") + "index.html",
        gx_version=gx_version,
    )


def suite_result(
    suite: str, checks: list[Check], results: list[ExpectationValidationResult]
) -> ExpectationSuiteValidationResult:
    """One relation's results as GX's renderer takes them, without the markup that data may hold."""
    return ExpectationSuiteValidationResult(
        success=all(check.success for check in checks),
        suite_name=suite,
        results=[shown_result(check, result) for check, result in zip(checks, results, strict=True)],
        meta={},
    )


def shown_result(check: Check, result: ExpectationValidationResult) -> ExpectationValidationResult:
    """A result whose texts are escaped where GX's templates put them on the page as they are."""
    errors = errors_of(result)
    counts_values = "element_count" in (result.result or {})
    return ExpectationValidationResult(
        success=check.success,
        expectation_config=ExpectationConfiguration(
            type=check.expectation,
            kwargs=result.expectation_config.kwargs,
            description=escape(check.check),
        ),
        result=escaped(result.result if counts_values else {"observed_value": check.observed}),
        exception_info={
            "raised_exception": bool(errors),
            "exception_message": check.observed,  # GX escapes this one
            "exception_traceback": escape(errors[0]) if errors else None,
        },
    )


def escaped(value: Any) -> Any:
    """A result's value with all of its texts escaped, and anything that is not plain as text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {name: escaped(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(member) for member in value]
    return escape(str(value))


def file_name(name: str) -> str:
    """A name as a relative path that stays below its folder; different names stay different."""
    parts = [quote(part, safe=" =,+@") or "%" for part in name.split("/")]
    return "/".join(part if part.strip(".") else part.replace(".", "%2E") for part in parts)


def replace(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, file)
