"""License contracts and who has their seats: two registers, each a snapshot."""

from orchestration.feeds import Column, Feed, Table

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

FEED = Feed(name="licenses", tables=(CONTRACTS, ASSIGNMENTS))
