"""What the company buys, and from whom: providers, regions and SKUs."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

AWS, MICROSOFT = "AWS", "Microsoft"
NEBULA, FRONTIER = "Nebula Compute", "Frontier Models"

AI, COMPUTE, STORAGE = "AI and Machine Learning", "Compute", "Storage"
NETWORKING, DATABASES, MANAGEMENT = "Networking", "Databases", "Management and Governance"

OBSERVABILITY_SERVICE = "Amazon CloudWatch"
SUPPORT_SERVICE = "AWS Support (Business)"
TOKENS = 1_000_000


class Provider(NamedTuple):
    """A vendor; `row_share` is its percentage of the usage rows."""

    provider: str
    row_share: int
    currency: str
    issuer: str
    contract_factor: str
    tax_rate: str


class Sku(NamedTuple):
    """One price. `weight` is its percentage of the provider's usage rows, `low` and `high`
    bound the priced quantity of a row, and `fixed_kind` is the placement kind of a
    service that the whole company shares.
    """

    provider: str
    weight: int
    service: str
    category: str
    subcategory: str
    sku_id: str
    meter: str
    resource_type: str
    name_prefix: str
    pricing_unit: str
    consumed_unit: str
    consumed_per_priced: int
    list_price: str
    low: float
    high: float
    grain: str = "hour"
    fixed_kind: str | None = None
    is_committable: bool = False
    details: str | None = None


PROVIDERS = [
    Provider(AWS, 50, "USD", "Amazon Web Services, Inc.", "0.93", "0.04"),
    Provider(MICROSOFT, 25, "EUR", "Microsoft Ireland Operations Ltd", "0.90", "0.05"),
    Provider(NEBULA, 13, "USD", "Nebula Compute GmbH", "0.95", "0.03"),
    Provider(FRONTIER, 12, "USD", "Frontier Models, Inc.", "0.98", "0.02"),
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

_EC2, _S3 = "Amazon Elastic Compute Cloud", "Amazon Simple Storage Service"
_VM, _BLOB, _MODELS = "Virtual Machines", "Storage Accounts", "Azure AI Services"
_GPU, _VAULT, _API = "Nebula GPU Cloud", "Nebula Object Vault", "Frontier Model API"
_GENERATIVE = "Generative AI"

_AWS_SKUS = [
    Sku(AWS, 20, _EC2, COMPUTE, "Virtual Machines", "EC2-C6I4X", 'On-demand Linux, "c6i.4xlarge"',
        "Instance", "node", "Hours", "Hours", 1, "0.680000", 1, 24, "hour", None, True,
        '{"InstanceType": "c6i.4xlarge", "CoreCount": 16}'),
    Sku(AWS, 5, _EC2, COMPUTE, "Virtual Machines", "EC2-P4D24", "On-demand Linux, p4d.24xlarge",
        "Instance", "gpu-node", "Hours", "Hours", 1, "32.772600", 1, 6, "hour", None, True,
        '{"InstanceType": "p4d.24xlarge", "GpuCount": 8}'),
    Sku(AWS, 8, "AWS Lambda", COMPUTE, "Serverless Compute", "LAM-GBS", "Function duration",
        "Function", "fn", "GB-Seconds", "GB-Seconds", 1, "0.000017", 90000, 900000),
    Sku(AWS, 16, _S3, STORAGE, "Object Storage", "S3-STD", "Standard storage, first 50 TB",
        "Bucket", "lake", "GB-Months", "GB-Months", 1, "0.023000", 200, 9000, "day"),
    Sku(AWS, 8, "Amazon Elastic Block Store", STORAGE, "Block Storage", "EBS-GP3", "gp3 volume",
        "Volume", "vol", "GB-Months", "GB-Months", 1, "0.080000", 20, 900, "day"),
    Sku(AWS, 12, "AWS Data Transfer", NETWORKING, "Network Infrastructure", "DT-OUT",
        "Data transfer out, per GB", "NetworkInterface", "eni", "GB", "GB", 1, "0.090000", 5, 400),
    Sku(AWS, 8, "Amazon Relational Database Service", DATABASES, "Relational Databases", "RDS-R6G",
        "PostgreSQL, db.r6g.2xlarge", "DBInstance", "db", "Hours", "Hours", 1, "0.900000", 1, 12),
    Sku(AWS, 7, "Amazon SageMaker", AI, "Machine Learning", "SM-TRAIN-G5", "Training, ml.g5.12xlarge",
        "TrainingJob", "train", "Hours", "Hours", 1, "7.090000", 1, 10),
    Sku(AWS, 7, "Amazon Bedrock", AI, _GENERATIVE, "BR-LUM-IN", "Lumen Large, input tokens",
        "Model", "model", "1K tokens", "Tokens", 1000, "0.003000", 900, 40000),
    Sku(AWS, 7, OBSERVABILITY_SERVICE, MANAGEMENT, "Observability", "CW-LOGS", "Log ingestion, per GB",
        "LogGroup", "logs", "GB", "GB", 1, "0.500000", 5, 90, "hour", "observability"),
    Sku(AWS, 2, "AWS Key Management Service", "Security", "Secret Management", "KMS-REQ",
        "Requests, per 10,000", "Key", "key", "10K Requests", "Requests", 10000, "0.030000", 10, 400),
]

_MICROSOFT_SKUS = [
    Sku(MICROSOFT, 26, _VM, COMPUTE, "Virtual Machines", "DZH318Z0BQ4L", "D16s v5",
        "Virtual machine", "vm", "1 Hour", "Hours", 1, "0.704000", 1, 24, "hour", None, False,
        '{"InstanceType": "Standard_D16s_v5", "CoreCount": 16}'),
    Sku(MICROSOFT, 9, _VM, COMPUTE, "Virtual Machines", "DZH318Z0CSG4", "ND96isr H100 v5",
        "Virtual machine", "gpu-vm", "1 Hour", "Hours", 1, "84.560000", 0.2, 3, "hour", None, False,
        '{"InstanceType": "Standard_ND96isr_H100_v5", "GpuCount": 8}'),
    Sku(MICROSOFT, 20, _BLOB, STORAGE, "Object Storage", "DZH318Z0BNZH", "Hot LRS data stored",
        "Storage account", "store", "100 GB/Month", "GB", 100, "1.660000", 2, 90, "day"),
    Sku(MICROSOFT, 13, "Bandwidth", NETWORKING, "Network Infrastructure", "DZH318Z0BZ5K",
        "Inter-region egress", "Virtual network", "vnet", "1 GB", "GB", 1, "0.045000", 5, 700),
    Sku(MICROSOFT, 12, "Azure Cosmos DB", DATABASES, "NoSQL Databases", "DZH318Z0BM9T", "100 RU/s",
        "Cosmos DB account", "docdb", "1/Hour", "Units", 1, "0.007200", 40, 900),
    Sku(MICROSOFT, 8, "Azure Machine Learning", AI, "AI Platforms", "DZH318Z0F1K2", "Managed compute",
        "ML workspace", "ml", "1 Hour", "Hours", 1, "3.670000", 1, 8),
    # The usage side says Units here, as some vendors do: the price side names the token.
    Sku(MICROSOFT, 12, _MODELS, AI, _GENERATIVE, "DZH318Z0GT77", "Hosted model, output",
        "AI account", "ai", "1K Tokens", "Units", 1000, "0.011000", 200, 9000),
]

_NEBULA_SKUS = [
    Sku(NEBULA, 66, _GPU, COMPUTE, "Virtual Machines", "NBL-H100-8", "8 x H100, per GPU-hour",
        "GPU node", "h100", "GPU-Hours", "GPU-Hours", 1, "2.490000", 4, 64, "hour", None, False,
        '{"InstanceType": "h100.8x", "GpuCount": 8}'),
    Sku(NEBULA, 14, _GPU, COMPUTE, "Virtual Machines", "NBL-L40S", "L40S, per GPU-hour",
        "GPU node", "l40s", "GPU-Hours", "GPU-Hours", 1, "0.990000", 1, 16, "hour", None, False,
        '{"InstanceType": "l40s.1x", "GpuCount": 1}'),
    Sku(NEBULA, 14, _VAULT, STORAGE, "Object Storage", "NBL-VAULT", "Checkpoint storage, per TB-day",
        "Vault", "vault", "TB-Days", "TB-Days", 1, "0.650000", 2, 60, "day"),
    Sku(NEBULA, 6, "Nebula Fabric", NETWORKING, "Network Connectivity", "NBL-FABRIC",
        "InfiniBand port-hours", "Port", "port", "Hours", "Hours", 1, "0.350000", 1, 16),
]

_FRONTIER_SKUS = [
    Sku(FRONTIER, 38, _API, AI, _GENERATIVE, "FM-PRO-IN", "frontier-pro, input tokens",
        "API key", "key", "1M Tokens", "Tokens", TOKENS, "2.500000", 0.5, 40, "day"),
    Sku(FRONTIER, 34, _API, AI, _GENERATIVE, "FM-PRO-OUT", "frontier-pro, output tokens",
        "API key", "key", "1M Tokens", "Tokens", TOKENS, "10.000000", 0.2, 9, "day"),
    Sku(FRONTIER, 14, _API, AI, _GENERATIVE, "FM-PRO-CACHED", "frontier-pro, cached input tokens",
        "API key", "key", "1M Tokens", "Tokens", TOKENS, "0.250000", 1, 90, "day"),
    Sku(FRONTIER, 8, _API, AI, "Natural Language Processing", "FM-EMBED", "frontier-embed, tokens",
        "API key", "key", "1M Tokens", "Tokens", TOKENS, "0.020000", 5, 500, "day"),
    Sku(FRONTIER, 6, "Frontier Tuning", AI, "Machine Learning", "FM-TUNE", "Fine-tuning, per hour",
        "Tuning job", "tune", "Hours", "Hours", 1, "24.000000", 0.5, 6),
]

SKUS = [*_AWS_SKUS, *_MICROSOFT_SKUS, *_NEBULA_SKUS, *_FRONTIER_SKUS]

_SIX_DECIMALS = Decimal("0.000001")
_COMMITTED_FACTOR = Decimal("0.62")


def provider(name: str) -> Provider:
    """The provider of this name."""
    return next(known for known in PROVIDERS if known.provider == name)


def contracted_price(sku: Sku) -> Decimal:
    """The negotiated unit price, to six decimals, so that price times quantity is exact."""
    factor = Decimal(provider(sku.provider).contract_factor)
    return (Decimal(sku.list_price) * factor).quantize(_SIX_DECIMALS, ROUND_HALF_EVEN)


def committed_price(sku: Sku) -> Decimal:
    """The unit price of usage that a commitment covers."""
    price = Decimal(sku.list_price) * _COMMITTED_FACTOR
    return price.quantize(_SIX_DECIMALS, ROUND_HALF_EVEN)
