"""The policy folder: read, judged as a whole, and written as the seeds that dbt loads.

`files` declares the files and their columns, `reading` makes rows of them, `judging` asks what `contradictions`
(refused; of how pools are split in `sharing`, of pools that give to pools in `chains`) and `suspicions` (said) find in
them, and `seeds` writes.
"""

from orchestration.policy.judging import PolicyError, judge
from orchestration.policy.seeds import prepare

__all__ = ["PolicyError", "judge", "prepare"]
