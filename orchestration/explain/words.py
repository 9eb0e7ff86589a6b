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


def quantity(amount: Decimal) -> str:
    """As many digits as tell it apart: hours need two, a cent of a token none."""
    return format(amount, ",.2f").rstrip("0").rstrip(".")


def exact(amount: Decimal) -> str:
    """A weight: what a policy writes is small, what tools measure has many digits that nobody needs."""
    return format(amount, ",.6f").rstrip("0").rstrip(".")


def number(amount: Decimal) -> str:
    """A number of the policy, as it may be written there: all its digits, and no zeros behind them."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: object) -> str:
    """A name as it may be printed: what would move a cursor or turn the text around is spelled out."""
    text = "" if value is None else str(value)
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def joined(row: Row, *keys: str, by: str = "\n") -> str:
    """The values of some keys that have one."""
    return by.join(shown(row[key]) for key in keys if row[key])


def policy(row: Row) -> str:
    """The policy that split a pool, its method, and which fallback that was."""
    fallback = f" (fallback {row['rung']})" if row["rung"] else ""
    return joined(row, "policy_id", "method") + fallback


def drivers_of(row: Row) -> list[str]:
    """What a policy weighed, and over how many days, where it weighed anything."""
    days = row["window_days"] or 1
    return [f"by {shown(row['drivers'])}{f' of {days} days' if days > 1 else ''}"] if row["drivers"] else []


# What is answered of a charge, in the words of `int_ownership__owners`, and how it is called here.
QUESTIONS = {"owner": "team", "project": "project", "stage": "stage", "activity": "activity"}


def evidence(row: Row) -> str:
    """Why it is this owner's, project's, stage's and activity's: a line each, such as `team: tag team`."""
    lines = [
        f"{label}: {reason(row, question)}"
        for question, label in QUESTIONS.items()
        if question == "owner" or row[f"{question}_evidence"] != "none"
    ]
    if row.get("benefit_pool_id"):
        lines[0] = f"benefit of a commitment, pool {shown(row['benefit_pool_id'])}"
    elif row["pool_id"]:
        lines[0] += f", pool {shown(row['pool_id'])}"
    return "\n".join(lines)


def reason(row: Row, question: str) -> str:
    """The evidence of one answer, and whether another as strong says otherwise."""
    found = _reason(row[f"{question}_evidence"], row[f"{question}_cause"], row[f"is_{question}_of_project"])
    return f"{found}, contradicted" if row[f"has_{question}_conflict"] else found


def candidate_reason(row: Row) -> str:
    """The evidence of one candidate of the ranking."""
    return _reason(row["evidence"], row["cause"], row["is_of_project"])


def _reason(kind: object, cause: object, is_of_project: object) -> str:
    """`tag env`, `rule r1 (account)`, `link of namespace in kubernetes`, `project register, by tag app`."""
    if kind in ("none", "override"):
        found = shown(kind)
    elif kind in ("register", "link", "hint"):
        found = f"{kind} of {shown(cause)}"
    elif kind == "tag":
        found = f"tag {shown(cause)}"
    else:
        found = f"rule {shown(cause)} ({kind})"
    return f"project register, by {found}" if is_of_project else found
