"""`apportion policy check`: what it prints and how it ends. Each check itself is tested in `test_policy.py`."""

from __future__ import annotations

from tests.conftest import apportion
from tests.policy.conftest import RULES, folder, rule


def test_a_sound_policy_is_counted(tmp_path):
    policy = folder(tmp_path / "policy")
    done = apportion("policy", "check", "--policy", policy)
    assert done.stdout == f"{policy} is sound: files with lines: 10, lines: 18, ownership rules: 2, warnings: 0\n"
    assert [path.name for path in tmp_path.iterdir()] == ["policy"], "a check writes nothing"


def test_warnings_alone_do_not_fail(tmp_path):
    lines = rule("a", "1", "sku", "equals", "x", team_id="red") + rule("b", "2", "sku", "equals", "X", team_id="blue")
    policy = folder(tmp_path / "policy", ownership_rules=RULES + lines)
    first, last = apportion("policy", "check", "--policy", policy).stdout.splitlines()
    assert first.startswith(f"warning: {policy / 'ownership_rules.csv'}, line 3: rule 'b' can never win")
    assert last.endswith("ownership rules: 2, warnings: 1")


def test_a_refused_policy_says_its_warnings_too(tmp_path):
    """Who corrects a policy corrects all of it at once."""
    lines = rule("a", "1", "sku", "regex", "x*", team_id="red") + rule("b", "2", "sku", "regex", "(", team_id="red")
    policy = folder(tmp_path / "policy", ownership_rules=RULES + lines)
    done = apportion("policy", "check", "--policy", policy, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith(f"warning: {policy / 'ownership_rules.csv'}, line 2: pattern 'x*' matches every sku")
    assert done.stderr.startswith(f"apportion: {policy / 'ownership_rules.csv'}, line 3: pattern '(' is not a regular")


def test_a_folder_that_is_not_there_is_told(tmp_path):
    done = apportion("policy", "check", "--policy", tmp_path / "nowhere", check=False)
    assert (done.returncode, done.stderr) == (
        1,
        f"apportion: {tmp_path / 'nowhere'}: no such policy folder; create it or give another one\n",
    )
