"""A policy folder judged as a whole: what is refused, and what is only suspicious."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from orchestration.policy import contradictions, suspicions
from orchestration.policy.files import FILES
from orchestration.policy.reading import Policy, Problem, read


class PolicyError(Exception):
    """A policy that cannot be used: one problem per line, with file and line."""


@dataclass(frozen=True)
class Verdict:
    """A policy, the problems for which it is refused, and the warnings that it works with, as sentences."""

    book: Policy
    problems: list[str]
    warnings: list[str]

    @property
    def summary(self) -> str:
        """How much was read and found, in one line."""
        rows = self.book.rows
        counts = {
            "files with lines": sum(1 for lines in rows.values() if lines),
            "lines": sum(len(lines) for lines in rows.values()),
            "ownership rules": len(rows["ownership_rules"]),
            "warnings": len(self.warnings),
        }
        return ", ".join(f"{what}: {count:,}" for what, count in counts.items())


def judge(policy: Path) -> Verdict:
    """Everything that is wrong or suspicious in a policy folder. Raises `PolicyError` where there is none."""
    if not policy.is_dir():
        raise PolicyError(f"{policy}: no such policy folder; create it or give another one")
    book, problems = read(policy)
    problems += [problem for check in contradictions.CHECKS for problem in check(book)]
    warnings = [warning for check in suspicions.CHECKS for warning in check(book)]
    return Verdict(book, sentences(policy, problems), sentences(policy, warnings))


def sentences(policy: Path, problems: list[Problem]) -> list[str]:
    """In the order of files and lines, with the folder."""
    order = [*FILES, *sorted({found.file for found in problems} - FILES.keys())]
    problems = sorted(problems, key=lambda found: (order.index(found.file), found.line))
    return [f"{policy}{os.sep}{problem}" for problem in problems]
