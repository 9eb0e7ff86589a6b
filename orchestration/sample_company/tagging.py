"""How people spell tags: whose keys, which values, and in what case."""

from __future__ import annotations

from typing import NamedTuple

from orchestration.sample_company.catalog import AWS, FRONTIER, MICROSOFT, NEBULA


class Style(NamedTuple):
    """One department's habit; None leaves the tag out.

    Spellings: id, name ("Data Platform"), snake ("data_platform"), upper ("DATA-PLATFORM"),
    code (a cost center or project code).
    """

    provider: str
    team_key: str | None
    team_spelling: str
    project_key: str
    project_spelling: str
    stage_key: str
    activity_key: str | None = None
    extra_key: str | None = None
    extra_value: str | None = None


# The first style of each provider is the plain one, which unregistered projects keep to.
STYLES = [
    Style(AWS, "team", "id", "project", "id", "environment", "ai-activity"),
    Style(AWS, "Team", "name", "Project", "name", "Environment"),
    Style(
        AWS,
        "owner",
        "snake",
        "application",
        "snake",
        "stage",
        None,
        "Name",
        "do not stop, ask first",
    ),
    Style(AWS, "business-unit", "upper", "app", "upper", "env", "activity"),
    Style(AWS, "CostCenter", "code", "Project", "code", "ENV"),
    # Two tags name a team here: `team` comes before `owner`.
    Style(AWS, "team", "snake", "project", "id", "env", None, "owner", "platform-oncall"),
    # The register of projects knows the team.
    Style(AWS, None, "id", "project", "name", "environment", "activity"),
    Style(MICROSOFT, "Team", "id", "Project", "id", "env", "activity"),
    Style(MICROSOFT, "business_unit", "name", "Application", "name", "Environment"),
    # The company's own key, which only its policy knows.
    Style(MICROSOFT, "Chargeback-To", "upper", "Project", "snake", "environment"),
    Style(MICROSOFT, "cost-center", "code", "project", "code", "Stage"),
    Style(NEBULA, "team", "id", "project", "id", "stage", "ai_activity"),
    Style(NEBULA, "squad", "snake", "workload", "snake", "env"),
    Style(FRONTIER, "team", "id", "project", "id", "environment", "activity"),
    Style(FRONTIER, "owner", "upper", "application", "id", "lifecycle"),
]

STAGE_SPELLINGS = [
    *(("development", spelling) for spelling in ("dev", "Dev", "development", "DEVELOPMENT", "sandbox")),
    *(("testing", spelling) for spelling in ("test", "qa", "staging", "UAT", "pre-prod")),
    *(("production", spelling) for spelling in ("prod", "PROD", "production", "Production", "live")),
]

ACTIVITY_SPELLINGS = [
    ("data_preparation", "data-prep"),
    ("data_preparation", "Data Preparation"),
    ("training", "training"),
    ("training", "Train"),
    ("fine_tuning", "fine-tuning"),
    ("fine_tuning", "finetune"),
    ("evaluation", "eval"),
    ("inference", "inference"),
    ("inference", "serving"),
    ("tooling", "tooling"),
]

# What Kubernetes tags the disks and load balancers with that it makes.
CLUSTER_KEY = "kubernetes.io/created-for/pvc/namespace"

# What resources that nobody can place carry, if anything: nothing here names an owner.
USELESS_TAGS = [
    None,
    "{}",
    '{"Name": "tmp, delete?"}',
    '{"created-by": "terraform"}',
    '{"team": "", "env": ""}',
]
