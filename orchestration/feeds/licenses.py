"""License contracts and who has their seats, and what GitHub bills.

Contracts, assignments and Copilot's seats are registers, each a snapshot. Seats carry no
money: a contract does, or GitHub's usage report, which is a bill.
"""

from orchestration.feeds import Column, Feed, Table, View

CONTRACTS = Table(
    name="license_contracts",
    columns=(
        Column("license_id", required=True),
        Column("vendor", required=True),
        Column("product", required=True),
        Column("contract_id"),
        Column("currency", required=True),
        Column("amount", "money", required=True),
        Column("term_start", "date", required=True),
        Column("term_end", "date", required=True),
        Column("billed_on", "date", required=True),
        Column("seats", "number", required=True),
    ),
    account="'licenses'",
    period=None,
    currency="currency",
    billed="amount",
    effective="amount",
    told_apart_by=("license_id", "contract_id", "term_start", "billed_on"),
)

ASSIGNMENTS = Table(
    name="license_assignments",
    columns=(
        Column("license_id", required=True),
        Column("team_id"),
        Column("project_id"),
        Column("seats", "number", required=True),
        Column("assigned_from", "date", required=True),
        Column("assigned_to", "date"),
    ),
    account="'licenses'",
    period=None,
    told_apart_by=("license_id", "team_id", "project_id", "assigned_from"),
)

# A row per organization or team that grants access, so a user may have several.
COPILOT_SEATS = Table(
    name="license_copilot_seats",
    columns=(
        Column("assignee_id", "person", required=True, aliases=("assignee.id", "assignee.login")),
        Column("assigning_team_slug", aliases=("assigning_team.slug",)),
        Column("plan_type", required=True),
        Column("created_at", "timestamp", required=True),
        Column("pending_cancellation_date", "date"),
        Column("total_seats", "number", aliases=("^total_seats",)),
    ),
    account="'licenses'",
    period=None,
    told_apart_by=("assignee_id", "assigning_team_slug", "plan_type", "created_at"),
    records=("$.seats[*]",),
)

# The report on AI breaks down a part of the other two, which are the same bill by user and by day.
GITHUB_USAGE = Table(
    name="license_github_usage",
    columns=(
        Column("date", "date", required=True),
        Column("product", required=True),
        Column("sku", required=True),
        Column("quantity", "number", required=True),
        Column("unit_type"),
        Column("gross_amount", "money", required=True),
        Column("net_amount", "money", required=True),
        # Read by no model: it tells apart rows that are otherwise alike.
        Column("username", "person"),
        Column("organization"),
        Column("repository"),
        Column("workflow_path"),
        Column("cost_center_name"),
        Column("model"),
    ),
    # The report of an organization by itself has no column that names it.
    account="coalesce(organization, 'github')",
    period='"date"',
    currency="'USD'",
    billed="net_amount",
    effective="net_amount",
    told_apart_by=(
        "date",
        "sku",
        "username",
        "organization",
        "repository",
        "workflow_path",
        "cost_center_name",
        "model",
    ),
    views=(View("ai_usage", has="model"), View("detailed", has="username"), View("summarized")),
    billed_from=("detailed", "summarized", "ai_usage"),
    effective_from=("detailed", "summarized", "ai_usage"),
    covers=("null", '"date"'),
)

FEED = Feed(
    name="licenses",
    tables=(CONTRACTS, ASSIGNMENTS, COPILOT_SEATS, GITHUB_USAGE),
    personal=True,
    suffixes=(".csv", ".csv.gz", ".parquet", ".json", ".json.gz", ".jsonl", ".jsonl.gz"),
)
