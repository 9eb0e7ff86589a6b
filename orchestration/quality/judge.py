"""Great Expectations at work: suites judged by SQL inside DuckDB. Only the worker imports this."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation import Expectation

from orchestration.quality import data_docs, dialect
from orchestration.quality.validator import Batch, Check
from orchestration.quality.verdicts import (
    as_json,
    cause,
    check_of,
    error_of,
    example_values,
    is_about_rows,
    promise_of,
)

EXAMPLES = 5
SAMPLE = 20  # unexpected values fetched, from which the examples are taken
SUMMARY = {"result_format": "SUMMARY", "partial_unexpected_count": SAMPLE}


class CountedRowsExpectation(gxe.UnexpectedRowsExpectation):
    """The same rule at half the price: it counts the offending rows without fetching any.

    Great Expectations runs the query once for the count and once for the rows, kept or not.
    Examples are fetched for broken promises only, in an order that is the same each time.
    """

    metric_dependencies = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
        count = metrics["unexpected_rows_query.row_count"]
        return {"success": count == 0, "result": {"observed_value": count}}


class Judge:
    """Judges batches, and keeps what the Data Docs need of each until they are written."""

    def __init__(self, package: str, memory_limit: str) -> None:
        """`package`: where the suites are; `memory_limit`: DuckDB's, as it writes it."""
        dialect.register()
        self.package = package
        self.memory_limit = memory_limit
        self.context = gx.get_context(mode="ephemeral")
        self.context.variables.progress_bars = {"globally": False}
        self.judged: dict[tuple[str, str], data_docs.Page] = {}

    def validate(self, batches: Sequence[Batch]) -> list[Check]:
        """Every promise of the batches, in order. Each database is opened once, and closed."""
        checks = []
        with ExitStack() as sources:
            opened = {
                database: sources.enter_context(self.source(database))
                for database in dict.fromkeys(batch.database for batch in batches)
            }
            for batch in batches:
                try:
                    page = self.page(batch, opened[batch.database])
                except Exception as error:
                    raise RuntimeError(f"Batch {batch.name}, suite {batch.suite}: {error}") from error
                self.judged[batch.suite, batch.name] = page
                checks += page.checks
        return checks

    def write_docs(self, folder: Path) -> Path:
        """Render all batches judged so far; the answer is the index page."""
        return data_docs.write(folder, list(self.judged.values()))

    @contextmanager
    def source(self, database: str | None) -> Iterator[Any]:
        """A GX data source on one DuckDB file, or on none; nothing stays open after it."""
        name = database or "files"
        connection: dict[str, Any] = {
            "config": {
                "memory_limit": self.memory_limit,
                "temp_directory": str(Path(tempfile.gettempdir(), f"apportion-{os.getpid()}")),
            }
        }
        if database:
            # Here and not in the connection string, where some characters of a path mean more.
            connection |= {"database": str(database), "read_only": True}
        try:
            source = self.context.data_sources.add_sql(
                name=name,
                connection_string=f"{dialect.NAME}:///:memory:",
                create_temp_table=False,
                kwargs={"connect_args": connection},
            )
        except Exception as error:
            raise RuntimeError(f"Cannot open {name} for reading: {cause(error)}") from error
        try:
            yield source
        finally:
            source.get_execution_engine().close()
            source.get_engine().dispose()
            self.context.data_sources.delete(name)

    def page(self, batch: Batch, source: Any) -> data_docs.Page:
        """One batch judged."""
        promises = importlib.import_module(f"{self.package}.{batch.suite}").expectations(batch.parameters)
        if not batch.relations:
            raise LookupError("it has no relations to judge")
        unknown = [relation for relation in batch.relations if not promises.get(relation)]
        if unknown:
            raise LookupError(f"the suite promises nothing about {', '.join(unknown)}")
        checks, results = [], {}
        for relation, query in batch.relations.items():
            asset = source.add_query_asset(
                name=relation,
                query=f"select * from {wrapped(query)}",  # GX wants a leading select
            )
            data = asset.add_batch_definition_whole_table(relation).get_batch()
            verdicts = judged(data, promises[relation])
            source.delete_asset(relation)
            relation_checks = [
                check_of(batch, relation, expectation, result, examples) for expectation, result, examples in verdicts
            ]
            checks += relation_checks
            results[relation] = [result for _, result, _ in verdicts]
        return data_docs.Page(batch.suite, batch.name, checks, results)


def judged(
    data: Any, expectations: Sequence[Expectation]
) -> list[tuple[Expectation, ExpectationValidationResult, list[dict[str, Any]]]]:
    """Each expectation with its result and its examples, in the order in which they are given."""
    asked = [counted(expectation) for expectation in expectations]
    results = run(data, asked)
    for position, result in enumerate(results):
        # Queries are bundled, and one that fails takes the others of its bundle with it.
        if error_of(result) and len(asked) > 1:
            results[position] = run(data, [asked[position]])[0]
    return [
        (expectation, result, examples_of(data, expectation, result))
        for expectation, result in zip(expectations, results, strict=True)
    ]


def run(
    data: Any, expectations: Sequence[Expectation], result_format: Any = SUMMARY
) -> list[ExpectationValidationResult]:
    """The results in the order of the expectations, which GX does not keep."""
    suite = gx.ExpectationSuite(
        name="suite",
        expectations=[
            expectation.copy(update={"meta": {"position": position}, "description": promise_of(expectation)})
            for position, expectation in enumerate(expectations)
        ],
    )
    results = data.validate(suite, result_format=result_format).results
    return sorted(results, key=lambda result: result.expectation_config.meta["position"])


def counted(expectation: Expectation) -> Expectation:
    """A plain row rule becomes one that only counts; a suite's own subclasses stay as they are."""
    if type(expectation) is not gxe.UnexpectedRowsExpectation:
        return expectation
    fields = expectation.dict(exclude={"id", "rendered_content"})
    query = f"select * from {wrapped(expectation.unexpected_rows_query)}"
    return CountedRowsExpectation(**fields | {"unexpected_rows_query": query})


def wrapped(query: str) -> str:
    """A query as a table to select from; a comment may end it."""
    return f"(\n{query.strip().rstrip(';')}\n) as wrapped"


def examples_of(data: Any, expectation: Expectation, result: ExpectationValidationResult) -> list[dict[str, Any]]:
    """A few offending rows or values, the same ones each time."""
    if result.success or error_of(result):
        return []
    if is_about_rows(expectation):
        return example_rows(data, expectation)
    return example_values(expectation, result)[:EXAMPLES]


def example_rows(data: Any, expectation: gxe.UnexpectedRowsExpectation) -> list[dict[str, Any]]:
    """The first offending rows in the order of their columns: without one, threads would choose."""
    offending = wrapped(expectation.unexpected_rows_query)
    rows = gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=f"select * from {offending} order by all limit {EXAMPLES}",
        description=promise_of(expectation),
    )
    result = run(data, [rows], "COMPLETE")[0]
    details = (result.result or {}).get("details") or {}
    return [as_json(row) for row in details.get("unexpected_rows") or []]
