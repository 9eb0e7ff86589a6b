"""Ask for data to be judged: cheap to import, since Great Expectations lives in a worker process.

`warm_up` as early as possible, `validate` when there is something to judge, `write_docs` at the
end, all of it inside `with Validator(docs) as validator`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from orchestration.project import QUIET_ENVIRONMENT

WORKER = "orchestration.quality.worker"
LAST_WORDS = 2000  # bytes of the worker's output that go into the error when it dies


@dataclass(frozen=True)
class Batch:
    """What one suite judges at once: named relations of one delivery, or of the marts.

    A relation is a query, run as it stands: `select * from read_parquet('...')`. Where a
    colon follows a blank or a quote (`' :30'`), SQLAlchemy takes it for a parameter: write `\\:`.
    """

    suite: str
    """The module below the expectations package that says what good data is."""
    name: str
    """What is judged, as people call it: `focus/aws/2026-04`. One page of Data Docs each."""
    relations: dict[str, str]
    """Relation name to query. Relations that the suite knows and a batch lacks are not judged."""
    database: str | None = None
    """A DuckDB file, opened read-only for one `validate`; None: queries read files themselves."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """What the suite has to know besides the data: expected totals, allowed values."""


@dataclass(frozen=True)
class Check:
    """One promise and whether one relation keeps it: a row of `reconciliation.checks`."""

    suite: str
    batch: str
    relation: str
    check: str
    """The promise, as a sentence."""
    expectation: str
    """The Great Expectations type: `expect_column_values_to_not_be_null`."""
    column: str | None
    success: bool
    unexpected_count: int | None
    """Rows or values that break the promise; None where the promise is not about single rows."""
    observed: str | None
    """What was found instead, or the error that kept the promise from being judged."""
    examples: list[dict[str, Any]]
    """At most 5 offending rows or values, ready for JSON: decimals, dates and times are text."""


class Validator:
    """Judges batches in one worker process, which starts once and ends with this object.

    The worker never holds a database between two calls, and ends by itself when its parent does,
    so that a killed run leaves no reader behind on the warehouse file.
    """

    def __init__(
        self,
        docs: Path,
        package: str = "orchestration.expectations",
        memory_limit: str = "1GB",
    ) -> None:
        """`docs`: the folder of the Data Docs site; `memory_limit`: DuckDB's, in the worker."""
        self.docs = Path(docs)
        self.package = package
        self.memory_limit = memory_limit
        self._worker: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    def __enter__(self) -> Validator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm_up(self) -> None:
        """Start the worker, which imports Great Expectations by itself. Returns at once."""
        if self._worker is not None:
            return
        self._output = tempfile.TemporaryFile()
        # Not a multiprocessing pool: its children import the parent's main script again (Dagster's
        # costs seconds, standard input has none) and outlive a parent that was killed.
        self._worker = subprocess.Popen(
            [sys.executable, "-P", "-m", WORKER, self.package, self.memory_limit],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._output,
            env=worker_environment(os.environ, sys.path),
        )

    def validate(self, batches: Sequence[Batch]) -> list[Check]:
        """Judge the batches, in their order; a promise that cannot be judged is a broken one.

        Raises `RuntimeError` when a suite is missing or wrong, a database cannot be opened, or
        the worker dies.
        """
        return self._ask("validate", list(batches))

    def write_docs(self) -> Path:
        """Write a page per batch judged so far and the index; pages of earlier runs stay listed."""
        return self._ask("write_docs", self.docs)

    def close(self) -> None:
        """End the worker, whatever it does: it only reads. Safe to call twice."""
        worker, self._worker = self._worker, None
        output, self._output = self._output, None
        if worker is not None:
            worker.kill()
            for pipe in (worker.stdin, worker.stdout):
                with suppress(BrokenPipeError):
                    pipe.close()
            worker.wait()
        if output is not None:
            output.close()

    def _ask(self, request: str, argument: object) -> Any:
        self.warm_up()
        try:
            self._worker.stdin.write(pickle.dumps((request, argument)))
            self._worker.stdin.flush()
            done, answer, details = pickle.load(self._worker.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            raise RuntimeError(self._post_mortem()) from None
        except BaseException:
            # An answer that nobody waits for must not meet the next question.
            self.close()
            raise
        if done:
            return answer
        error = RuntimeError(answer)
        error.add_note(details)
        raise error

    def _post_mortem(self) -> str:
        """What is known of a dead worker, and what to do about it."""
        with suppress(BrokenPipeError):
            self._worker.stdin.close()
        status = self._worker.wait()
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, size - LAST_WORDS))
        last_words = self._output.read().decode(errors="replace").strip()
        self.close()
        cause = f"signal {-status}" if status < 0 else f"status {status}"
        advice = (
            "it was killed, most likely for want of memory: free some, or give the validator "
            "a smaller memory_limit, and run again"
            if status == -9
            else "run again; if it dies again, its last output says why"
        )
        return f"The Great Expectations worker ended with {cause}: {advice}.\nIts last output: {last_words or 'none'}"


def worker_environment(environment: Mapping[str, str], path: Sequence[str]) -> dict[str, str]:
    """The worker sees the parent's modules, is silent, and iterates over sets in one order."""
    return {
        **environment,
        **QUIET_ENVIRONMENT,
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in path),
        "TQDM_DISABLE": "1",
    }
