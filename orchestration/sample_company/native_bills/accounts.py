"""The accounts that the native bills are for, and who really owns what runs in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.sample_company import company, placement
from orchestration.sample_company.database import load

if TYPE_CHECKING:
    import duckdb


def make_accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros `month_days()`, `tagged_accounts(place)` and `untagged_account_days(feed)`."""
    load(
        connection,
        "untagged_accounts",
        "feed varchar, account_id varchar, kind varchar",
        placement.UNTAGGED_ACCOUNTS,
    )
    connection.execute(_MACROS)


# Of vendors that know tags: every eighth project of the register, from `place` on, in two environments; and somebody
# of whom nobody knows. Of the others the owner of each account and day is told by a rule, or not at all.
_MACROS = f"""
create macro month_days() as table
select cast(day as date) as charge_date
from generate_series(getvariable('month_start'), getvariable('month_end') - 1, interval 1 day) as days(day);

create macro tagged_accounts(place) as table
select project_id, team_id, env, lifecycle_stage, 'tagged' as attribution
from projects, (values ('prod', 'production'), ('dev', 'development')) as environments(env, lifecycle_stage)
where project_no % 8 = place and project_id <> '{company.UNREGISTERED_PROJECT}'
union all
select null, null, null, 'unknown', 'untagged';

create macro untagged_account_days(of_feed) as table
select
    untagged_accounts.account_id,
    coalesce(untagged_accounts.kind, 'default') as account_name,
    charge_date,
    owners.team_id,
    owners.project_id,
    coalesce(owners.lifecycle_stage, 'unknown') as lifecycle_stage,
    if(owners.kind is null, 'untagged', 'rule') as attribution
from untagged_accounts
cross join month_days()
left join owners
    on untagged_accounts.kind = owners.kind
        and charge_date >= coalesce(owners.valid_from, date '0001-01-01')
        and charge_date < coalesce(owners.valid_to, date '9999-12-31')
where untagged_accounts.feed = of_feed;
"""
