"""What a Great Expectations result says: pure functions from results to checks."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation import Expectation

from orchestration.quality.validator import Batch, Check

LONGEST_TEXT = 500


def promise_of(expectation: Expectation) -> str:
    """The sentence that the expectation stands for. One without a sentence is refused."""
    promise = expectation.description or (expectation.meta or {}).get("check")
    if not promise:
        raise ValueError(f"{expectation.expectation_type} says no promise: give it a description")
    return promise


def check_of(
    batch: Batch,
    relation: str,
    expectation: Expectation,
    result: ExpectationValidationResult,
    examples: list[dict[str, Any]],
) -> Check:
    """The result as a row of `reconciliation.checks`."""
    return Check(
        suite=batch.suite,
        batch=batch.name,
        relation=relation,
        check=promise_of(expectation),
        expectation=expectation.expectation_type,
        column=column_of(expectation),
        success=bool(result.success),
        unexpected_count=unexpected_count_of(expectation, result),
        observed=observed_of(expectation, result),
        examples=examples,
    )


def column_of(expectation: Expectation) -> str | None:
    """The column that the promise is about, or the columns, separated by commas."""
    return ", ".join(columns_of(expectation)) or None


def columns_of(expectation: Expectation) -> list[str]:
    """The columns that the expectation names as its subject."""
    arguments = expectation.configuration.kwargs
    return arguments.get("column_list") or [
        arguments[name] for name in ("column", "column_A", "column_B") if name in arguments
    ]


def unexpected_count_of(expectation: Expectation, result: ExpectationValidationResult) -> int | None:
    """How many rows or values break the promise, where it is about rows or values."""
    found = result.result or {}
    return found.get("observed_value" if is_about_rows(expectation) else "unexpected_count")


def observed_of(expectation: Expectation, result: ExpectationValidationResult) -> str | None:
    """What was found, in one short text."""
    error = error_of(result)
    if error:
        return error
    found = result.result or {}
    unexpected = unexpected_count_of(expectation, result)
    if "element_count" in found:
        return f"{unexpected} of {numbered(found['element_count'], 'row')} unexpected"
    if unexpected is not None:
        kind = "row" if is_about_rows(expectation) else "value"
        return numbered(unexpected, f"unexpected {kind}")
    mismatch = (found.get("details") or {}).get("mismatched")
    observed = mismatch or found.get("observed_value")
    return None if observed is None else shortened(as_text(observed))


def is_about_rows(expectation: Expectation) -> bool:
    """Whether the promise is a query that must find no row."""
    return isinstance(expectation, gxe.UnexpectedRowsExpectation)


def numbered(count: int, noun: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def error_of(result: ExpectationValidationResult) -> str | None:
    """Why the promise could not be judged, in one line; None if it was."""
    errors = errors_of(result)
    return shortened(plain_error(errors[0])) if errors else None


def errors_of(result: ExpectationValidationResult) -> list[str]:
    """What was raised on the way, as Great Expectations reports it, in a fixed order."""
    information = result.exception_info or {}
    if "raised_exception" in information:
        information = {"": information}
    return sorted(str(error["exception_message"]) for error in information.values() if error["raised_exception"])


def plain_error(message: str) -> str:
    """One line of what went wrong, without the class, the query and the link around it."""
    message = re.split(r"\n+(?:LINE \d+:|\[SQL:|\(Background on)", message)[0]
    return " ".join(re.sub(r"^\(\S+\) ", "", message).split())


def example_values(expectation: Expectation, result: ExpectationValidationResult) -> list[dict[str, Any]]:
    """The distinct unexpected values that came with a result, by column, in a fixed order."""
    values = (result.result or {}).get("partial_unexpected_list") or []
    examples = [as_json(named(columns_of(expectation), value)) for value in values]
    distinct = {json.dumps(example, sort_keys=True): example for example in examples}
    return [distinct[text] for text in sorted(distinct)]


def named(columns: list[str], value: Any) -> dict[str, Any]:
    """An unexpected value, or one per column, under the columns' names."""
    if isinstance(value, dict):
        return value
    values = [value] if len(columns) == 1 else value
    return dict(zip(columns, values, strict=True))


def as_json(value: Any) -> Any:
    """A value as JSON can hold it without changing it: decimals, dates and times become text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): as_json(member) for name, member in value.items()}
    if isinstance(value, list | tuple | set):
        return [as_json(member) for member in value]
    return shortened(str(value))


def as_text(value: Any) -> str:
    """A text as it is, anything else as JSON."""
    plain = as_json(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def shortened(text: str) -> str:
    """At most LONGEST_TEXT characters."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def cause(error: BaseException) -> str:
    """The innermost reason, as DuckDB words it."""
    while error.__cause__:
        error = error.__cause__
    return plain_error(str(error))
