"""A sound policy, and lines to change it with."""

from __future__ import annotations

from pathlib import Path

SOUND = {
    "teams": "team_id,team_name\nred,Red\nblue,Blue\n",
    "projects": "project_id,project_name,team_id\nchat,Chat,red\nlab,Lab,\n",
    "tag_keys": "tag_key,dimension,priority\nteam,team,10\nenv,lifecycle_stage,20\n",
    "tag_values": "dimension,tag_value,canonical_value\nlifecycle_stage,prd,production\n",
    "ownership_rules": (
        "rule_id,priority,field,operator,pattern,team_id,pool_id,valid_from,valid_to\n"
        r'r1,10,sku,regex,"^gpu\d, (a|b)$",red,,2026-01-01,2026-02-01' + "\n"
        "r2,20,account,equals,shared,,gpus,,\n"
    ),
    "pools": "pool_id,pool_name,owner_team_id\ngpus,GPUs,red\n",
    "pool_policies": (
        "policy_id,pool_id,method,valid_from,valid_to\np1,gpus,fixed,,2026-02-01\np2,gpus,even,2026-02-01,\n"
    ),
    "pool_targets": "policy_id,team_id,weight\np1,red,0.3\np1,blue,0.7\np2,red,\n",
    "exchange_rates": "month,from_currency,to_currency,rate\n2026-01,EUR,USD,1.08\n",
    "rate_card": (
        "role,currency,hourly_rate,valid_from,valid_to\nengineer,EUR,90,,2026-02-01\nengineer,EUR,95,2026-02-01,\n"
    ),
}


def folder(path: Path, **changed: str | bytes | None) -> Path:
    """The sound policy with some files changed; None leaves a file out."""
    path.mkdir(exist_ok=True)
    for name, content in {**SOUND, **changed}.items():
        if isinstance(content, str):
            content = content.encode()
        if content is not None:
            (path / f"{name}.csv").write_bytes(content)
    return path


RULES = "rule_id,priority,feed,field,operator,pattern,team_id,project_id,lifecycle_stage,pool_id,valid_from,valid_to\n"


def rule(rule_id: str, priority: str, *found: str, **given: str) -> str:
    """A line of `RULES`: field, operator, pattern, and what else is given."""
    field, operator, pattern = found
    given = {
        "rule_id": rule_id,
        "priority": priority,
        "field": field,
        "operator": operator,
        "pattern": pattern,
        **given,
    }
    return ",".join(given.get(column, "") for column in RULES.strip().split(",")) + "\n"
