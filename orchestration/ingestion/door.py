"""The door: what Great Expectations says of landed files before they count."""

from __future__ import annotations

from orchestration.ingestion.landing import Landed
from orchestration.quality.validator import Batch, Check, Validator


def judge(arrived: list[Landed], validator: Validator) -> tuple[dict[str, str], list[Check]]:
    """Why each file that breaks a promise may not enter, by its label; and what was judged, folder by folder."""
    judged = {door_batch(folder).name: folder for folder in folders(arrived)}
    checks = validator.validate([door_batch(folder) for folder in judged.values()])
    suspects = [judged[name] for name in dict.fromkeys(check.batch for check in checks if not check.success)]
    # Which of a folder's files it was: asked file by file, only when something is wrong.
    alone = [door_batch([landed]) for folder in suspects for landed in folder if len(folder) > 1]
    broken: dict[str, Check] = {}
    for check in [*checks, *(validator.validate(alone) if alone else ())]:
        if not check.success:
            broken.setdefault(check.batch, check)
    labels = {landed.file.label: landed for landed in arrived}
    reasons = {name: f"{check.check}: {said(check, labels[name])}" for name, check in broken.items() if name in labels}
    return reasons, checks


def said(check: Check, landed: Landed) -> str:
    """The first unexpected row in words, with how many there are."""
    if not check.examples:
        return f"{check.observed}; correct it and deliver the file again"
    example = dict(check.examples[0])
    row = example.pop("source_row", None)
    where = "" if row is None else f"{landed.row} {int(row) + landed.first_row - 1}, "
    values = ", ".join(f"{name} {value}" for name, value in example.items())
    more = f" ({check.unexpected_count} rows)" if (check.unexpected_count or 0) > 1 else ""
    return f"{where}{values}{more}; correct it and deliver the file again"


def folders(arrived: list[Landed]) -> list[list[Landed]]:
    """New files that are judged together: the parts of one folder and table."""
    groups: dict[tuple, list[Landed]] = {}
    for landed in arrived:
        groups.setdefault((landed.table.name, landed.file.folder), []).append(landed)
    return list(groups.values())


def door_batch(arrived: list[Landed]) -> Batch:
    """What Great Expectations is shown: the rows in the contract's columns, and what landing counted."""
    first = arrived[0]
    slices = [part for landed in arrived for part in landed.slices]
    return Batch(
        suite=first.table.name,
        name=first.file.label if len(arrived) == 1 else f"{first.file.folder}/ ({first.table.name})",
        relations={"rows": " union all ".join(landed.query for landed in arrived)},
        parameters={
            "rows": sum(part.row_count for part in slices),
            "billed_cost": str(sum(part.billed_cost for part in slices)),
        },
    )
