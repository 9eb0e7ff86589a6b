"""Langfuse observations: what each step of a trace was, and what its model calls used.

An observation is written again when it changes, and when it is deleted: the newest event
counts. Inputs, outputs and metadata lie beside the counts, and stop here.
"""

from orchestration.feeds import Column, Feed, Table

OBSERVATIONS = Table(
    name="langfuse",
    columns=(
        Column("id", required=True),
        Column("trace_id", aliases=("traceId",)),
        Column("project_id", aliases=("projectId",)),
        Column("environment"),
        Column("type", required=True),
        Column("parent_observation_id", aliases=("parentObservationId",)),
        Column("start_time", "moment", required=True, aliases=("startTime",)),
        Column("level"),
        Column("model", aliases=("provided_model_name", "providedModelName")),
        Column("usage_details", "tags", required=True, allows_null=True, aliases=("usageDetails",)),
        Column("total_cost", "number", aliases=("totalCost", "calculatedTotalCost")),
        Column("user_id", "person", aliases=("userId",)),
        Column("tags", "list", aliases=("trace_tags",), has_addresses=True),
        Column("event_ts", "moment", aliases=("updated_at", "updatedAt")),
        Column("is_deleted"),
    ),
    account="coalesce(project_id, 'langfuse')",
    period="start_time",
    replaces="row",
    key=("project_id", "id"),
    version="event_ts",
    records=("$",),
)

FEED = Feed(
    name="langfuse",
    tables=(OBSERVATIONS,),
    personal=True,
    suffixes=(".csv", ".csv.gz", ".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"),
    # Scores and traces lie in folders beside the observations of the same export.
    ignores=r"/(scores|traces)/",
)
