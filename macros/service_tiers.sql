{# The service tiers that have prices of their own, and what LiteLLM puts behind a price's name for each. #}
{% macro service_tiers() -%}
    {{ return({'standard': '', 'batch': '_batches', 'priority': '_priority', 'flex': '_flex'}) }}
{%- endmacro %}
