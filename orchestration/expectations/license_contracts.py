"""A register of license contracts that can be spread over its terms."""

from orchestration.expectations.rules import has_values, is_currency, none_of, ties_out, where_none
from orchestration.feeds.licenses import CONTRACTS


def expectations(parameters: dict) -> dict:
    """The suite of one register: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(CONTRACTS),
            where_none(
                "No term ends before it starts", "term_end < term_start", "license_id", "term_start", "term_end"
            ),
            where_none("A license has at least one seat", "seats <= 0", "license_id", "seats"),
            is_currency("currency", "license_id"),
            none_of(
                "A license id stands once in the register",
                "select license_id, count(*) as times from {batch} group by license_id having count(*) > 1",
            ),
            ties_out(parameters, "amount"),
        ]
    }
