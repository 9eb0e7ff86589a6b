"""Samples that say how busy a GPU was."""

from orchestration.expectations.rules import has_values, none_of, ties_out, where_none
from orchestration.feeds.gpu_metrics import METRICS, SAMPLES

UTILISATION, ENGINE = METRICS


def expectations(parameters: dict) -> dict:
    """The suite of one delivery: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(SAMPLES),
            none_of(
                f"There are samples of {UTILISATION} or {ENGINE}",
                f"select count(*) as samples from {{batch}} where metric in {METRICS} having count(*) = 0",
            ),
            where_none(
                f"{UTILISATION} is from 0 to 100, {ENGINE} from 0 to 1",
                f"metric = '{UTILISATION}' and value not between 0 and 100"
                f" or metric = '{ENGINE}' and value not between 0 and 1",
                "metric",
                "value",
            ),
            ties_out(parameters, "0"),
        ]
    }
