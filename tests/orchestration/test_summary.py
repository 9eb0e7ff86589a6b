"""What a run prints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.project import project
from orchestration.summary import showback


def test_a_team_that_is_a_long_text_hides_no_amount(tmp_path: Path) -> None:
    """Teams nobody registered go by their tags, and a tag may be a text of several lines."""
    paths = replace(project(), published=tmp_path)
    (tmp_path / "current").mkdir()
    with duckdb.connect(str(tmp_path / "current/apportion.duckdb")) as connection:
        connection.execute("""
            create schema showback;
            create table showback.months as select '2026-09' as month, false as is_ahead;
            create table showback.teams as
                select * from (values ('a', repeat('long ', 200)), ('b', E'two\\nlines')) as t (team_id, team_name);
            create table showback.monthly_costs as
                select '2026-09' as month, team_id, 'production' as lifecycle_stage, 'USD' as currency,
                    12345.67 as direct_cost, 0.0 as shared_cost, 12345.67 as total_cost
                from showback.teams;
        """)
    lines = [line for line in showback(paths).splitlines() if "12,345.67" in line]
    assert [line.count("12,345.67") for line in lines] == [3, 3]
    assert "two lines" in lines[1]
