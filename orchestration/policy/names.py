"""How two keys are compared: as the macros of the same names do it in SQL."""

from __future__ import annotations

import re
import unicodedata


def fold(value: str) -> str:
    """Letters and digits only, in lower case."""
    return "".join(sign for sign in value.lower() if unicodedata.category(sign)[0] in "LN")


def fold_without_prefix(value: str) -> str:
    """The same, without a provider's prefix: `user:Team` is `team`."""
    return fold(re.sub(r"^.*[:/]", "", value))


def name_key(value: str) -> str:
    """Lower case, with one kind of separator."""
    return re.sub(r"[-_.\s]+", "-", value.strip().lower(), flags=re.ASCII)


def as_written(value: str) -> str:
    return value
