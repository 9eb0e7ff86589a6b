"""What the company buys, and from whom: providers, their regions and their prices."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

AWS, MICROSOFT = "AWS", "Microsoft"
NEBULA, FRONTIER = "Nebula Compute", "Frontier Models"

OBSERVABILITY_SERVICE = "Amazon CloudWatch"
# Machines that serve one model to whoever calls it through the gateway, by the hour and not by the token.
ENDPOINT_SERVICE, ENDPOINT_MODEL = "Nebula Model Endpoints", "quill-70b"

# One row per price. `weight` is its percentage of the provider's usage rows, `low` and `high`
# bound the priced quantity of a row, and `fixed_kind` is the placement kind of a service
# that the whole company shares.
SKU_FILE = Path(__file__).with_name("skus.csv")


class Provider(NamedTuple):
    """A vendor; `row_share` is its percentage of the usage rows."""

    provider: str
    row_share: int
    currency: str
    issuer: str
    contract_factor: str
    tax_rate: str


PROVIDERS = [
    Provider(AWS, 50, "USD", "Amazon Web Services, Inc.", "0.93", "0.04"),
    Provider(MICROSOFT, 25, "EUR", "Microsoft Ireland Operations Ltd", "0.90", "0.05"),
    Provider(NEBULA, 13, "USD", "Nebula Compute GmbH", "0.95", "0.03"),
    Provider(FRONTIER, 12, "USD", "Frontier Models, Inc.", "0.98", "0.02"),
]

# What OpenAI sells: model, endpoint, dollars for a million tokens of input, cached input and output.
OPENAI_MODELS = [
    ("gpt-4.1-2025-04-14", "completions", "2.00", "0.50", "8.00"),
    ("gpt-4.1-mini-2025-04-14", "completions", "0.40", "0.10", "1.60"),
    ("text-embedding-3-small", "embeddings", "0.02", None, None),
]
# And Anthropic: model, its name, dollars for a million tokens of input and output.
ANTHROPIC_MODELS = [
    ("claude-opus-4-6", "Claude Opus 4.6", "5.00", "25.00"),
    ("claude-haiku-4-5-20251001", "Claude Haiku 4.5", "1.00", "5.00"),
]

# The first of each provider's regions is the busiest.
REGIONS = [
    (AWS, "us-east-1", "US East (N. Virginia)"),
    (AWS, "eu-west-1", "EU (Ireland)"),
    (AWS, "ap-northeast-1", "Asia Pacific (Tokyo)"),
    (MICROSOFT, "westeurope", "West Europe"),
    (MICROSOFT, "northeurope", "North Europe"),
    (NEBULA, "eu-zrh-1", "Zürich"),
    (NEBULA, "us-iad-2", "Ashburn, VA"),
    (FRONTIER, "global", "Global"),
]

# provider, category, prefix of its id, name, type
COMMITMENTS = [
    (AWS, "Spend", "sp-", "Compute Savings Plan", "Savings Plan"),
    (MICROSOFT, "Usage", "reservation-", "D16s v5, three years, all upfront", "Reservation"),
]


def skus() -> list[dict[str, str | None]]:
    """The price list, in the order of its file; what is empty is None."""
    with SKU_FILE.open(encoding="utf-8", newline="") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
