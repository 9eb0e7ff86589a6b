"""The policy folder: read, judged as a whole, and written as the seeds that dbt loads.

`files` declares the files and their columns, `reading` makes rows of them, `contradictions` refuses, `seeds` writes.
"""

from orchestration.policy.seeds import PolicyError, prepare

__all__ = ["PolicyError", "prepare"]
