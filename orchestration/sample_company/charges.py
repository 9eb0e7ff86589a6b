"""One month's charges of all vendors: FOCUS columns, and beside them who really spent it.

The table `charges` is made once per month. The bills show its FOCUS columns, the truth
sums its other ones, and neither reads what the other writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.sample_company import other_charges, usage
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb


def make_charges(connection: duckdb.DuckDBPyConnection, month: Month, rows: int) -> None:
    """Make the table `charges` with about `rows` charges of one billing period."""
    connection.execute(
        f"""
        set variable month_start = date '{month.start}';
        set variable month_end = date '{month.end}';
        set variable month_rows = {rows};
        set variable growth = power(1.02, {month.index - Month(2026, 1).index});
        """
    )
    steps = (
        usage.HEADERS,
        usage.METERED,
        usage.USAGE,
        other_charges.PRICE_CUTS,
        other_charges.COMMITMENTS,
        other_charges.ENDPOINT,
        other_charges.SUPPORT_FEES,
        other_charges.PROMOTIONAL_CREDIT,
        other_charges.TAXES,
        _COMPONENTS,
    )
    for step in steps:
        connection.execute(step)


# The rule by which the whole project tells cost components of a bill.
_COMPONENTS = """
alter table charges add column cost_component varchar;
update charges set cost_component = case
    when ServiceCategory = 'Compute' then 'compute'
    when ServiceCategory = 'Storage' then 'storage'
    when ServiceCategory = 'Networking' then 'network'
    when ServiceCategory = 'AI and Machine Learning'
        then if(
            lower(concat(ConsumedUnit, ' ', PricingUnit)) like '%token%', 'model_api', 'compute'
        )
    when ServiceCategory = 'Databases' then 'storage'
    else 'other'
end;
"""
