"""The accounts that the native bills are for, and who really owns what runs in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.sample_company import company

if TYPE_CHECKING:
    import duckdb


def make_accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macro `accounts_of(place)`: who is in the accounts of one vendor that knows tags."""
    connection.execute(_TAGGED)


# Every eighth project of the register, from `place` on, in two environments; and somebody of whom nobody knows.
_TAGGED = f"""
create macro accounts_of(place) as table
select project_id, team_id, env, lifecycle_stage, 'tagged' as attribution
from projects, (values ('prod', 'production'), ('dev', 'development')) as environments(env, lifecycle_stage)
where project_no % 8 = place and project_id <> '{company.UNREGISTERED_PROJECT}'
union all
select null, null, null, 'unknown', 'untagged'
"""
