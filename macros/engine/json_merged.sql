{# Two JSON objects (each may be null) as one: what both have is that of the second. #}
{% macro json_merged(first, second) -%}
    {{ return(adapter.dispatch('json_merged', 'apportion')(first, second)) }}
{%- endmacro %}

{% macro duckdb__json_merged(first, second) -%}
    cast(json_merge_patch(coalesce({{ first }}, '{}'), coalesce({{ second }}, '{}')) as varchar)
{%- endmacro %}
