"""Amounts, shares, names and reasons as they may be printed."""

from __future__ import annotations

from decimal import Decimal

from orchestration.explain.explanation import Row


def money(amount: Decimal) -> str:
    """Exact: no digit is dropped but zeros beyond the cents."""
    whole, _, decimals = format(amount, ",f").partition(".")
    decimals = decimals.rstrip("0").ljust(2, "0")
    text = f"{whole}.{decimals}"
    return text.removeprefix("-") if set(text) <= set("-0.") else text


def percent(share: Decimal | float) -> str:
    """A share as people say it; one that rounds to nothing or to all is not one."""
    share = Decimal(str(share)) * 100
    text = format(share, ".4f").rstrip("0").rstrip(".")
    return f"{'about ' if Decimal(text) in (0, 100) and share not in (0, 100) else ''}{text}%"


def shown(value: object) -> str:
    """A name as it may be printed: what would move a cursor or turn the text around is spelled out."""
    text = "" if value is None else str(value)
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def joined(row: Row, *keys: str, by: str = "\n") -> str:
    """The values of some keys that have one."""
    return by.join(shown(row[key]) for key in keys if row[key])


def evidence(row: Row) -> str:
    """Why it is this owner's: `tag`, `rule r1`, `rule r1, pool gpu` and so on."""
    found = [] if row["owner_evidence"] == "rule" else [shown(row["owner_evidence"] or "none")]
    if row["rule_id"]:
        found.insert(0, f"rule {shown(row['rule_id'])}")
    if row["pool_id"]:
        found.append(f"pool {shown(row['pool_id'])}")
    return ", ".join(found)
