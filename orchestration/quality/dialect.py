"""DuckDB for Great Expectations, which reads results after it has returned their connection."""

from __future__ import annotations

from typing import Any

from duckdb_engine import Dialect
from sqlalchemy.dialects import registry

NAME = "apportion_duckdb"


class ReadOnlyDuckDB(Dialect):
    """duckdb-engine's dialect without transactions: a rollback would empty the pending result.

    Great Expectations 1.10 and later need this (its issues 10738 and 11579); it only reads.
    """

    supports_statement_cache = False

    def connect(self, *arguments: Any, **keywords: Any) -> Any:
        """A connection whose clock is UTC, so that times read the same everywhere."""
        connection = super().connect(*arguments, **keywords)
        connection.execute("set timezone = 'UTC'")
        return connection

    def do_begin(self, dbapi_connection: Any) -> None:
        """No transaction to begin."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """No transaction to commit."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """No transaction to roll back."""


def register() -> None:
    """Make `apportion_duckdb://` known to SQLAlchemy."""
    registry.register(NAME, __name__, ReadOnlyDuckDB.__name__)
