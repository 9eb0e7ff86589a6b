"""One module per page, with its SQL. A page is what its template is filled with, and tables to download."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.dashboard.tables import Table


@dataclass
class Page:
    """What a page shows. Its tables can be downloaded by their keys.

    `state` is what it shows where the link leaves that to the publication: a download has it in its link.
    """

    title: str
    template: str
    tables: list[Table] = field(default_factory=list)
    shows: dict[str, object] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        period = self.shows.get("period")
        if period and not self.state:
            self.state = {"month": period.month, "currency": period.currency}

    def table(self, key: str) -> Table | None:
        return next((table for table in self.tables if table.key == key), None)


# What costs are shown by, and how it is called. SQL takes a dimension from here and from nowhere else.
DIMENSIONS = {
    "team_id": "team",
    "project_id": "project",
    "lifecycle_stage": "stage",
    "ai_activity": "activity",
    "cost_component": "component",
    "provider_name": "provider",
}
