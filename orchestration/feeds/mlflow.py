"""MLflow: runs, the experiments they belong to, and the versions of registered models.

REST answers (runs/search, experiments/search, model-versions/search) or the data frame of
`search_runs` as CSV, whose params.*, tags.* and metrics.* are columns of their own. Metrics and
params stay outside, but for the name of the model and the time of the last metric; so do
MLflow's own tags, which name users, paths and notes.
"""

from orchestration.feeds import Column, Feed, Table

OWN_TAGS = r"^mlflow\."
MODEL_PARAMS = "model_name|model|base_model|model_id|model_name_or_path"


def member(members: str, key: str) -> str:
    """SQL for the value of a key in a record's list of keys and values."""
    pairs = f"json_extract({{record}}, '{members}[*]')"
    return f"list_filter({pairs}, lambda pair: pair ->> 'key' = '{key}')[1] ->> 'value'"


def pairs_of(members: str, condition: str = f"not regexp_matches(pair ->> 'key', '{OWN_TAGS}')") -> str:
    """SQL for a record's list of keys and values as one object; of tags, without MLflow's own."""
    pairs = f"coalesce(json_extract({{record}}, '{members}[*]'), [])"
    return (
        "nullif(cast(to_json(map_from_entries(list_transform("
        f"list_filter({pairs}, lambda pair: {condition}),"
        " lambda pair: {'key': pair ->> 'key', 'value': pair ->> 'value'}))) as varchar), '{}')"
    )


def tags(members: str) -> Column:
    """Whatever people tag with: at times themselves."""
    return Column(
        "tags", "tags", prefixes=("tags.",), leaves_out=OWN_TAGS, from_record=pairs_of(members), has_addresses=True
    )


RUNS = Table(
    name="mlflow_runs",
    columns=(
        Column("run_id", required=True, aliases=("info.run_id", "info.run_uuid")),
        Column("experiment_id", required=True, aliases=("info.experiment_id",)),
        Column("status", required=True, aliases=("info.status",)),
        Column("lifecycle_stage", aliases=("info.lifecycle_stage",)),
        Column("start_time", "moment", required=True, aliases=("info.start_time",)),
        Column("end_time", "moment", aliases=("info.end_time",)),
        Column(
            "last_metric_at",
            "moment",
            from_record=(
                "list_max(list_transform(json_extract({record}, '$.data.metrics[*].timestamp'),"
                " lambda moment: try_cast(moment ->> '$' as bigint)))"
            ),
        ),
        Column("user_id", "person", aliases=("info.user_id", "tags.mlflow.user")),
        Column(
            "parent_run_id",
            aliases=("tags.mlflow.parentRunId",),
            from_record=member("$.data.tags", "mlflow.parentRunId"),
        ),
        Column(
            "params",
            "tags",
            prefixes=("params.",),
            leaves_out=f"^(?!({MODEL_PARAMS})$)",
            from_record=pairs_of("$.data.params", f"regexp_full_match(pair ->> 'key', '{MODEL_PARAMS}')"),
        ),
        tags("$.data.tags"),
    ),
    account="'mlflow'",
    period=None,
    replaces="row",
    key=("run_id",),
    # A run that has ended is newer than itself when it ran.
    version="end_time",
    records=("$.runs[*]",),
)

MODEL_VERSIONS = Table(
    name="mlflow_model_versions",
    columns=(
        Column("name", required=True),
        Column("version", required=True),
        Column("run_id"),
        Column("current_stage", required=True, allows_null=True),
        Column("aliases", "list"),
        tags("$.tags"),
        Column("creation_timestamp", "moment", required=True),
        Column("last_updated_timestamp", "moment"),
    ),
    account="'mlflow'",
    period=None,
    # A version that is edited or archived says no more since when it serves: what was delivered before does.
    replaces="history",
    key=("name", "version"),
    version="last_updated_timestamp",
    records=("$.model_versions[*]",),
)

EXPERIMENTS = Table(
    name="mlflow_experiments",
    columns=(
        Column("experiment_id", required=True),
        # On Databricks an experiment is called by its path: /Users/ada@example.com/ranker.
        Column("name", required=True, has_addresses=True),
        Column("last_update_time", "number"),
    ),
    account="'mlflow'",
    period=None,
    replaces="row",
    key=("experiment_id",),
    version="last_update_time",
    records=("$.experiments[*]",),
)

FEED = Feed(
    name="mlflow",
    tables=(RUNS, MODEL_VERSIONS, EXPERIMENTS),
    personal=True,
    suffixes=(".csv", ".csv.gz", ".json", ".jsonl", ".ndjson"),
)
