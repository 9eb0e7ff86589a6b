"""A made-up AI company: its exports, its policy, and the truth about its costs and its use."""

from orchestration.sample_company.generator import write_exports

__all__ = ["write_exports"]
