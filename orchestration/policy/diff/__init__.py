"""What another policy folder would change: both built with the models themselves, and their ledgers compared."""

from orchestration.policy.diff.difference import Difference
from orchestration.policy.diff.sides import diff
from orchestration.policy.diff.terminal import render

__all__ = ["Difference", "diff", "render"]
