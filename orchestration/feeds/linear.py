"""Linear's CSV export, of 30 or 34 columns. Titles, descriptions and names of people stay outside."""

from orchestration.feeds import Column, Feed, Table

# What JavaScript prints, in the words of several browsers; newer exports are ISO.
DATE = "%a %b %d %Y %H:%M:%S GMT+0000"
FORMATS = (f"{DATE} (GMT+00:00)", f"{DATE} (GMT)", f"{DATE} (Coordinated Universal Time)", DATE)

ISSUES = Table(
    name="linear_issues",
    columns=(
        Column("ID", required=True),
        Column("Team", required=True),
        Column("Status", required=True),
        Column("Estimate", "number"),
        Column("Project"),
        Column("Project Milestone"),
        Column("Labels", has_addresses=True),
        Column("Assignee", "person"),
        Column("Parent issue"),
        Column("Created", "timestamp", required=True, formats=FORMATS),
        Column("Updated", "timestamp", formats=FORMATS),
        Column("Started", "timestamp", formats=FORMATS),
        Column("Completed", "timestamp", formats=FORMATS),
        Column("Canceled", "timestamp", formats=FORMATS),
    ),
    account="'linear'",
    period=None,
    replaces="row",
    # Two workspaces may both have an ENG-1.
    key=("ID", "Created"),
    version='coalesce("Updated", "Created")',
)

# Rows end where their last values do.
FEED = Feed(name="linear", tables=(ISSUES,), personal=True, suffixes=(".csv", ".csv.gz"), pads_rows=True)
