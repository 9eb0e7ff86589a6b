"""The policy files: their columns in the order of the seeds, and what tells two lines apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.policy.kinds import (
    Kind,
    currency,
    day,
    day_count,
    fraction,
    integer,
    month,
    one_of,
    ordinal,
    positive,
    quantity,
    text,
)
from orchestration.policy.names import as_written, fold, fold_without_prefix, name_key

STAGES = ("development", "testing", "production", "unknown")
COMPONENTS = ("compute", "licenses", "storage", "network", "people", "model_api", "other")
ACTIVITIES = (
    "data_preparation",
    "training",
    "fine_tuning",
    "evaluation",
    "inference",
    "orchestration",
    "observability",
    "tooling",
    "idle",
    "unknown",
)
DIMENSIONS = ("team", "project", "lifecycle_stage", "ai_activity")
CANONICAL = {"lifecycle_stage": STAGES, "ai_activity": ACTIVITIES}
# What a tag may name besides an owner: whose an id is, other tools or rules know.
NAMED_BY_TAGS = (
    "run",
    "model_version",
    "namespace",
    "pod",
    "job",
    "api_key",
    "inference_profile",
    "principal",
    "partition",
    "queue",
    "qos",
    "component",
)
FIELDS = (
    "account",
    "sub_account",
    "provider",
    "service",
    "service_category",
    "sku",
    "resource",
    "region",
    "charge_category",
    "unused_commitment",
    *NAMED_BY_TAGS,
)
# Where `equals` gives the id itself, and any other operator what its name looks like: two kinds of evidence.
GIVEN_BY_ID = (
    *("resource", "unused_commitment", "run", "model_version", "namespace", "pod", "job", "api_key"),
    *("inference_profile", "principal"),
)
EVIDENCE = (
    "override",
    "register",
    "tag",
    "link",
    "id",
    "account",
    "service",
    "scheduler",
    "name",
    "component",
    "hint",
)
OPERATORS = ("equals", "like", "regex")
METHODS = ("even", "proportional", "fixed", "driver", "weighted", "summed", "dominant", "tiered", "utilization")
# What weighs targets by their use of days or weeks, or of the day; the others by what the policy says of them.
OVER_DAYS = ("proportional", "driver", "weighted", "summed", "dominant", "tiered")
BY_USE = (*OVER_DAYS, "utilization")
# What weighs by pool_drivers.csv.
BY_DRIVERS = ("driver", "weighted", "summed", "dominant", "tiered")
# What GPU-hours are besides useful, for which pays who used them; and who pays for the others.
STEPS = ("not_allocated", "idle", "under_used", "not_measured")
PAYERS = ("reserver", "owner", "shared")
# Counted once over all feeds: by all tools that see them, and on all bills. Of any other driver a policy says whose
# word it takes.
COUNTED_ONCE = ("gpu_hours", "tokens", "storage_gb_days", "network_gb", "covered_cost")
# Who says which model was used; tokens that are counted once are these tools'.
KNOW_MODELS = ("anthropic", "langfuse", "litellm", "openai")
PARTITIONS = ("lifecycle_stage",)
# Where what nobody used goes: of a commitment on a bill, and of a pool's capacity.
UNUSED_POOL = "unused_commitment"
# Of a vendor's own report and a cloud's bill for the same vendor: the bill, or each for its own; of Copilot's seats in
# GitHub's report the contract of the register.
COUNTED = ("bill", "both", "contract")
ASSIGNED = ("team_id", "project_id", "lifecycle_stage", "ai_activity", "pool_id")


@dataclass(frozen=True)
class Column:
    """A column of a policy file. A `required` one must exist and have a value in each row."""

    name: str
    kind: Kind = text
    required: bool = False


@dataclass(frozen=True)
class File:
    """A policy file: its columns in the order of the seed, and what tells two rows apart.

    `compared`: how two keys are held to be the same. `absent`: what its absence means,
    where a newcomer should know.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    compared: Callable[[str], str] = as_written
    absent: str = ""

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def is_dated(self) -> bool:
        return "valid_to" in self.header


VALIDITY = (Column("valid_from", day), Column("valid_to", day))

FILES = {
    "teams": File(
        (
            Column("team_id", required=True),
            Column("team_name"),
            Column("parent_team_id"),
            Column("successor_team_id"),
            *VALIDITY,
        ),
        key=("team_id",),
        compared=name_key,
        absent="teams go by the names that tags give them, as unregistered",
    ),
    "projects": File(
        (
            Column("project_id", required=True),
            Column("project_name"),
            Column("team_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            *VALIDITY,
        ),
        key=("project_id",),
        compared=name_key,
        absent="projects go by the names that tags give them, as unregistered",
    ),
    "tag_keys": File(
        (
            Column("tag_key", required=True),
            Column("dimension", one_of((*DIMENSIONS, *NAMED_BY_TAGS)), required=True),
            Column("priority", integer),
        ),
        key=("tag_key",),
        compared=fold_without_prefix,
        absent="no tag says whose a charge is",
    ),
    "tag_values": File(
        (
            Column("dimension", one_of(DIMENSIONS), required=True),
            Column("tag_value", required=True),
            Column("canonical_value", required=True),
        ),
        key=("dimension", "tag_value"),
        compared=fold,
        absent="no spelling of a stage or an activity is understood",
    ),
    "tag_overrides": File(
        (
            Column("resource_id", required=True),
            Column("team_id"),
            Column("project_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            Column("ai_activity", one_of(ACTIVITIES)),
            *VALIDITY,
            Column("reason"),
        ),
        key=("resource_id",),
    ),
    "evidence_order": File(
        (Column("evidence", one_of(EVIDENCE), required=True), Column("place", integer, required=True)),
        key=("evidence",),
    ),
    "ownership_rules": File(
        (
            Column("rule_id", required=True),
            Column("priority", integer),
            Column("feed"),
            Column("field", one_of(FIELDS), required=True),
            Column("operator", one_of(OPERATORS), required=True),
            Column("pattern", required=True),
            Column("team_id"),
            Column("project_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            Column("ai_activity", one_of(ACTIVITIES)),
            Column("pool_id"),
            *VALIDITY,
        ),
        key=("rule_id",),
    ),
    "pools": File(
        (Column("pool_id", required=True), Column("pool_name"), Column("owner_team_id"), Column("level", integer)),
        key=("pool_id",),
    ),
    "pool_policies": File(
        (
            Column("policy_id", required=True),
            Column("pool_id", required=True),
            Column("method", one_of(METHODS), required=True),
            Column("window_days", day_count),
            Column("minimum_share", fraction),
            Column("partition_by", one_of(PARTITIONS)),
            Column("cap", quantity),
            Column("benefit_of"),
            *VALIDITY,
        ),
        key=("policy_id",),
    ),
    "pool_targets": File(
        (
            Column("policy_id", required=True),
            Column("team_id"),
            Column("project_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            Column("target_pool_id"),
            Column("weight", quantity),
        ),
        key=("policy_id", "team_id", "project_id", "lifecycle_stage", "target_pool_id"),
    ),
    "pool_drivers": File(
        (
            Column("policy_id", required=True),
            Column("driver", required=True),
            Column("feed"),
            Column("model_name"),
            Column("weight", quantity),
            Column("capacity", positive),
        ),
        key=("policy_id", "driver", "feed", "model_name"),
    ),
    "pool_fallbacks": File(
        (
            Column("policy_id", required=True),
            Column("place", ordinal),
            Column("method", one_of(METHODS), required=True),
            Column("window_days", day_count),
        ),
        key=("policy_id", "place"),
    ),
    "pool_steps": File(
        (
            Column("policy_id", required=True),
            Column("step", one_of(STEPS), required=True),
            Column("payer", one_of(PAYERS), required=True),
        ),
        key=("policy_id", "step"),
    ),
    "pool_clusters": File(
        (
            Column("policy_id", required=True),
            Column("cluster_name", required=True),
            Column("gpus", positive),
        ),
        key=("policy_id", "cluster_name"),
    ),
    "exchange_rates": File(
        (
            Column("month", month, required=True),
            Column("from_currency", currency, required=True),
            Column("to_currency", currency, required=True),
            Column("rate", positive, required=True),
        ),
        key=("month", "from_currency", "to_currency"),
        absent="a charge in any but the reporting currency stops the run",
    ),
    "rate_card": File(
        (
            Column("role", required=True),
            Column("currency", currency, required=True),
            Column("hourly_rate", quantity, required=True),
            *VALIDITY,
        ),
        absent="hours worked have no price",
    ),
    "resales": File(
        (
            Column("feed", required=True),
            Column("account_id", required=True),
            Column("counted", one_of(COUNTED), required=True),
            *VALIDITY,
        ),
    ),
    "budgets": File(
        (
            Column("budget_id", required=True),
            Column("team_id"),
            Column("project_id"),
            Column("lifecycle_stage", one_of(STAGES)),
            Column("cost_component", one_of(COMPONENTS)),
            Column("currency", currency, required=True),
            Column("monthly_budget", quantity, required=True),
            *VALIDITY,
        ),
        key=("budget_id",),
    ),
}


# What may have several lines, as long as no day has two: the column that tells one subject from another.
TOLD_BY_DAY: dict[str, tuple[str, Callable[[str], str]]] = {
    "teams": ("team_id", name_key),
    "projects": ("project_id", name_key),
    "tag_overrides": ("resource_id", as_written),
    "pool_policies": ("pool_id", as_written),
    "rate_card": ("role", str.lower),
    "resales": ("account_id", as_written),
    "budgets": ("budget_id", as_written),
}
