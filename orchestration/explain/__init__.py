"""Where an amount came from, and where a charge went: read from the warehouse, never computed twice."""

from orchestration.explain.amount import explain_amount
from orchestration.explain.charge import explain_charge
from orchestration.explain.explanation import ExplainError
from orchestration.explain.terminal import render

__all__ = ["ExplainError", "explain_amount", "explain_charge", "render"]
