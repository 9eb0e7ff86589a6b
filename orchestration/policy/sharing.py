"""What is wrong in how pools are split, see `docs/sharing.md`. Each check sees the whole policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from orchestration.policy.chains import chains_reach_an_owner
from orchestration.policy.days import overlap
from orchestration.policy.files import BY_DRIVERS, BY_USE, COUNTED_ONCE, KNOW_MODELS, OVER_DAYS, STEPS, UNUSED_POOL
from orchestration.policy.names import model_key
from orchestration.policy.reading import Policy, Problem, Row
from orchestration.policy.splits import Rung, splits

OWNER = ("team_id", "project_id", "lifecycle_stage")


def targets_name_someone(book: Policy) -> Iterator[Problem]:
    """Money split to nobody would leave the pool for no owner, and a pool that takes all use leaves the owners none.

    Where use is weighed an empty field means any, and so an empty target everyone.
    """
    for split in splits(book):
        listed, weighed = split.first("even", "fixed"), split.first(*BY_USE)
        for row in split.targets:
            if not row.sound or any(row[column] for column in OWNER):
                continue
            pool_id = row["target_pool_id"]
            if listed and not pool_id:
                problem = f"names nobody{_why(listed)}; fill team_id, project_id, lifecycle_stage or target_pool_id"
            elif weighed and pool_id:
                problem = (
                    f"gives pool {pool_id!r} the use of everyone, since {weighed.method} weighs use; "
                    "fill the team_id, project_id or lifecycle_stage whose use is the pool's"
                )
            else:
                continue
            yield Problem("pool_targets", row.line, f"a target of policy {split.policy_id!r} {problem}")


def no_use_is_claimed_twice(book: Policy) -> Iterator[Problem]:
    """The most specific target decides who takes an owner's use; two of the same owner leave it open."""
    for split in splits(book):
        if not split.first(*BY_USE):
            continue
        seen: dict[tuple[str, ...], Row] = {}
        for row in (row for row in split.targets if row.sound):
            first = seen.setdefault(tuple(row[column] for column in OWNER), row)
            # The same pool twice is the same key twice, and refused as such.
            if first["target_pool_id"] != row["target_pool_id"]:
                whose = " and ".join(f"{column} {row[column]!r}" for column in OWNER if row[column]) or "everyone"
                yield Problem(
                    "pool_targets",
                    row.line,
                    f"the use of {whose} goes elsewhere already by line {first.line} of policy {split.policy_id!r}; "
                    "keep one",
                )


def no_pool_is_its_own_target(book: Policy) -> Iterator[Problem]:
    """What a pool gives itself, it still has."""
    for split in splits(book):
        for row in split.targets:
            if row["target_pool_id"] and row["target_pool_id"] == split.pool_id:
                yield Problem(
                    "pool_targets",
                    row.line,
                    f"target_pool_id {split.pool_id!r} is the pool that policy {split.policy_id!r} splits; "
                    "remove the line, or name another pool",
                )


def fixed_weights_sum_to_one(book: Policy) -> Iterator[Problem]:
    """The shares of a fixed policy are its weights, so they must be the whole. A fallback shares by them too."""
    if "pool_targets" in book.unread:
        return
    for split in splits(book):
        fixed = split.first("fixed")
        if not fixed:
            continue
        policy = f"fixed policy {split.policy_id!r}" if fixed.is_own else f"policy {split.policy_id!r}"
        if not split.targets:
            yield Problem(
                fixed.file,
                fixed.row.line,
                f"{policy} has no targets{_why(fixed)}; add them to pool_targets.csv",
            )
        unweighted = [row for row in split.targets if row.sound and not row["weight"]]
        for row in unweighted:
            yield Problem(
                "pool_targets",
                row.line,
                f"weight is empty in {policy}{_why(fixed)}; write a number such as 0.25",
            )
        if split.targets and not unweighted and all(row.sound for row in split.targets):
            total = sum(Decimal(row["weight"]) for row in split.targets)
            if total != 1:
                yield Problem(
                    "pool_targets",
                    split.targets[0].line,
                    f"the weights of {policy} sum to {total}{_why(fixed)}; make them sum to exactly 1",
                )


def use_is_weighed_by_drivers(book: Policy) -> Iterator[Problem]:
    """A method that weighs by drivers finds nothing without one, and `driver` would not know which of two."""
    if "pool_drivers" in book.unread:
        return
    for split in splits(book):
        weighed, alone = split.first(*BY_DRIVERS), split.first("driver")
        if weighed and not split.drivers:
            yield Problem(
                weighed.file,
                weighed.row.line,
                f"policy {split.policy_id!r} has no driver to weigh by as {weighed.method}; "
                "add one to pool_drivers.csv",
            )
        elif alone and len(split.drivers) > 1:
            yield Problem(
                alone.file,
                alone.row.line,
                f"policy {split.policy_id!r} has {len(split.drivers)} drivers, and the method driver takes one; "
                "keep one in pool_drivers.csv, or write another method, such as weighted",
            )


def drivers_have_an_effect(book: Policy) -> Iterator[Problem]:
    """A line without effect is a mistake, and so are drivers of which none counts anything."""
    for split in splits(book):
        if split.is_whole and not split.first(*BY_DRIVERS):
            for row in split.drivers:
                yield Problem(
                    "pool_drivers",
                    row.line,
                    f"driver {row['driver']!r} has no effect, since policy {split.policy_id!r} is "
                    f"{' and '.join(dict.fromkeys(rung.method for rung in split.rungs))}; remove the line, "
                    f"or write one of the methods {', '.join(BY_DRIVERS)}",
                )
        elif split.drivers and all(row.sound and Decimal(row["weight"] or 1) == 0 for row in split.drivers):
            yield Problem(
                "pool_drivers",
                split.drivers[0].line,
                f"every driver of policy {split.policy_id!r} has weight 0; give one a weight above 0, "
                "or leave it empty for 1",
            )


def drivers_say_who_reports_them(book: Policy) -> Iterator[Problem]:
    """Several tools see the same use, and their sum would count it twice. Some drivers are counted once already."""
    for row in book.sound("pool_drivers"):
        driver, feed = row["driver"], row["feed"]
        if driver in COUNTED_ONCE and feed:
            message = f"feed {feed!r} has no effect on {driver}, which is counted once over all feeds; leave it empty"
        elif driver not in COUNTED_ONCE and not feed:
            message = (
                f"driver {driver!r} has no feed; write the one that reports it, "
                f"since only {', '.join(COUNTED_ONCE)} are counted over all of them"
            )
        else:
            continue
        yield Problem("pool_drivers", row.line, message)


def no_model_is_weighed_twice(book: Policy) -> Iterator[Problem]:
    """Two spellings of a model, or two of its snapshots, are its use twice."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in book.sound("pool_drivers"):
        key = (row["policy_id"], row["driver"], row["feed"], model_key(row["model_name"]))
        first = seen.setdefault(key, row)
        # The same words twice are the same key twice, and refused as such.
        if first["model_name"] != row["model_name"]:
            yield Problem(
                "pool_drivers",
                row.line,
                f"model_name {row['model_name']!r} is the model of line {first.line}, {first['model_name']!r}; "
                "keep one",
            )


def dominant_compares_what_one_tool_sees(book: Policy) -> Iterator[Problem]:
    """Which driver is the scarcest is asked of each pod or job: what is counted over all tools knows none."""
    for split in splits(book):
        dominant = split.first("dominant")
        for row in split.drivers if dominant else ():
            if not row.sound:
                continue
            if row["driver"] in COUNTED_ONCE:
                yield Problem(
                    "pool_drivers",
                    row.line,
                    f"driver {row['driver']!r} knows no pod or job that policy {split.policy_id!r} could compare as "
                    f"dominant{_why(dominant)}; write one of a tool with its feed, such as gpu_hours_requested",
                )


def models_are_told_apart(book: Policy) -> Iterator[Problem]:
    """Of a driver that knows no models none was used by the one that is asked for."""
    dominant = {split.policy_id for split in splits(book) if split.first("dominant")}
    for row in book.sound("pool_drivers"):
        driver, feed, name = row["driver"], row["feed"], row["model_name"]
        if not name or (driver in COUNTED_ONCE and feed):
            continue
        if row["policy_id"] in dominant:
            message = f"model_name {name!r} has no effect on dominant, which compares pods and jobs; leave it empty"
        elif driver != "tokens" and feed not in KNOW_MODELS:
            message = (
                f"model_name {name!r} has no use of driver {driver!r}, which is not told apart by model; leave it "
                f"empty, or write tokens, or a driver of {', '.join(KNOW_MODELS)}"
            )
        else:
            continue
        yield Problem("pool_drivers", row.line, message)


def capacity_is_compared_with_use(book: Policy) -> Iterator[Problem]:
    """What a pool can serve is used in part by what its targets used, in the unit of the one driver."""
    for split in splits(book):
        for row in split.drivers:
            if not (row.sound and row["capacity"] and split.row.sound and split.is_whole):
                continue
            capacity = f"capacity {row['capacity']} of policy {split.policy_id!r}"
            if split.pool_id == UNUSED_POOL:
                message = (
                    f"{capacity} would give the pool {UNUSED_POOL} what nobody used of itself; leave it empty, "
                    "or split another pool"
                )
            elif not split.first("driver") and split.first(*BY_DRIVERS):
                message = (
                    f"{capacity} has no effect, since only the method driver compares use with it; leave it empty, "
                    "or write the method driver"
                )
            elif split.row["partition_by"]:
                message = f"{capacity} is that of all stages together; leave it empty, or partition_by of the policy"
            else:
                continue
            yield Problem("pool_drivers", row.line, message)


def what_is_used_of_a_capacity_counts_in_full(book: Policy) -> Iterator[Problem]:
    """Three times an hour is no hour of the capacity."""
    for split in splits(book):
        with_capacity = [row for row in split.drivers if row.sound and row["capacity"]]
        if not with_capacity or split.first("fixed"):
            continue
        for row in split.targets:
            if row.sound and row["weight"] and Decimal(row["weight"]) not in (0, 1):
                yield Problem(
                    "pool_targets",
                    row.line,
                    f"weight {row['weight']} of policy {split.policy_id!r} makes more or less of what was used of its "
                    f"capacity (line {with_capacity[0].line} of pool_drivers.csv); leave it empty, or the capacity",
                )


def no_benefit_is_spread_twice(book: Policy) -> Iterator[Problem]:
    """Of a commitment that two pools have by the same words it would be open which of them has its benefit."""
    seen: dict[str, list[Row]] = defaultdict(list)
    for row in book.sound("pool_policies"):
        if not row["benefit_of"]:
            continue
        earlier = seen[row["benefit_of"].lower()]
        # Of one pool the days overlap then, and are refused as such.
        clashes = (one for one in earlier if one["pool_id"] != row["pool_id"] and overlap(one, row))
        for first in clashes:
            yield Problem(
                "pool_policies",
                row.line,
                f"the benefit of {row['benefit_of']!r} goes to pool {first['pool_id']!r} already by line {first.line}; "
                "keep one, or end one with valid_to on the day the other begins",
            )
        earlier.append(row)


def weights_have_an_effect(book: Policy) -> Iterator[Problem]:
    """Who writes 3 means three times as much. A target that is kept out has 0 under every method."""
    mixed = tuple(method for method in BY_DRIVERS if method != "driver")
    even = "policy {} is even; leave it empty, or write the method fixed and weights that sum to 1"
    alone = "policy {} has one driver; leave it empty, or write the method weighted and what it is weighed against"
    for split in (split for split in splits(book) if split.is_whole):
        weighed = (
            ("pool_targets", split.targets, ("fixed", *BY_USE), even),
            ("pool_drivers", split.drivers if split.first("driver") else [], mixed, alone),
        )
        for file, rows, methods, reason in weighed:
            for row in () if split.first(*methods) else rows:
                if row.sound and row["weight"] and Decimal(row["weight"]) not in (0, 1):
                    why = reason.format(repr(split.policy_id))
                    yield Problem(file, row.line, f"weight {row['weight']} has no effect, since {why}")


def windows_have_an_effect(book: Policy) -> Iterator[Problem]:
    """Over more days than one use is counted; what a policy lists is the same on all of them."""
    for file in ("pool_policies", "pool_fallbacks"):
        for row in book.sound(file):
            if row["window_days"] and row["method"] not in OVER_DAYS:
                why = "the hours of the day itself" if row["method"] in BY_USE else "no use"
                yield Problem(
                    file,
                    row.line,
                    f"window_days {row['window_days']} has no effect on the method {row['method']}, "
                    f"which weighs {why}; leave it empty, or write one of {', '.join(OVER_DAYS)}",
                )


def tiered_has_a_minimum(book: Policy) -> Iterator[Problem]:
    """The lower tier of a tiered policy is its minimum share, and no other method has one."""
    for split in (split for split in splits(book) if split.row.sound):
        minimum, tiered = split.row["minimum_share"], split.first("tiered")
        if tiered and not minimum:
            message = (
                f"policy {split.policy_id!r} has no minimum_share{_why(tiered) or ' and is tiered'}; "
                "write the part that is given alike, such as 0.1"
            )
        elif minimum and split.is_whole and not tiered:
            message = (
                f"minimum_share {minimum} has no effect, since no method of policy {split.policy_id!r} is tiered; "
                "leave it empty, or write the method tiered"
            )
        else:
            continue
        yield Problem("pool_policies", split.row.line, message)


def every_step_has_a_payer(book: Policy) -> Iterator[Problem]:
    """Hours that nobody pays for would make those of others dearer, unseen."""
    if "pool_steps" in book.unread:
        return
    for split in splits(book):
        rung = split.first("utilization")
        if not rung or not all(row.sound for row in split.steps):
            continue
        if missing := [step for step in STEPS if step not in {row["step"] for row in split.steps}]:
            yield Problem(
                rung.file,
                rung.row.line,
                f"policy {split.policy_id!r} does not say who pays for {' and '.join(missing)}; "
                f"add {'a line' if len(missing) == 1 else 'lines'} to pool_steps.csv",
            )
        for row in split.steps:
            if row["step"] == "not_allocated" and row["payer"] == "reserver":
                yield Problem(
                    "pool_steps",
                    row.line,
                    f"nobody reserved what is not_allocated in policy {split.policy_id!r}; "
                    "write the payer owner or shared",
                )


def steps_have_an_effect(book: Policy) -> Iterator[Problem]:
    """Who pays for idle GPUs, of which clusters and up to what cap, is asked by one method only."""
    for split in (split for split in splits(book) if split.is_whole):
        rung = split.first("utilization")
        lines = [("pool_steps", row, f"step {row['step']!r}") for row in split.steps]
        lines += [("pool_clusters", row, f"cluster {row['cluster_name']!r}") for row in split.clusters]
        cap = split.row["cap"]
        if cap:
            lines.append(("pool_policies", split.row, f"cap {cap}"))
        for file, row, what in lines if not rung else ():
            yield Problem(
                file,
                row.line,
                f"{what} has no effect, since no method of policy {split.policy_id!r} is utilization; "
                f"{'leave it empty' if file == 'pool_policies' else 'remove the line'}, or write that method",
            )
        payers = {row["payer"] for row in split.steps}
        if rung and cap and "pool_steps" not in book.unread and "shared" not in payers:
            yield Problem(
                "pool_policies",
                split.row.line,
                f"cap {cap} has no effect, since no step of policy {split.policy_id!r} is shared; leave it empty, "
                "or write the payer shared in pool_steps.csv",
            )


def an_hour_is_an_hour(book: Policy) -> Iterator[Problem]:
    """Hours add up to what the clusters have: they are weighed by nothing else, and what nobody held has no stage."""
    for split in splits(book):
        rung = split.first("utilization")
        if not rung:
            continue
        if split.row["partition_by"]:
            yield Problem(
                "pool_policies",
                split.row.line,
                f"partition_by {split.row['partition_by']} would give what nobody held to no stage{_why(rung)}, and "
                "utilization gives each hour to the stage that held it; leave it empty",
            )
        for row in split.targets if not split.first("fixed") else ():
            if row.sound and row["weight"] and Decimal(row["weight"]) not in (0, 1):
                yield Problem(
                    "pool_targets",
                    row.line,
                    f"weight {row['weight']} of policy {split.policy_id!r} would make an hour more or less than "
                    f"one{_why(rung) or ' under utilization'}; leave it empty, or write 0 to keep the target out",
                )


def fallbacks_try_something_else(book: Policy) -> Iterator[Problem]:
    """What found nothing finds nothing again."""
    for split in splits(book):
        tried: dict[tuple[str, int], Rung] = {}
        for rung in split.rungs:
            if not rung.row.sound:
                continue
            first = tried.setdefault((rung.method, rung.window), rung)
            if first is not rung:
                before = "its own, pool_policies.csv," if first.is_own else "tried before, on"
                yield Problem(
                    rung.file,
                    rung.row.line,
                    f"method {rung.method} over {_days(rung.window)} is {before} line {first.row.line}, so that this "
                    f"fallback of policy {split.policy_id!r} has no effect; remove it, or write another",
                )


def _why(rung: Rung) -> str:
    """Which line makes a rule hold for a policy, where it is not the policy's own."""
    return "" if rung.is_own else f" (it falls back to {rung.method} on line {rung.row.line} of {rung.file}.csv)"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


CHECKS: tuple[Callable[[Policy], Iterable[Problem]], ...] = (
    targets_name_someone,
    no_use_is_claimed_twice,
    no_pool_is_its_own_target,
    fixed_weights_sum_to_one,
    use_is_weighed_by_drivers,
    drivers_have_an_effect,
    drivers_say_who_reports_them,
    no_model_is_weighed_twice,
    dominant_compares_what_one_tool_sees,
    models_are_told_apart,
    capacity_is_compared_with_use,
    what_is_used_of_a_capacity_counts_in_full,
    no_benefit_is_spread_twice,
    weights_have_an_effect,
    windows_have_an_effect,
    tiered_has_a_minimum,
    every_step_has_a_payer,
    steps_have_an_effect,
    an_hour_is_an_hour,
    fallbacks_try_something_else,
    chains_reach_an_owner,
)
