"""Where resources stand, and so how their owner can be found out.

A kind is a way of being owned: named by tags, found by an ownership rule, shared through
a pool, or found by nobody.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from orchestration.sample_company.catalog import AWS, FRONTIER, MICROSOFT, NEBULA

MAIN_PAYER, SECOND_PAYER = "001234567890", "748201936655"
BILLING_ACCOUNTS = {
    AWS: MAIN_PAYER,
    MICROSOFT: "8611537c-2f4a-5c1d-90be-4cf2a6d1e001:7b0c41ee_2019-05-31",
    NEBULA: "nbl-0042",
    FRONTIER: "org-lumenfold",
}
ACCOUNT_NAMES = {
    MAIN_PAYER: "Lumenfold Group",
    SECOND_PAYER: "Quillworks (acquired)",
    BILLING_ACCOUNTS[MICROSOFT]: "Lumenfold Europe B.V.",
    BILLING_ACCOUNTS[NEBULA]: "Lumenfold",
    BILLING_ACCOUNTS[FRONTIER]: "Lumenfold",
}

GPU_SUB_ACCOUNT = "nbl-shared-gpu"
ROBOTICS_SUB_ACCOUNT = "000771200345"
LAB_SUB_ACCOUNT = "5e1f0000-0000-4000-8000-00000000001a"
LEGACY_WORKSPACE = "wrk-legacy-chat"
DUBBING_REGION = "swedencentral"
DUBBING_PREFIX = "batch-tts"

LAB_MOVED_ON = date(2026, 7, 1)
WENT_LIVE_ON = date(2026, 8, 10)

# In payers of its own only tagged resources live, so that no rule finds the untagged.
SUB_ACCOUNTS = [
    # provider, sub_account_id, name, billing_account_id, who lives there
    (AWS, "004412378901", "Workloads Production", MAIN_PAYER, "all"),
    (AWS, "310988224417", "Workloads Development", MAIN_PAYER, "all"),
    (AWS, "619300457128", "Data Lake", MAIN_PAYER, "all"),
    (AWS, "005560013924", "Machine Learning", MAIN_PAYER, "all"),
    (AWS, "882100493377", "Quillworks Production", SECOND_PAYER, "tagged"),
    (MICROSOFT, "5e1f0000-0000-4000-8000-000000000011", "sub-ai-prod", None, "all"),
    (MICROSOFT, "5e1f0000-0000-4000-8000-000000000012", "sub-ai-dev", None, "all"),
    (MICROSOFT, "5e1f0000-0000-4000-8000-000000000013", "sub-data", None, "all"),
    (NEBULA, "nbl-training", "Training", None, "all"),
    (NEBULA, "nbl-serving", "Serving", None, "all"),
    (FRONTIER, "wrk-products", "Products", None, "all"),
    (FRONTIER, "wrk-experiments", "Experiments", None, "all"),
]


# Two stages live in it, so that it tells the project only.
CLUSTER_NAMESPACE = "base-model-7b"


class Kind(NamedTuple):
    """A way of being owned; `weight` is its percentage of the provider's usage rows.

    The other fields, where given, stand in for what a resource would draw.
    """

    provider: str
    kind: str
    weight: int
    attribution: str
    resources: int
    sub_account_id: str | None = None
    sub_account_name: str | None = None
    billing_account_id: str | None = None
    region_id: str | None = None
    name_prefix: str | None = None


class Owner(NamedTuple):
    """Who owns what a kind holds, and from when to when (`valid_to` is exclusive)."""

    kind: str
    team_id: str
    project_id: str | None
    lifecycle_stage: str
    valid_from: date | None = None
    valid_to: date | None = None


KINDS = [
    Kind(AWS, "tagged", 83, "tagged", 40),
    Kind(AWS, "untagged", 4, "untagged", 10),
    # What the serving cluster made by itself: the only tag is the namespace, and the cluster knows whose that is.
    Kind(AWS, "cluster-made", 2, "linked", 4),
    Kind(AWS, "quillworks", 4, "rule", 6, "560923318844", "Quillworks Legacy", SECOND_PAYER),
    Kind(AWS, "robotics-account", 4, "rule", 6, ROBOTICS_SUB_ACCOUNT, "Robotics Legacy"),
    Kind(AWS, "dubbing-jobs", 3, "rule", 6, name_prefix=DUBBING_PREFIX),
    Kind(AWS, "observability", 0, "pool:observability", 12),
    Kind(MICROSOFT, "tagged", 84, "tagged", 40),
    Kind(MICROSOFT, "untagged", 6, "untagged", 10),
    Kind(MICROSOFT, "dubbing-region", 4, "rule", 6, region_id=DUBBING_REGION),
    Kind(MICROSOFT, "lab", 6, "rule", 6, LAB_SUB_ACCOUNT, "sub-shared-lab"),
    Kind(NEBULA, "tagged", 50, "tagged", 40),
    Kind(NEBULA, "untagged", 5, "untagged", 10),
    Kind(NEBULA, "gpu_platform", 45, "pool:gpu_platform", 16, GPU_SUB_ACCOUNT, "Shared GPU"),
    Kind(FRONTIER, "tagged", 90, "tagged", 40),
    Kind(FRONTIER, "untagged", 6, "untagged", 6),
    Kind(FRONTIER, "legacy-chat", 4, "rule", 4, LEGACY_WORKSPACE, "Legacy chat"),
]

# A kind that is not listed has no owner as a whole: each of its resources has its own.
OWNERS = [
    Owner("quillworks", "search", "document-index", "production"),
    Owner("robotics-account", "robotics", "grasp-planner", "production"),
    Owner("dubbing-jobs", "speech", "voice-dubbing", "production"),
    Owner("dubbing-region", "speech", "voice-dubbing", "testing"),
    Owner("cluster-made", "language", CLUSTER_NAMESPACE, "unknown"),
    Owner("lab", "research", "sparse-attention", "development", None, LAB_MOVED_ON),
    Owner("lab", "robotics", "warehouse-routing", "development", LAB_MOVED_ON, None),
    Owner("legacy-chat", "customer-ai", "ticket-triage", "production"),
    Owner("lab-savings-plan", "ml-platform", "training-runtime", "production"),
    Owner("openai-triage", "customer-ai", "ticket-triage", "production"),
    Owner("openai-index", "search", "document-index", "development"),
    Owner("claude-copywriter", "customer-ai", "support-copywriter", "production"),
    Owner("claude-reader", "language", "contract-reader", "development", None, WENT_LIVE_ON),
    Owner("claude-reader", "language", "contract-reader", "production", WENT_LIVE_ON, None),
    Owner("snowflake-features", "data-platform", "feature-store", "production"),
    Owner("snowflake-feed", "recommendations", "home-feed", "production"),
    Owner("observability", "ml-platform", None, "unknown"),
    Owner("gpu_platform", "ml-platform", None, "unknown"),
    Owner("model_endpoint", "ml-platform", None, "unknown"),
    Owner("support_and_tax", "workplace-it", None, "unknown"),
]

# Accounts of vendors that know no tags: feed, account, kind. No kind owns the default ones, and so nobody does.
UNTAGGED_ACCOUNTS = [
    ("openai", "proj_7HkQ2vWdN4sLx0TbYc9RmZpE", "openai-triage"),
    ("openai", "proj_B1mXf6gJt8uKa3QzLw5VnOyS", "openai-index"),
    ("openai", "proj_0dEfAuLtPr0jEcT5iGhW2kXq", None),
    ("anthropic", "wrkspc_01JwQBx5r8c2Vd6nKy4MhTzE", "claude-copywriter"),
    ("anthropic", "wrkspc_01KaD3mPz7s9Ue2fLx8NjVbG", "claude-reader"),
    ("anthropic", None, None),
    ("snowflake", "LFA10317", "snowflake-features"),
    ("snowflake", "LFA10318", "snowflake-feed"),
    ("snowflake", "LFA10999", None),
]
