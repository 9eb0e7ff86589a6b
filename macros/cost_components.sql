{# What every charge is exactly one of. #}
{% macro cost_components() -%}
    {{ return(['compute', 'licenses', 'storage', 'network', 'people', 'model_api', 'other']) }}
{%- endmacro %}
