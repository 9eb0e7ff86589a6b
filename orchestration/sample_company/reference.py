"""Put the company, its vendors and its habits into tables that SQL can join."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from orchestration.sample_company import catalog, company, placement, tagging
from orchestration.sample_company.database import load

if TYPE_CHECKING:
    import duckdb


def load_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of what stays the same in all months."""
    _load_catalog(connection)
    _load_company(connection)
    _load_placement(connection)
    _load_tagging(connection)


def _load_catalog(connection: duckdb.DuckDBPyConnection) -> None:
    load(
        connection,
        "providers",
        "provider varchar, row_share integer, currency varchar, issuer varchar,"
        " contract_factor decimal(4, 2), tax_rate decimal(4, 2)",
        catalog.PROVIDERS,
    )
    skus = catalog.skus()
    load(
        connection,
        "listed_skus",
        "sku_no integer, provider varchar, weight integer, service varchar, category varchar,"
        " subcategory varchar, sku_id varchar, meter varchar, resource_type varchar,"
        " name_prefix varchar, pricing_unit varchar, consumed_unit varchar,"
        " consumed_per_priced integer, list_price decimal(18, 6), low double, high double,"
        " grain varchar, fixed_kind varchar, is_committable boolean, details varchar",
        [(number, *sku.values()) for number, sku in enumerate(skus)],
    )
    connection.execute(_PRICES)
    sku_slots = _slots((sku["provider"], int(sku["weight"])) for sku in skus)
    load(
        connection,
        "sku_slots",
        "provider varchar, slot integer, sku_no integer",
        sku_slots,
    )
    load(
        connection,
        "commitments",
        "provider varchar, category varchar, prefix varchar, name varchar, type varchar",
        catalog.COMMITMENTS,
    )
    load(
        connection,
        "regions",
        "provider varchar, region_id varchar, region_name varchar, region_no integer",
        _numbered(catalog.REGIONS),
    )


def _load_company(connection: duckdb.DuckDBPyConnection) -> None:
    load(
        connection,
        "teams",
        "team_id varchar, team_name varchar, cost_center varchar",
        company.TEAMS,
    )
    unregistered = (company.UNREGISTERED_PROJECT, "Moonshot", "P-0000", "research")
    load(
        connection,
        "projects",
        "project_no integer, project_id varchar, project_name varchar, project_code varchar, team_id varchar",
        [(number, *known) for number, known in enumerate([*company.PROJECTS, unregistered])],
    )


def _load_placement(connection: duckdb.DuckDBPyConnection) -> None:
    load(
        connection,
        "kinds",
        "provider varchar, kind varchar, weight integer, attribution varchar, resources integer,"
        " sub_account_id varchar, sub_account_name varchar, billing_account_id varchar,"
        " region_id varchar, name_prefix varchar",
        placement.KINDS,
    )
    slots = _slots((kind.provider, kind.weight) for kind in placement.KINDS)
    load(
        connection,
        "kind_slots",
        "provider varchar, slot integer, kind varchar",
        [(provider, slot, placement.KINDS[number].kind) for provider, slot, number in slots],
    )
    load(
        connection,
        "owners",
        "kind varchar, team_id varchar, project_id varchar, lifecycle_stage varchar, valid_from date, valid_to date",
        placement.OWNERS,
    )
    load(
        connection,
        "sub_accounts",
        "provider varchar, sub_account_id varchar, sub_account_name varchar,"
        " billing_account_id varchar, inhabitants varchar, sub_account_no integer",
        _numbered(placement.SUB_ACCOUNTS),
    )
    load(
        connection,
        "billing_accounts",
        "provider varchar, billing_account_id varchar",
        placement.BILLING_ACCOUNTS.items(),
    )
    load(
        connection,
        "account_names",
        "billing_account_id varchar, billing_account_name varchar",
        placement.ACCOUNT_NAMES.items(),
    )


def _load_tagging(connection: duckdb.DuckDBPyConnection) -> None:
    load(
        connection,
        "styles",
        "provider varchar, team_key varchar, team_spelling varchar, project_key varchar,"
        " project_spelling varchar, stage_key varchar, activity_key varchar, extra_key varchar,"
        " extra_value varchar, style_no integer",
        _numbered(tagging.STYLES),
    )
    load(
        connection,
        "stage_spellings",
        "lifecycle_stage varchar, spelling varchar, spelling_no integer",
        _numbered(tagging.STAGE_SPELLINGS),
    )
    load(
        connection,
        "activity_spellings",
        "activity_no integer, ai_activity varchar, spelling varchar",
        [(number, *known) for number, known in enumerate(tagging.ACTIVITY_SPELLINGS)],
    )
    load(
        connection,
        "useless_tags",
        "useless_no integer, tags varchar",
        list(enumerate(tagging.USELESS_TAGS)),
    )


def _slots(weights: Iterable[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """A hundred slots per provider, as many for each of its things as that weighs."""
    slots: list[tuple[str, int, int]] = []
    taken: dict[str, int] = {}
    for number, (provider, weight) in enumerate(weights):
        first = taken.get(provider, 0)
        taken[provider] = first + weight
        slots += [(provider, slot, number) for slot in range(first, first + weight)]
    return slots


def _numbered(rows: Iterable[tuple]) -> list[tuple]:
    """The rows with their number, from 0, among those that share the first field."""
    counts: dict[str, int] = {}
    numbered = []
    for row in rows:
        number = counts.get(row[0], 0)
        counts[row[0]] = number + 1
        numbered.append((*row, number))
    return numbered


# To six decimals, so that a price times a quantity is exact in ten.
_PRICES = """
create table skus as
select
    listed_skus.*,
    cast(list_price * providers.contract_factor as decimal(18, 6)) as contracted_price,
    cast(list_price * 0.62 as decimal(18, 6)) as committed_price
from listed_skus
inner join providers on listed_skus.provider = providers.provider
"""
