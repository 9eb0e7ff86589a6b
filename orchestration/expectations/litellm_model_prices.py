"""LiteLLM's price file, as it is: which of its entries are prices is told where they are read."""

from orchestration.expectations.rules import has_values, none_of, ties_out
from orchestration.feeds.model_prices import LITELLM


def expectations(parameters: dict) -> dict:
    """The suite of one version: `parameters` are landing's own counts."""
    return {
        "rows": [
            has_values(LITELLM),
            none_of(
                "A model stands once in the file",
                "select model_key, count(*) as times from {batch} group by model_key having count(*) > 1",
            ),
            ties_out(parameters, "0"),
        ]
    }
