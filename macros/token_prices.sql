{# How LiteLLM names the price of each token driver. A service tier other than the standard is a suffix. #}
{% macro token_prices() -%}
    {{ return({
        'input_tokens': 'input_cost_per_token',
        'cached_input_tokens': 'cache_read_input_token_cost',
        'cache_write_tokens': 'cache_creation_input_token_cost',
        'cache_write_1h_tokens': 'cache_creation_input_token_cost_above_1hr',
        'output_tokens': 'output_cost_per_token',
        'reasoning_tokens': 'output_cost_per_reasoning_token',
    }) }}
{%- endmacro %}
