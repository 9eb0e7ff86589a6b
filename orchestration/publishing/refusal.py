"""Why the last run did not publish, told beside the publication that stayed: readers see no warehouse and no log."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

REFUSAL = "refused.json"


def tell(published: Path, why: str) -> None:
    """Say why nothing was published, where somebody may read. The first line is enough: the rest is for who runs it."""
    if not published.is_dir():
        return
    line = next(iter(why.strip().splitlines()), "no reason was given")
    said = {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "why": line[:500]}
    draft = published / f".{REFUSAL}-next"
    draft.write_text(json.dumps(said))
    os.replace(draft, published / REFUSAL)


def withdraw(published: Path) -> None:
    """What is published is what was built: there is nothing left to tell."""
    (published / REFUSAL).unlink(missing_ok=True)


def refusal(published: Path) -> dict[str, str] | None:
    """When the last run was refused, and why; None when it was not."""
    try:
        said = json.loads((published / REFUSAL).read_text())
        return {"at": str(said["at"]), "why": str(said["why"])}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
