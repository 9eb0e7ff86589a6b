"""The company's policy folder: who owns what, how pools are split, rates and prices."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.sample_company import catalog, company, licenses, placement
from orchestration.sample_company.months import Month, month_of, month_range

# The mapping that works on anybody's bill is the project's; the company adds its own rows.
COMMON_POLICY = Path(__file__).resolve().parents[2] / "seeds" / "policy"

SPLIT_CHANGED_ON = date(2026, 7, 1)
OBSERVABILITY_MINIMUM = "0.2"
# On a day without a call the endpoint is paid by the calls of so many days.
ENDPOINT_WINDOW = 7
_ALWAYS = date(2020, 1, 1)

_GPU_TEAMS = ["perception", "language", "speech", "search", "risk", "research"]

_TAG_KEYS = [("chargeback_to", "team", 5)]

_FOUND_BY = ["rule_id", "priority", "feed", "field", "operator", "pattern"]
_FOUND = ["team_id", "project_id", "lifecycle_stage", "ai_activity", "pool_id"]
_VALIDITY = ["valid_from", "valid_to"]
_RULE_COLUMNS = [*_FOUND_BY, *_FOUND, *_VALIDITY]

# rule_id, priority, feed, field, operator, pattern, and the pool or the kind it finds.
_POOL_RULES = [
    ("support-fees", 10, "focus", "service", "like", "%Support%", "support_and_tax"),
    ("taxes", 11, None, "charge_category", "equals", "Tax", "support_and_tax"),
    (
        "observability",
        20,
        "focus",
        "service",
        "equals",
        catalog.OBSERVABILITY_SERVICE,
        "observability",
    ),
    (
        "gpu-platform",
        21,
        "focus",
        "sub_account",
        "equals",
        placement.GPU_SUB_ACCOUNT,
        "gpu_platform",
    ),
    ("model-endpoint", 22, "focus", "service", "equals", catalog.ENDPOINT_SERVICE, "model_endpoint"),
]
_OWNER_RULES = [
    ("robotics-account", 30, "focus", "sub_account", "equals", placement.ROBOTICS_SUB_ACCOUNT),
    ("lab", 31, "focus", "sub_account", "equals", placement.LAB_SUB_ACCOUNT),
    ("legacy-chat", 32, "focus", "sub_account", "like", "wrk-legacy-%"),
    (
        "dubbing-jobs",
        40,
        "focus",
        "resource",
        "regex",
        f"{placement.DUBBING_PREFIX}-[0-9a-f]{{6}}$",
    ),
    ("dubbing-region", 41, "focus", "region", "equals", placement.DUBBING_REGION),
    ("quillworks", 50, "focus", "account", "equals", placement.SECOND_PAYER),
    ("lab-savings-plan", 60, "aws_cur", "service", "like", "Savings Plans%"),
    *(
        (kind, 61, feed, "sub_account", "equals", account)
        for feed, account, kind in placement.UNTAGGED_ACCOUNTS
        if kind
    ),
]
# Neither may win: one comes after a better rule, the other is over before the sample begins.
_IDLE_RULES = [
    {
        "rule_id": "old-robotics-range",
        "priority": 90,
        "field": "sub_account",
        "operator": "like",
        "pattern": "000771%",
        "team_id": "research",
        "project_id": "sparse-attention",
    },
    {
        "rule_id": "main-account-before-2020",
        "priority": 91,
        "field": "account",
        "operator": "equals",
        "pattern": placement.MAIN_PAYER,
        "team_id": "workplace-it",
        "valid_from": date(2015, 1, 1),
        "valid_to": _ALWAYS,
    },
]

_POOLS = [
    ("gpu_platform", "Shared GPU platform", "ml-platform"),
    ("model_endpoint", "Shared model endpoint", "ml-platform"),
    ("observability", "Observability service", "ml-platform"),
    ("support_and_tax", "Support fees and taxes", "workplace-it"),
    (licenses.UNUSED_POOL, "Seats that nobody uses", licenses.UNUSED_POOL_OWNER),
]
# policy_id, pool_id, method, window_days, minimum_share, valid_from, valid_to
_POOL_POLICIES = [
    ("gpu-by-spend", "gpu_platform", "proportional", None, None, _ALWAYS, SPLIT_CHANGED_ON),
    ("gpu-by-hours", "gpu_platform", "driver", None, None, SPLIT_CHANGED_ON, None),
    ("endpoint-by-tokens", "model_endpoint", "driver", None, None, _ALWAYS, None),
    ("observability-tiers", "observability", "tiered", 7, OBSERVABILITY_MINIMUM, _ALWAYS, None),
    ("support-fixed", "support_and_tax", "fixed", None, None, _ALWAYS, None),
]
_POOL_DRIVERS = [
    ("gpu-by-hours", "gpu_hours_requested", "slurm", None),
    ("endpoint-by-tokens", "input_tokens", "litellm", catalog.ENDPOINT_MODEL),
    ("observability-tiers", "requests", "litellm", None),
]
_POOL_FALLBACKS = [
    ("gpu-by-hours", 1, "driver", 7),
    ("gpu-by-hours", 2, "proportional", None),
    ("endpoint-by-tokens", 1, "driver", ENDPOINT_WINDOW),
    ("observability-tiers", 1, "even", None),
]
SUPPORT_WEIGHTS = {
    "perception": "0.16",
    "language": "0.22",
    "speech": "0.08",
    "robotics": "0.07",
    "search": "0.09",
    "recommendations": "0.06",
    "risk": "0.075",
    "customer-ai": "0.085",
    "data-platform": "0.07",
    "research": "0.04",
}
# The platform's machines have a support contract too, which whoever uses them pays.
SUPPORT_OF_GPU_PLATFORM = "0.05"


def write_policy(folder: Path, seed: int, months: list[Month], budgets: Iterable[Sequence[Any]]) -> None:
    """Write every policy file."""
    folder.mkdir(parents=True, exist_ok=True)
    teams = [(team.team_id, team.team_name) for team in company.TEAMS]
    projects = [(known.project_id, known.project_name, known.team_id) for known in company.PROJECTS]
    _write(folder / "teams.csv", ["team_id", "team_name"], teams)
    _write(folder / "projects.csv", ["project_id", "project_name", "team_id"], projects)
    _extend(folder / "tag_keys.csv", _TAG_KEYS)
    _extend(folder / "tag_values.csv", _tag_values())
    _write(folder / "ownership_rules.csv", _RULE_COLUMNS, _ownership_rules())
    _write(folder / "pools.csv", ["pool_id", "pool_name", "owner_team_id"], _POOLS)
    policy_columns = ["policy_id", "pool_id", "method", "window_days", "minimum_share", *_VALIDITY]
    _write(folder / "pool_policies.csv", policy_columns, _POOL_POLICIES)
    _write(folder / "pool_drivers.csv", ["policy_id", "driver", "feed", "model_name"], _POOL_DRIVERS)
    _write(folder / "pool_fallbacks.csv", ["policy_id", "place", "method", "window_days"], _POOL_FALLBACKS)
    _write(folder / "pool_targets.csv", ["policy_id", "team_id", "target_pool_id", "weight"], _pool_targets())
    rate_columns = ["month", "from_currency", "to_currency", "rate"]
    _write(folder / "exchange_rates.csv", rate_columns, exchange_rates(seed, months))
    card_columns = ["role", "currency", "hourly_rate", *_VALIDITY]
    _write(folder / "rate_card.csv", card_columns, company.RATES)
    budget_columns = ["budget_id", "team_id", "project_id", "cost_component", "currency", "monthly_budget", *_VALIDITY]
    _write(folder / "budgets.csv", budget_columns, budgets)


def exchange_rates(seed: int, months: list[Month]) -> list[tuple[str, str, str, str]]:
    """EUR to USD for every month that a charge, a correction, an hour or a license day has."""
    contracts = licenses.contracts(months)
    first = min(months[0].plus(-1), *(month_of(min(c.term_start, c.billed_on)) for c in contracts))
    last = max(months[-1], *(month_of(c.term_end) for c in contracts))
    rates = []
    for month in month_range(first, last):
        drift = random.Random(f"{seed}/{month}").randrange(-300, 301)
        rates.append((str(month), "EUR", "USD", f"1.{1100 + drift:04d}"))
    return rates


def _tag_values() -> list[tuple[str, str, str]]:
    """The company's own words: what its teams and projects were, and how finance codes them."""
    return [
        ("team", company.OLD_TEAM_ID, company.RENAMED_TEAM),
        # The scheduler's account of jobs that state none.
        ("team", company.NOBODYS_ACCOUNT, "unallocated"),
        *(("team", team.cost_center, team.team_id) for team in company.TEAMS),
        *(("project", known.project_code, known.project_id) for known in company.PROJECTS),
        *(
            ("team", team.team_name, team.team_id)
            for team in company.TEAMS
            if _bare(team.team_name) != _bare(team.team_id)
        ),
        *(
            ("project", known.project_name, known.project_id)
            for known in company.PROJECTS
            if _bare(known.project_name) != _bare(known.project_id)
        ),
    ]


def _ownership_rules() -> list[list[Any]]:
    rules = [dict(zip([*_FOUND_BY, "pool_id"], rule, strict=True)) for rule in _POOL_RULES]
    for rule in _OWNER_RULES:
        owners = [owner for owner in placement.OWNERS if owner.kind == rule[0]]
        for number, owner in enumerate(owners, start=1):
            found = dict(zip(_FOUND_BY, rule, strict=True)) | owner._asdict()
            found["rule_id"] += f"-{number}" if len(owners) > 1 else ""
            rules.append(found)
    return [[rule.get(column) for column in _RULE_COLUMNS] for rule in [*rules, *_IDLE_RULES]]


def _pool_targets() -> list[tuple[str, str | None, str | None, str | None]]:
    return [
        *(("gpu-by-spend", team_id, None, None) for team_id in _GPU_TEAMS),
        *(("support-fixed", team_id, None, weight) for team_id, weight in SUPPORT_WEIGHTS.items()),
        ("support-fixed", None, "gpu_platform", SUPPORT_OF_GPU_PLATFORM),
    ]


def _bare(value: str) -> str:
    """A tag value as it is compared: without case, space and marks."""
    return "".join(letter for letter in value.lower() if letter.isalnum())


def _extend(file: Path, own_rows: Iterable[Sequence[Any]]) -> None:
    """Write the project's mapping of the same name, followed by the company's own rows."""
    with (COMMON_POLICY / file.name).open(encoding="utf-8", newline="") as common:
        header, *rows = csv.reader(common)
    _write(file, header, [*rows, *own_rows])


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
