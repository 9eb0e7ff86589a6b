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


def model_key(value: str) -> str:
    """Lower case, without who serves the model and the day of its snapshot."""
    return re.sub(r"-20[0-9]{2}-?[0-9]{2}-?[0-9]{2}$", "", value.lower().split("/")[-1])


def as_written(value: str) -> str:
    return value
