{# One text value of a JSON object; null where the key or the object is missing. #}
{% macro json_text(json, key) -%}
    {{ return(adapter.dispatch('json_text', 'apportion')(json, key)) }}
{%- endmacro %}

{% macro duckdb__json_text(json, key) -%}
    ({{ json }} ->> '{{ key }}')
{%- endmacro %}
